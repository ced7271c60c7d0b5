"""Terraform constructs: what an environment and its services get at OVHcloud."""
