"""Runs one extraction: `python -m andamio.knowledge.extract charts|crds|behaviour --from DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from andamio.knowledge.extract import behaviour, charts, crds
from andamio.knowledge.extract.files import ExtractionError

DATA = Path(__file__).parents[1] / "data"


def main(arguments: list[str] | None = None) -> int:
    """Run the extraction that the arguments name; return the exit code.

    0: the files are written, and listed on standard output. 2: upstream's files are not what the
    tables of sources say; the message names the file.
    """
    parser = argparse.ArgumentParser(
        prog="python -m andamio.knowledge.extract", description="Remake the committed data of one area."
    )
    parser.add_argument("area", choices=("charts", "crds", "behaviour"))
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder of upstream's files")
    parser.add_argument("--to", dest="data", type=Path, default=DATA, help="data folder (default: ours)")
    options = parser.parse_args(arguments)
    areas: dict[str, Callable[[Path, Path], list[Path]]] = {
        "charts": charts.extract,
        "crds": crds.extract,
        "behaviour": behaviour.extract,
    }
    try:
        written = areas[options.area](options.source, options.data)
    except ExtractionError as failure:
        sys.stderr.write(f"{failure}\n")
        return 2
    for path in written:
        sys.stdout.write(f"{path.relative_to(options.data)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
