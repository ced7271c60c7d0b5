"""Builds platforms in tests: by processes that stay, so that starting them costs once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from andamio.contract.platform import Platform
from andamio.synthesis import build as module
from andamio.synthesis.build import Built, build
from andamio.synthesis.composition import Composition
from andamio.synthesis.content import digest
from andamio.synthesis.worker import Pool

__all__ = ["Builder", "builder", "contents"]


class _StayingPool(Pool):
    def stop(self) -> None:
        """Stay for the next build."""

    def end(self) -> None:
        """End all processes."""
        super().stop()


@dataclass(frozen=True)
class Builder:
    """Builds by the project's own compositions."""

    composition: Composition
    pool: Pool

    def build(self, platform: Platform, cache: Path | None = None) -> Built:
        """All of `platform`, with what `cache` knows."""
        return build(platform, self.composition, cache=cache, pool=self.pool)


@contextmanager
def builder(project: Path) -> Iterator[Builder]:
    """A builder whose code counts as unchanged while it lasts."""
    pool = _StayingPool(paths=(project,))
    real = module.code_digest
    module.code_digest = lambda *_, **__: "unchanged"
    try:
        yield Builder(Composition(root=project), pool)
    finally:
        module.code_digest = real
        pool.end()


def contents(built: Built) -> dict[str, bytes]:
    """Path below `dist/` → bytes; each file has the hash that it tells."""
    files = {path: file for plane in built.files.values() for path, file in plane.items()}
    found = {path: file.read() for path, file in files.items()}
    assert {path: digest(data) for path, data in found.items()} == {path: f.sha256 for path, f in files.items()}
    return found
