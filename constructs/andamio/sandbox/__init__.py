"""A cloud on one machine: Terraform providers that behave like OVHcloud's as far as Andamio's stacks can tell.

Nothing here is OVHcloud, and nothing of it reaches `dist/`. What it imitates and what not is in `docs/sandbox.md`.
It needs the extra `sandbox` of the package (gRPC, protocol buffers, msgpack).
"""
