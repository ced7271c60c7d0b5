"""Andamio: one typed catalog becomes a microservice platform on OVHcloud."""
