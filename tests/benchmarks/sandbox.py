"""`python -m tests.benchmarks.sandbox dev`: bring environments up from nothing, and write how long each part took."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.catalogs import write_catalog
from tests.benchmarks.page import PAGE, ROOT, machine, replaced

HEADING = "The sandbox, from nothing to Healthy"
SHOP = "the shop"


def measured(environments: Sequence[str], sizes: Sequence[int]) -> str:
    """The section of the page.

    Args:
        environments: Of the shop, each brought up and deployed beside those before it.
        sizes: Numbers of services; of a generated catalog of each size, `dev` is deployed by itself.
    """
    deployed, parts = _deployed(ROOT, environments)
    rows = list(_rows(SHOP, deployed))
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="andamio-bench-") as folder:
            checkout = Path(folder).resolve()
            write_catalog(checkout / "catalog", size)
            (checkout / "cdktf.json").write_bytes((ROOT / "cdktf.json").read_bytes())
            _andamio(checkout, "synth")
            rows += _rows(f"{size} services", _deployed(checkout, ["dev"])[0])
    called = [*environments, *(f"--services={size}" for size in sizes)]
    return "\n".join(
        [
            f"Machine: {machine()}. Engines were built before. Written by `python -m tests.benchmarks.sandbox"
            f" {' '.join(called)}`. The last",
            "section, sync, is Argo CD alone, from the root Application to everything Synced and Healthy.",
            "",
            "| catalog | environment | Applications | deployed after | of that |",
            "|---|---|---:|---:|---|",
            *rows,
            "",
            f"Memory of {SHOP}'s sandbox afterwards, resident, of each process:",
            "",
            "| process | memory |",
            "|---|---:|",
            *_memory(parts),
        ]
    )


def _deployed(checkout: Path, environments: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What each deployment told, and the sandbox's parts after the last one."""
    with tempfile.TemporaryDirectory(prefix="andamio-bench-") as folder:
        variables = {"XDG_STATE_HOME": str(Path(folder).resolve())}

        def sandbox(*arguments: str) -> str:
            return _andamio(checkout, "sandbox", *arguments, variables=variables)

        try:
            deployed = []
            for name in environments:
                begun = time.monotonic()
                sandbox("up", "--env", name)
                started = time.monotonic() - begun
                one = json.loads(sandbox("deploy", name, "--json"))
                deployed.append({**one, "seconds": {"up": started, **one["seconds"]}})
            return deployed, json.loads(sandbox("status", "--json"))["parts"]
        finally:
            sandbox("down", "--purge")


def _andamio(checkout: Path, *arguments: str, variables: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-m", "andamio", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "constructs"), **(variables or {})}
    return subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def _rows(catalog: str, deployed: Sequence[dict[str, Any]]) -> Iterator[str]:
    for one in deployed:
        sections = "<br>".join(f"{name} {seconds:.0f} s" for name, seconds in one["seconds"].items())
        total = sum(one["seconds"].values())
        yield f"| {catalog} | {one['environment']} | {one['applications']} | {total:.0f} s | {sections} |"


def _memory(parts: Sequence[dict[str, Any]]) -> list[str]:
    every = [
        (f"{part['name']}: {one['name']}", one["memory_mb"])
        for part in parts
        for one in part["processes"]
        if one["alive"]
    ]
    rows = [f"| {name} | {megabytes:,} MB |" for name, megabytes in sorted(every, key=lambda row: -row[1])]
    return [*rows, f"| all | {sum(megabytes for _, megabytes in every):,} MB |"]


def main() -> None:
    """Measure, and replace the section of the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environments", nargs="*", default=["dev"], help="environments of the shop")
    parser.add_argument("--services", action="append", default=[], type=int, metavar="N", help="also N services in dev")
    arguments = parser.parse_args()
    text = measured(arguments.environments, arguments.services)
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), HEADING, text), encoding="utf-8")
    sys.stderr.write(f"wrote {PAGE}\n")


if __name__ == "__main__":
    main()
