"""The imitated cloud: what exists, what depends on what, and how its ids and secrets are made."""
