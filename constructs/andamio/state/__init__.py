"""Terraform's state at OVHcloud: makes its bucket and user, examines them, reads outputs from it."""
