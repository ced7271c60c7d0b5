"""Rules over the catalog and over what is made of it, each with a code, a reason and a fix."""
