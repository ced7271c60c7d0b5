"""Kubernetes constructs: what a service and an environment get inside their cluster."""
