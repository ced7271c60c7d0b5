"""Extraction of chart keys, from charts made up here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from andamio.knowledge.extract.chart_additions import ADDITIONS
from andamio.knowledge.extract.charts import add, extract, from_schema, known_values, merge
from andamio.knowledge.extract.files import ExtractionError
from andamio.knowledge.extract.sources import CHARTS, ChartSource

pytest.importorskip("yaml", reason="the extraction reads YAML with PyYAML, a development dependency")

SOURCE = ChartSource(folder="demo", name="demo", version="1.0.0", repository="https://charts.example.org")

VALUES = """
# A sentence that must not be kept
replicas: 1
name: ""
enabled: true
image: {repository: demo, tag: latest}
nodeSelector: {kubernetes.io/os: linux}
labels: {team: platform}
config: {some.flag: 1, create: true}
extra: {}
nothing:
list: [a, b]
containerSecurityContext: {runAsNonRoot: true}
livenessProbe: {enabled: true, periodSeconds: 10}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chart = tmp_path / "charts" / "demo"
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text("name: demo\nversion: 1.0.0\nappVersion: '2'\ndescription: Some words here now\n")
    (chart / "values.yaml").write_text(VALUES)
    return tmp_path / "charts"


def test_defaults_become_keys(folder: Path) -> None:
    tree = known_values(folder / "demo", SOURCE)
    assert tree == {
        "replicas": False,
        "name": True,
        "enabled": False,
        "image": {"repository": True, "tag": True},
        "nodeSelector": True,
        "labels": True,
        "config": {"create": False, "*": True},
        "extra": True,
        "nothing": True,
        "list": True,
        "containerSecurityContext": "SecurityContext",
        "livenessProbe": tree["livenessProbe"],
    }
    assert tree["livenessProbe"]["enabled"] is False
    assert tree["livenessProbe"]["failureThreshold"] is False


def test_a_schema_adds_keys_and_closes_items(folder: Path) -> None:
    schema = {
        "properties": {
            "image": {"properties": {"digest": {"type": "string"}}},
            "list": {"type": "array", "items": {"additionalProperties": False, "properties": {"a": {}}}},
            "flags": {"$ref": "#/$defs/flags"},
        },
        "additionalProperties": True,
        "$defs": {"flags": {"type": "object", "properties": {"x": {"type": "integer"}}}},
    }
    (folder / "demo" / "values.schema.json").write_text(json.dumps(schema))
    tree = known_values(folder / "demo", SOURCE)
    assert tree["image"] == {"repository": True, "tag": True, "digest": True}
    assert tree["list"] == [{"a": True}]
    assert tree["flags"] == {"x": False}
    assert "*" not in tree


def test_variants_are_joined() -> None:
    schema = {"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
    assert from_schema(schema, schema, "") == {"a": True, "b": True}


def test_a_listed_side_wins_over_an_open_one() -> None:
    assert merge(True, {"a": True}) == {"a": True}
    assert merge({"a": True}, {"a": {"b": True}, "*": True}) == {"a": {"b": True}, "*": True}
    assert merge(True, False) is False
    assert merge("Probe", True) == "Probe"


def test_the_values_of_istio_move_to_the_top(folder: Path) -> None:
    (folder / "demo" / "values.yaml").write_text("_internal_defaults_do_not_set: {a: 1}\n")
    assert known_values(folder / "demo", SOURCE) == {"a": False}


def test_additions_go_below_what_is_known() -> None:
    tree = {"a": {"b": False}, "open": True}
    add(tree, "a.c", True)
    add(tree, "new.key", False)
    assert tree == {"a": {"b": False, "c": True}, "open": True, "new": {"key": False}}
    with pytest.raises(ExtractionError, match=r"open\.x: open is open already"):
        add(tree, "open.x", True)


def test_two_runs_give_the_same_bytes_and_no_prose(folder: Path, tmp_path: Path) -> None:
    first = extract(folder, tmp_path / "one", (SOURCE,))
    second = extract(folder, tmp_path / "two", (SOURCE,))
    assert [path.name for path in first] == ["demo-1.0.0.json", "index.json"]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert b"words" not in one.read_bytes()
        assert b"sentence" not in one.read_bytes()
    index = json.loads(first[1].read_text())
    assert index["charts"] == [
        {"name": "demo", "version": "1.0.0", "repository": "https://charts.example.org", "appVersion": "2"}
    ]


def test_another_version_in_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    other = ChartSource(folder="demo", name="demo", version="2.0.0", repository="https://charts.example.org")
    with pytest.raises(ExtractionError, match=r"expected demo 2\.0\.0"):
        extract(folder, tmp_path, (other,))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match=r"demo.Chart\.yaml: No such file"):
        extract(tmp_path, tmp_path, (SOURCE,))


def test_every_addition_belongs_to_a_source_and_says_why() -> None:
    assert ADDITIONS.keys() <= {(source.name, source.version) for source in CHARTS}
    for additions in ADDITIONS.values():
        assert all(addition.why for addition in additions)
        assert len({addition.path for addition in additions}) == len(additions)
