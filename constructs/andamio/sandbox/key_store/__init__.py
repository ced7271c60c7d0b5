"""The key stores of the imitated cloud, reached as OVHcloud's are: Vault's KV version 2 below `/api/<key store>/`."""

from andamio.sandbox.key_store.server import KeyStore

__all__ = ["KeyStore"]
