"""What the imitated cloud makes up: ids, secrets, addresses. From one seed always the same."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Final

__all__ = ["TIME", "Made"]

TIME: Final = "2026-01-01T00:00:00Z"
"""When everything was made: a clock would make no two runs alike."""

_SPACE: Final = uuid.UUID("8d3c7a54-4f0e-5d55-9a51-3f2f7c0f5a10")


class Made:
    """Values that one thing gets, told apart by what they are for.

    Args:
        seed: What the thing is; a second thing of the same name after the first has another seed.
    """

    def __init__(self, seed: str) -> None:
        self.seed = seed

    def uuid(self, purpose: str = "id") -> str:
        """An id such as OVHcloud's."""
        return str(uuid.uuid5(_SPACE, f"{self.seed}|{purpose}"))

    def hex(self, length: int, purpose: str) -> str:
        """That many hexadecimal digits."""
        return hashlib.sha512(f"{self.seed}|{purpose}".encode()).hexdigest()[:length]

    def secret(self, purpose: str = "password", length: int = 24) -> str:
        """A password of letters and digits, with one of each kind."""
        digest = hashlib.sha512(f"{self.seed}|{purpose}".encode()).digest()
        text = base64.b64encode(digest).decode().translate(str.maketrans("+/=", "xyz"))
        return f"Aa1{text[: length - 3]}"

    def number(self, purpose: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        return least + int(self.hex(12, purpose), 16) % (most - least + 1)

    def address(self, purpose: str = "address") -> str:
        """A public IPv4 address: of the range that documentation uses, so it is nobody's."""
        return f"198.51.100.{self.number(purpose, 1, 254)}"
