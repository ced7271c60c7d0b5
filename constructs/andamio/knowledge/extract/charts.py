"""Makes the compact list of known value keys of each chart.

Reads `<folder>/<chart folder>/Chart.yaml`, `values.yaml` and, where there is one,
`values.schema.json`. Nothing but keys, versions and constraints is kept.

A key is known if the default values or the schema have it, or the table of additions. A map is
open if its default is empty or null, if a key in it has a dot or a slash (flags, labels), if its
name is one that charts use for free-form maps, or if the schema says so. A number or a boolean
takes no keys below it; a text may be replaced by a map, since charts accept either in places.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from andamio.knowledge.charts import Node
from andamio.knowledge.extract.chart_additions import ADDITIONS
from andamio.knowledge.extract.files import ExtractionError, load_yaml, write_json
from andamio.knowledge.extract.sources import CHARTS, ChartSource
from andamio.knowledge.shapes import OPEN_KEYS, SHAPE_OF_KEY, SHAPES

INTERNAL = "_internal_defaults_do_not_set"
"""Istio nests its defaults under this key; users set the same keys at the top."""


def extract(folder: Path, data: Path, sources: tuple[ChartSource, ...] = CHARTS) -> list[Path]:
    """Write one file a chart and the index into `data`/charts; return the files written.

    Raises:
        ExtractionError: a chart's folder is missing, or holds another name or version than the
            table of sources.
    """
    written = []
    index = []
    for source in sources:
        chart = load_yaml(folder / source.folder / "Chart.yaml")
        found = (chart.get("name"), chart.get("version"))
        if found != (source.name, source.version):
            raise ExtractionError(f"{folder / source.folder}: expected {source.name} {source.version}, found {found}")
        entry = {"name": source.name, "version": source.version, "repository": source.repository}
        for key in ("appVersion", "kubeVersion"):
            if chart.get(key):
                entry[key] = str(chart[key])
        index.append(entry)
        path = data / "charts" / f"{source.name}-{source.version}.json"
        write_json(path, {"values": known_values(folder / source.folder, source)})
        written.append(path)
    path = data / "charts" / "index.json"
    write_json(path, {"charts": index})
    return [*written, path]


def known_values(folder: Path, source: ChartSource) -> Node:
    """Return the tree of known keys of the chart in `folder`."""
    values = load_yaml(folder / "values.yaml")
    if INTERNAL in values:
        values = {**{k: v for k, v in values.items() if k != INTERNAL}, **values[INTERNAL]}
    tree = from_values(values, "")
    schema_file = folder / "values.schema.json"
    if schema_file.is_file():
        schema = json.loads(schema_file.read_text(encoding="utf-8"))
        tree = merge(tree, from_schema(schema, schema, ""))
    if not isinstance(tree, dict):
        raise ExtractionError(f"{folder / 'values.yaml'}: no keys at the top")
    tree.pop("*", None)  # an open top would forgive every mistake
    for addition in ADDITIONS.get((source.name, source.version), ()):
        add(tree, addition.path, addition.node)
    return tree


def from_values(value: object, name: str) -> Node:
    """Return the node that a default value of the key `name` stands for."""
    if name in OPEN_KEYS:
        return True
    if name in SHAPE_OF_KEY and (value is None or isinstance(value, Mapping)):
        return _shaped(SHAPE_OF_KEY[name], {str(k): from_values(v, str(k)) for k, v in (value or {}).items()})
    if isinstance(value, Mapping):
        if not value:
            return True
        tree: dict[str, Any] = {str(key): from_values(below, str(key)) for key, below in value.items()}
        if any("." in key or "/" in key for key in tree):
            tree = {key: node for key, node in tree.items() if "." not in key and "/" not in key}
            tree["*"] = True
        return tree
    return not isinstance(value, bool | int | float)


def from_schema(schema: Mapping[str, Any], root: Mapping[str, Any], name: str) -> Node:
    """Return the node that a JSON schema for the key `name` stands for."""
    if "$ref" in schema:
        target: Any = root
        reference = str(schema["$ref"])
        if not reference.startswith("#/"):
            return True
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        return from_schema(target, root, name)
    if name in OPEN_KEYS:
        return True
    properties = {key: from_schema(below, root, key) for key, below in schema.get("properties", {}).items()}
    if name in SHAPE_OF_KEY:
        return _shaped(SHAPE_OF_KEY[name], properties)
    extra = schema.get("additionalProperties")
    if properties:
        tree: dict[str, Any] = dict(properties)
        if extra is True:
            tree["*"] = True
        elif isinstance(extra, Mapping):
            tree["*"] = from_schema(extra, root, "")
        return tree
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if branches:
        return reduce(merge, (from_schema(branch, root, name) for branch in branches))
    types = schema.get("type", [])
    names = {types} if isinstance(types, str) else set(types)
    if names and names <= {"boolean", "integer", "number", "null"} and "null" not in names:
        return False
    items = schema.get("items")
    if names == {"array"} and isinstance(items, Mapping) and _closed(items):
        return [from_schema(items, root, "")]
    return True


def _closed(schema: Mapping[str, Any]) -> bool:
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())] or [schema]
    return all(branch.get("additionalProperties") is False for branch in branches)


def merge(one: Node, other: Node) -> Node:
    """Join what two sources say of one place: every key of both, open only where both are.

    An open side says "nothing known" rather than "anything goes" when the other side lists
    keys, unless that list has a `*` of its own.
    """
    if isinstance(one, str) and isinstance(other, str):
        return one
    if isinstance(one, str) or isinstance(other, str):
        return one if isinstance(one, str) else other
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            key: merge(one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
            for key in [*one, *(key for key in other if key not in one)]
        }
    if isinstance(one, dict | list):
        return one
    if isinstance(other, dict | list):
        return other
    return one and other


def add(tree: dict[str, Any], path: str, node: Node) -> None:
    """Add one key by its dotted path; the places above it are made where missing.

    Raises:
        ExtractionError: a place above it is open already, so the addition says nothing.
    """
    *above, last = path.split(".")
    for key in above:
        below = tree.setdefault(key, {})
        if isinstance(below, str):
            below = tree[key] = dict(SHAPES[below])
        elif below is False:
            below = tree[key] = {}
        if not isinstance(below, dict):
            raise ExtractionError(f"{path}: {key} is open already")
        tree = below
    tree[last] = node


def _shaped(shape: str, own: Mapping[str, Any]) -> Node:
    extra = {key: node for key, node in own.items() if key not in SHAPES[shape]}
    return {**SHAPES[shape], **extra} if extra else shape
