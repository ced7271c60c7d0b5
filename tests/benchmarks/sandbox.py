"""`python -m tests.benchmarks.sandbox dev`: bring an environment up from nothing, and write how long each part took."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.page import PAGE, ROOT, machine, replaced

HEADING = "The sandbox, from nothing to Healthy"

_DEPLOYED = re.compile(
    r"^(?P<environment>\S+): (?P<applications>\d+) Applications .* after (?P<seconds>\d+) s \((?P<sections>.*)\)$", re.M
)


def measured(environments: list[str]) -> str:
    """The section of the page: environments are brought up beside each other and deployed one after the other."""
    with tempfile.TemporaryDirectory(prefix="andamio-bench-") as folder:
        variables = {**os.environ, "XDG_STATE_HOME": str(Path(folder).resolve())}

        def sandbox(*arguments: str) -> str:
            command = [sys.executable, "-m", "andamio", "sandbox", *arguments]
            return subprocess.run(
                command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True
            ).stdout

        try:
            sandbox("up", "--env", ",".join(environments))
            lines = []
            for name in environments:
                found = _DEPLOYED.search(sandbox("deploy", name))
                if found is None:
                    raise RuntimeError(f"deploy {name} did not tell its times")
                parts_of_it = found["sections"].replace(", ", "<br>")
                lines.append(f"| {name} | {found['applications']} | {found['seconds']} s | {parts_of_it} |")
            parts = json.loads(sandbox("status", "--json"))["parts"]
        finally:
            sandbox("down", "--purge")
    return "\n".join(
        [
            f"Machine: {machine()}. Engines were built before. Written by `python -m tests.benchmarks.sandbox"
            f" {' '.join(environments)}`.",
            "",
            "| environment | Applications | deployed after | of that |",
            "|---|---:|---:|---|",
            *lines,
            "",
            "Memory afterwards, resident, of each process:",
            "",
            "| process | memory |",
            "|---|---:|",
            *_memory(parts),
        ]
    )


def _memory(parts: list[dict[str, Any]]) -> list[str]:
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
    parser.add_argument("environments", nargs="*", default=["dev"], help="environments of the catalog")
    text = measured(parser.parse_args().environments)
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), HEADING, text), encoding="utf-8")
    sys.stderr.write(f"wrote {PAGE}\n")


if __name__ == "__main__":
    main()
