"""Terraform's plugin protocol, version 6: messages, values, the gRPC service and how a provider is started."""
