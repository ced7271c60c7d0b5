"""What the sandbox changes in `dist/`: addresses of git remote, chart repositories, object storage and key store."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from andamio.contract.platform import Platform

__all__ = ["Addresses", "addresses"]

_STORAGE = re.compile(rb"https://s3\.[a-z0-9-]+\.io\.cloud\.ovh\.net")
_KEY_STORE = re.compile(rb"https://[a-z0-9-]+\.okms\.ovh\.net(?=/)")


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Addresses in `dist/` and the sandbox's own in their place."""

    by_address: Mapping[str, str]
    """What stands there → what comes in its place. Base64 of it, as in a Secret's data, is replaced too."""

    storage: str
    """Where object storage answers, in place of every region's."""

    key_store: str
    """Where the key stores' API answers, in place of every region's."""

    def rewrite(self, data: bytes) -> bytes:
        """A file with the sandbox's addresses."""
        for before, after in self._pairs():
            data = data.replace(before, after)
        data = _STORAGE.sub(self.storage.encode(), data)
        return _KEY_STORE.sub(self.key_store.encode(), data)

    def rewrite_text(self, text: str) -> str:
        """A text with the sandbox's addresses."""
        return self.rewrite(text.encode()).decode()

    def _pairs(self) -> Iterator[tuple[bytes, bytes]]:
        for before, after in self.by_address.items():
            yield before.encode(), after.encode()
            yield base64.b64encode(before.encode()), base64.b64encode(after.encode())


def addresses(platform: Platform, *, git: str, charts_at: Mapping[str, str], storage: str, key_store: str) -> Addresses:
    """The addresses of a sandbox.

    Args:
        platform: The catalog.
        git: The sandbox's git remote.
        charts_at: Chart repository or other source of add-ons → the sandbox's own in its place.
        storage: The sandbox's object storage.
        key_store: The sandbox's key store.
    """
    return Addresses(
        by_address={platform.shared.repository.url: git, **charts_at},
        storage=storage.rstrip("/"),
        key_store=key_store.rstrip("/"),
    )
