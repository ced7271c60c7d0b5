"""The logs of a sandbox's processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.site import Site

__all__ = ["last_words", "log_names", "tail"]

_LAST = 5


def log_names(site: Site) -> Iterator[str]:
    """Every log: environment and process, `dev/kube-apiserver`, or the process alone where all share it."""
    yield from _logs(site)


def tail(site: Site, name: str, count: int) -> list[str]:
    """The last lines of a log.

    Raises:
        UnknownNameError: there is none of that name.
        SandboxError: it cannot be read.
    """
    known = _logs(site)
    if name not in known:
        told = f"There are {', '.join(known)}." if known else "Nothing was up yet."
        raise UnknownNameError(f"There is no log {name!r}. {told}")
    try:
        return _end(known[name], max(count, 1))
    except OSError as error:
        raise SandboxError(f"{known[name]} cannot be read: {error.strerror}.") from None


def last_words(log: Path) -> str:
    """The last lines of a log file; empty where there is none."""
    try:
        return "\n".join(_end(log, _LAST))
    except OSError:
        return ""


def _end(log: Path, count: int) -> list[str]:
    with log.open(encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=count)]


def _logs(site: Site) -> dict[str, Path]:
    found = {}
    for name in site.record.parts:
        environment = site.record.parts[name].environment
        for file in sorted(site.part(name).glob("*.log")):
            found[f"{environment}/{file.stem}" if environment else file.stem] = file
    return found
