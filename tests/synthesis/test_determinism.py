"""The same catalog gives the same bytes: whoever, wherever, in whatever order and however often it is synthesized."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest

from andamio.synthesis.build import build
from tests.properties.building import builder, contents
from tests.properties.declarations import with_field
from tests.properties.full_platform import FULL
from tests.properties.model_fields import Field, every_field, places
from tests.properties.projects import copy_of, environment_without, reference_tree, reordered, run, tree

IN_ORDER = {
    "Service.args": "arguments of a command",
    "Service.command": "a command",
    "Service.database.extensions": "one may need another",
    "Service.probes.liveness.command": "a command",
    "Service.probes.readiness.command": "a command",
    "Service.probes.startup.command": "a command",
}
"""Fields whose order means something, and what."""


@pytest.fixture(scope="module")
def reference(project, tmp_path_factory) -> dict[str, bytes]:
    return tree(reference_tree(project, tmp_path_factory) / "dist")


@pytest.fixture(scope="module")
def built(project):
    with builder(project) as found:
        yield found


@pytest.fixture(scope="module")
def expected(built) -> dict[str, bytes]:
    return contents(built.build(FULL.platform()))


def test_another_hash_seed_changes_nothing(project, tmp_path, reference) -> None:
    """The reference is made with seed 0, the test after this with 1."""
    copy_of(project, tmp_path)
    done = run(tmp_path, "synth", variables={"PYTHONHASHSEED": "random"})
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "dist") == reference


def test_another_folder_order_and_optimization_change_nothing(project, tmp_path, reference) -> None:
    """A folder with a space in its name, files made in reverse, declarations reversed in them, `python -O`."""
    folder = tmp_path / "my project"
    source = copy_of(project, tmp_path / "source")
    for path in sorted(source.rglob("*"), reverse=True):
        if path.is_file():
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    reordered(folder / "catalog/environments.py")
    reordered(folder / "catalog/tombstones.py")
    for path in (folder / "catalog/releases").glob("*.json"):
        services = json.loads(path.read_text())["services"]
        path.write_text(json.dumps({"services": dict(reversed(services.items()))}))
    done = run(folder, "synth", python=(sys.executable, "-O"), variables={"PYTHONHASHSEED": "1"})
    assert done.returncode == 0, done.stderr
    assert tree(folder / "dist") == reference


def test_the_cache_changes_nothing(project, tmp_path_factory, reference) -> None:
    folder = reference_tree(project, tmp_path_factory)
    done = run(folder, "synth", "--json")
    assert json.loads(done.stdout)["rebuilt"] == []
    assert run(folder, "synth", "--check", "--no-cache").returncode == 0
    assert tree(folder / "dist") == reference


def test_two_synths_at_once_do_not_harm_each_other(project, tmp_path, reference) -> None:
    copy_of(project, tmp_path)
    command = [sys.executable, "-m", "andamio", "synth"]
    both = [
        subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment_without(), text=True
        )
        for _ in range(2)
    ]
    for process in both:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert tree(tmp_path / "dist") == reference
    assert json.loads(run(tmp_path, "synth", "--json").stdout)["rebuilt"] == []


def test_the_order_of_declarations_changes_nothing(built, expected) -> None:
    other = replace(
        FULL,
        environments=FULL.environments[::-1],
        services=FULL.services[::-1],
        tombstones=FULL.tombstones[::-1],
        releases=dict(reversed(FULL.releases.items())),
        outputs=dict(reversed(FULL.outputs.items())),
    )
    assert contents(built.build(other.platform())) == expected


def _lists() -> list[Field]:
    """Fields that hold several things somewhere in FULL."""
    return [
        field
        for field in every_field()
        if str(field) not in IN_ORDER
        and any(isinstance(place.value, (tuple, Mapping)) and len(place.value) > 1 for place in places(FULL, field))
    ]


@pytest.mark.parametrize("field", _lists(), ids=str)
def test_the_order_of_items_changes_nothing(built, expected, field) -> None:
    for place in places(FULL, field):
        if not isinstance(place.value, (tuple, Mapping)) or len(place.value) < 2:
            continue
        value = place.value[::-1] if isinstance(place.value, tuple) else dict(reversed(place.value.items()))
        model = dict(FULL.objects(field.root))[place.name]
        other = FULL.with_object(field.root, place.name, with_field(model, place.path, value))
        found = contents(built.build(other.platform()))
        assert [path for path in found if found[path] != expected.get(path)] == [], place.name


@pytest.mark.parametrize(("plane", "folder"), [("terraform", "terraform/"), ("kubernetes", "k8s/")])
def test_one_plane_alone_is_that_half_of_both(built, expected, plane, folder) -> None:
    alone = build(FULL.platform(), built.composition, planes=(plane,), cache=None, pool=built.pool)
    assert contents(alone) == {path: data for path, data in expected.items() if path.startswith(folder)}
