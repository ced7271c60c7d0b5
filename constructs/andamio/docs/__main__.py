"""`python -m andamio.docs [--check] [--project DIR]`: write the generated pages, or tell which are out of step."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from andamio.docs.pages import out_of_step, pages, write
from andamio.loading import CatalogError, load

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: the pages are written, or in step. 1: the catalog cannot be read. 3: with `--check`, a page is out of step.
    """
    parser = argparse.ArgumentParser(
        prog="python -m andamio.docs", description="Write the reference pages and diagrams in docs/."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 3 when a page is out of step")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of catalog/ and docs/ (default: this one)")
    options = parser.parse_args(arguments)
    try:
        made = pages(load(options.project.resolve() / "catalog"))
    except CatalogError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    folder = options.project / "docs"
    if not options.check:
        for path in write(folder, made):
            sys.stdout.write(f"docs/{path}\n")
        return 0
    found = out_of_step(folder, made)
    for path in found:
        sys.stderr.write(f"docs/{path} is out of step. Run `python -m andamio.docs` and commit the result.\n")
    return 3 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
