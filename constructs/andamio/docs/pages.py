"""Every generated page, and how pages are written and compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from andamio.checks.explain import reference
from andamio.contract.platform import Platform
from andamio.docs.command import command_page
from andamio.docs.diagrams import diagram_pages
from andamio.docs.environments import environments_page
from andamio.docs.model import model_page

__all__ = ["out_of_step", "pages", "write"]


def pages(platform: Platform) -> Mapping[str, str]:
    """Path below `docs/` → text, of every generated page, by path."""
    made = {
        "reference/model.md": model_page(),
        "reference/command.md": command_page(),
        "reference/checks.md": reference(),
        "diagrams/environments.md": environments_page(platform),
        **diagram_pages(platform),
    }
    return dict(sorted(made.items()))


def out_of_step(folder: Path, made: Mapping[str, str]) -> tuple[str, ...]:
    """Paths of pages whose file in `folder` is missing or says something else."""
    return tuple(path for path, text in made.items() if _read(folder / path) != text)


def write(folder: Path, made: Mapping[str, str]) -> tuple[str, ...]:
    """Write the pages that are out of step into `folder`; returns their paths."""
    changed = out_of_step(folder, made)
    for path in changed:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(made[path], encoding="utf-8")
    return changed


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
