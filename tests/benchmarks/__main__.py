"""`make bench`: measure, and write `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.catalogs import ENVIRONMENTS, edit_one, write_catalog
from tests.benchmarks.measure import Figure, measure
from tests.benchmarks.page import PAGE, kept, machine
from tests.benchmarks.peers import bare_cdk8s, kustomize
from tests.benchmarks.sandbox import HEADING

_PEERS_UP_TO = 300
"""Services up to which peers are measured: kustomize's time grows with the square, to half an hour at 1,000."""


@dataclass
class Row:
    """The figures of one size."""

    services: int
    files: int
    cold: Figure
    unchanged: Figure
    edited: Figure
    kustomize: Figure | None
    objects: int
    cdk8s: Figure | None
    steps: dict[str, float]


def run(size: int, folder: Path, runs: int) -> Row:
    """Measure one size."""
    catalog, dist = folder / "catalog", folder / "dist"
    write_catalog(catalog, size)
    synth = [sys.executable, "-m", "andamio", "synth", "--catalog", str(catalog), "--out", str(dist), "--json"]

    def clear() -> None:
        shutil.rmtree(dist, ignore_errors=True)
        shutil.rmtree(folder / ".andamio", ignore_errors=True)

    cold = measure(synth, runs=runs, before=clear, cwd=folder)
    steps = json.loads(cold.output)["steps"]
    unchanged = measure(synth, runs=max(runs, 3), cwd=folder)
    turn = iter(range(100))
    edited = measure(synth, runs=max(runs, 3), before=lambda: edit_one(catalog, size, next(turn)), cwd=folder)
    changed = json.loads(edited.output)
    if len(changed["changed"]) == 0 or len(changed["rebuilt"]) > 12:
        raise RuntimeError(f"the edit rebuilt {changed['rebuilt']} and changed {changed['changed']}")
    files = sum(1 for path in dist.rglob("*") if path.is_file())
    peer, objects = None, 0
    if shutil.which("kubectl") and size <= _PEERS_UP_TO:
        objects = kustomize(dist, folder / "kustomize", ENVIRONMENTS)
        calls = " && ".join(f"kubectl kustomize kustomize/overlays/{name} > /dev/null" for name in ENVIRONMENTS)
        peer = measure(["sh", "-c", calls], runs=runs, cwd=folder)
    bare = None
    if size <= _PEERS_UP_TO:
        app, data = bare_cdk8s(dist, folder / "cdk8s")
        bare = measure([sys.executable, str(app), str(data), str(folder / "cdk8s" / "out")], runs=1, cwd=folder)
    return Row(size, files, cold, unchanged, edited, peer, objects, bare, steps)


def page(rows: list[Row], runs: int) -> str:
    """The text of `docs/benchmarks.md`."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; each figure is a whole process, from the command line to the last byte on disk, on",
        "one machine in one run. Compare the ratios, not the seconds.",
        "",
        f"Machine: {machine()}. Runs of each: {runs}, median shown.",
        "",
        "## Synthesis of both planes, three environments",
        "",
        "| services | files | cold | unchanged | one service edited | memory, cold |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.services:,} | {row.files:,} | {_s(row.cold)} | {_s(row.unchanged)} | {_s(row.edited)} "
        f"| {row.cold.megabytes:,.0f} MB |"
        for row in rows
    ]
    lines += [
        "",
        "Cold: no cache, no `dist/`. Memory is that of all processes together at the worst moment.",
        "",
        "## Beside peers in the same run",
        "",
        "`kubectl kustomize` builds the services' Kubernetes objects, as one base and an overlay an environment, one",
        "call an environment, to nowhere. The bare cdk8s app has one `ApiObject` an object and cdk8s's writer. Neither",
        "makes Terraform, checks anything or compares with what was there; `andamio synth` does all of it.",
        "",
        "| services | objects | andamio, cold | kubectl kustomize | ratio | bare cdk8s app | ratio |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        peer, bare = _beside(row.cold, row.kustomize), _beside(row.cold, row.cdk8s)
        lines.append(f"| {row.services:,} | {row.objects:,} | {row.cold.seconds:.2f} s | {peer} | {bare} |")
    lines += ["", "## Where the time goes (cold)", "", "| services | " + " | ".join(rows[0].steps) + " |"]
    lines.append("|---:|" + "---:|" * len(rows[0].steps))
    lines += [
        f"| {row.services:,} | " + " | ".join(f"{seconds:.2f} s" for seconds in row.steps.values()) + " |"
        for row in rows
    ]
    lines += ["", _AIM.strip(), ""]
    return "\n".join(lines)


_AIM = """
Building is two thirds of a cold run: crossings into jsii, about eight a service and environment on the Kubernetes
plane and one and a half a Terraform resource. Building processes run on all cores, each on one of its own, without
jsii's run-time type checks (`python -O`). An edit rebuilds the edited service's shares only; what is left of it is
starting Python and jsii, reading the catalog, checking everything, and a publish, whose links of what stays are made
while the building process works.

What would bring less: building the workload family as plain data too (about a twentieth of the time, but the users of
this project chose cdk8s-plus, whose checks and verbs are worth their price), and a jsii process that stays alive
between two runs (half a second an edit, and a process to look after).
"""


def _beside(ours: Figure, peer: Figure | None) -> str:
    return f"{peer.seconds:.2f} s | {ours.seconds / peer.seconds:.2f}" if peer else "- | -"


def _s(figure: Figure) -> str:
    return f"{figure.seconds:.2f} s"


def main() -> None:
    """Measure every size and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="30,200,1000", help="numbers of services")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--print", action="store_true", help="print the page, write nothing")
    arguments = parser.parse_args()
    rows = []
    for size in (int(text) for text in arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="andamio-bench-") as folder:
            sys.stderr.write(f"{size} services ...\n")
            rows.append(run(size, Path(folder), arguments.runs if size < 1000 else 1))
    text = page(rows, arguments.runs)
    if arguments.print:
        sys.stdout.write(text)
    else:
        sandbox = kept(PAGE.read_text(encoding="utf-8"), HEADING) if PAGE.exists() else ""
        PAGE.write_text(f"{text}\n{sandbox}" if sandbox else text, encoding="utf-8")
        sys.stderr.write(f"wrote {PAGE}\n")


if __name__ == "__main__":
    main()
