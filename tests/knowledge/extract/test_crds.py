"""Extraction of custom resource definitions, from one made up here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from andamio.knowledge.extract.crds import compact, extract, shared
from andamio.knowledge.extract.files import ExtractionError
from andamio.knowledge.extract.sources import CrdSource
from andamio.knowledge.structural import Validator

pytest.importorskip("yaml", reason="the extraction reads YAML with PyYAML, a development dependency")

SOURCE = CrdSource(folder="demo", project="demo", version="v1.2.3", kinds=(("example.org/v1", "Demo"),))

DEFINITION = """
kind: CustomResourceDefinition
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Demo, plural: demos, categories: [examples]}
  versions:
  - name: v1beta1
    served: false
    schema: {openAPIV3Schema: {type: object}}
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          apiVersion: {type: string, description: A text that must not be kept}
          kind: {type: string}
          metadata: {type: object}
          status: {type: object, properties: {phase: {type: string}}}
          spec:
            type: object
            required: [mode, size]
            description: Another text that must not be kept
            properties:
              mode: {type: string, enum: [a, b], default: a}
              size: {type: integer, minimum: 1, x-kubernetes-validations: [{rule: self > 0}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "crds" / "demo").mkdir(parents=True)
    (tmp_path / "crds" / "demo" / "demo.yaml").write_text(DEFINITION)
    return tmp_path / "crds"


def test_structure_stays_and_words_go(folder: Path, tmp_path: Path) -> None:
    path, index = extract(folder, tmp_path / "data", (SOURCE,))
    assert path.name == "demos.example.org.json"
    assert json.loads(path.read_text())["schema"] == {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["size"],
                "properties": {
                    "mode": {"type": "string", "enum": ["a", "b"]},
                    "size": {"type": "integer", "minimum": 1},
                },
            }
        },
    }
    assert json.loads(index.read_text())["resources"] == [
        {
            "group": "example.org",
            "version": "v1",
            "versions": ["v1"],
            "scope": "Namespaced",
            "plural": "demos",
            "kind": "Demo",
            "categories": ["examples"],
            "source": "demo",
            "sourceVersion": "v1.2.3",
            "file": "demos.example.org",
        }
    ]


def test_two_runs_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    one = extract(folder, tmp_path / "one", (SOURCE,))
    two = extract(folder, tmp_path / "two", (SOURCE,))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_missing_kind_and_an_unserved_version_are_named(folder: Path, tmp_path: Path) -> None:
    other = CrdSource(folder="demo", project="demo", version="1", kinds=(("example.org/v1", "Other"),))
    with pytest.raises(ExtractionError, match=r"no definition of Other in example\.org"):
        extract(folder, tmp_path, (other,))
    old = CrdSource(folder="demo", project="demo", version="1", kinds=(("example.org/v1beta1", "Demo"),))
    with pytest.raises(ExtractionError, match="Demo does not serve v1beta1"):
        extract(folder, tmp_path, (old,))


def test_secret_store_providers_are_cut_and_named() -> None:
    names = ("aws", "fake", "kubernetes", "ovh", "vault")
    schema = {"type": "object", "properties": {name: {"type": "object"} for name in names}}
    small = compact(schema, "provider")
    assert sorted(small["properties"]) == ["fake", "kubernetes", "ovh", "vault"]
    assert small["x-absent"] == ["aws"]
    assert "x-absent" not in compact(schema, "spec")


def test_repeated_parts_are_written_once_and_mean_the_same() -> None:
    part = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 3}}}
    schema = {"type": "object", "properties": {"one": part, "two": part, "three": {"type": "array", "items": part}}}
    compacted = shared(schema)
    assert list(compacted["definitions"]) == ["d1"]
    value = {"one": {"name": "abcd"}, "two": {}, "three": [{"nam": "a"}]}
    assert Validator(compacted["schema"], compacted["definitions"]).violations(value) == Validator(
        schema, {}
    ).violations(value)
