"""Catalogs at their smallest: one kind of service alone, one environment, or nothing yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.properties.projects import run

SERVICES = {
    "http": ("http=Http(port=8080)", "Deployment"),
    "worker": ("", "Deployment"),
    "job": ('schedule=Schedule(cron="0 3 * * *")', "CronJob"),
}


def project(folder: Path, *, kind: str | None, environments: tuple[str, ...]) -> Path:
    """A new project with those of its environments and one service of `kind`, released."""
    assert run(folder, "init", "small").returncode == 0
    catalog = folder / "small/catalog"
    (catalog / "services/hello.py").unlink()
    file = catalog / "environments.py"
    text = file.read_text()
    for name in {"dev", "production"} - set(environments):
        start = text.index(f"\n{name} = Environment(")
        end = text.index("\n)\n", start) + 3
        text = text[:start] + text[end:]
    file.write_text(text)
    if kind is not None:
        (catalog / "services/alone.py").write_text(
            "from andamio.model import Http, Schedule, Service\n\n"
            f'alone = Service(name="alone", team="core", {SERVICES[kind][0]})\n'
        )
        (catalog / "releases").mkdir(exist_ok=True)
        for name in environments:
            image = {"tag": "0" * 40, "digest": f"sha256:{'1' * 64}"}
            (catalog / f"releases/{name}.json").write_text(json.dumps({"services": {"alone": image}}))
    return folder / "small"


@pytest.mark.parametrize(
    ("kind", "environments"),
    [
        ("http", ("dev",)),
        ("worker", ("production",)),
        ("job", ("dev", "production")),
        (None, ("production",)),
    ],
)
def test_it_synthesizes_and_every_command_has_an_answer(tmp_path, kind, environments) -> None:
    folder = project(tmp_path, kind=kind, environments=environments)
    done = run(folder, "synth")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (folder / "dist/k8s").iterdir()) == sorted(environments)
    for name in environments if kind else ():
        assert (folder / f"dist/k8s/{name}/alone/{SERVICES[kind][1]}.alone.yaml").is_file()
    for command in ("synth --check", "check", "diff", "graph", "graph --format json", "secrets"):
        done = run(folder, *command.split())
        assert done.returncode == 0, done.stderr
