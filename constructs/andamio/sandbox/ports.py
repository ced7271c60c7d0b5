"""Ports that a part had before and gets again."""

from __future__ import annotations

import socket
from collections.abc import Sequence

__all__ = ["kept_ports"]


def kept_ports(before: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ports to use again, and those that another program took; none are used again when one was taken."""
    taken = tuple(port for port in before if not _free(port))
    return ((), taken) if taken else (tuple(before), ())


def _free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: what is left of a closed one is free
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
