"""Makes the compact form of the custom resource definitions that Andamio writes objects of.

Reads every YAML file below `<folder>/<project folder>/`. What is kept of a schema is structure:
types, fields, required fields, enumerations, patterns and bounds. What goes: descriptions,
examples, `status` (controllers write it), CEL rules (they need a cluster), and the secret store
providers other than `KEPT_PROVIDERS`, whose names are kept as absent ones. A required field with
a default is not required of a writer, since the API server fills defaults in before it validates.

A part of a schema that occurs more than once is written once, under `definitions`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from andamio.knowledge.extract.files import ExtractionError, load_all_yaml, write_json
from andamio.knowledge.extract.sources import CRDS, CrdSource

KEPT_KEYS: Final = (
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "nullable",
    "pattern",
    "type",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-preserve-unknown-fields",
)
"""Schema keys that are taken over as they are."""

KEPT_FORMATS: Final = ("cidr", "ipv4", "ipv6")
"""Formats that the API server checks and the reader can check as well."""

KEPT_PROVIDERS: Final = ("fake", "kubernetes", "ovh", "vault")
"""The secret store providers that are kept; 40 others would be nine tenths of the file."""

SHARED_FROM: Final = 60
"""Length in characters from which a repeated part is worth a definition."""


def extract(folder: Path, data: Path, sources: tuple[CrdSource, ...] = CRDS) -> list[Path]:
    """Write one file a kind and the index into `data`/crds; return the files written.

    Raises:
        ExtractionError: a project's folder lacks one of its kinds.
    """
    written = []
    index = []
    for source in sources:
        definitions = _definitions(folder / source.folder, {kind for _, kind in source.kinds})
        for api_version, kind in source.kinds:
            group, _, version = api_version.partition("/")
            definition = definitions.get((group, kind))
            if definition is None:
                raise ExtractionError(f"{folder / source.folder}: no definition of {kind} in {group}")
            entry, schema = _compact_definition(definition, version, folder / source.folder)
            name = f"{entry['plural']}.{group}"
            index.append({**entry, "source": source.project, "sourceVersion": source.version, "file": name})
            path = data / "crds" / f"{name}.json"
            write_json(path, shared(schema))
            written.append(path)
    path = data / "crds" / "index.json"
    write_json(path, {"resources": sorted(index, key=lambda entry: str(entry["file"]))})
    return [*written, path]


def _definitions(folder: Path, kinds: set[str]) -> dict[tuple[str, str], Mapping[str, Any]]:
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if not any(kind in text for kind in kinds):
            continue
        for document in load_all_yaml(path):
            if document.get("kind") == "CustomResourceDefinition":
                spec = document["spec"]
                found[spec["group"], spec["names"]["kind"]] = spec
    return found


def _compact_definition(spec: Mapping[str, Any], version: str, where: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    names = spec["names"]
    served = [entry for entry in spec["versions"] if entry.get("served")]
    chosen = next((entry for entry in served if entry["name"] == version), None)
    if chosen is None:
        raise ExtractionError(f"{where}: {names['kind']} does not serve {version}")
    schema = dict(chosen["schema"]["openAPIV3Schema"])
    schema["properties"] = {
        key: below
        for key, below in schema["properties"].items()
        if key not in ("apiVersion", "kind", "metadata", "status")
    }
    schema["required"] = [key for key in schema.get("required", ()) if key in schema["properties"]]
    entry = {
        "group": spec["group"],
        "version": version,
        "versions": [entry["name"] for entry in served],
        "scope": spec["scope"],
        "plural": names["plural"],
        "kind": names["kind"],
        "categories": sorted(names.get("categories", ())),
    }
    return entry, compact(schema)


def compact(schema: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """Return the structure of one schema; `name` is the field that it describes."""
    small = {key: schema[key] for key in KEPT_KEYS if key in schema}
    if schema.get("format") in KEPT_FORMATS:
        small["format"] = schema["format"]
    if schema.get("x-kubernetes-list-type") == "set":
        small["x-kubernetes-list-type"] = "set"
    properties = dict(schema.get("properties", {}))
    if name == "provider" and set(KEPT_PROVIDERS) <= set(properties):
        small["x-absent"] = sorted(set(properties) - set(KEPT_PROVIDERS))
        properties = {key: below for key, below in properties.items() if key in KEPT_PROVIDERS}
    if properties:
        small["properties"] = {key: compact(below, key) for key, below in properties.items()}
    required = [key for key in schema.get("required", ()) if "default" not in properties.get(key, {})]
    if required:
        small["required"] = sorted(required)
    if "items" in schema:
        small["items"] = compact(schema["items"])
    extra = schema.get("additionalProperties")
    if extra is not None:
        small["additionalProperties"] = compact(extra) if isinstance(extra, Mapping) else extra
    for key in ("allOf", "anyOf", "oneOf"):
        branches = [compact(branch) for branch in schema.get(key, ())]
        if branches and not schema.get("x-kubernetes-int-or-string"):
            small[key] = branches
    if "not" in schema:
        small["not"] = compact(schema["not"])
    return small


def shared(schema: dict[str, Any]) -> dict[str, Any]:
    """Return `{"schema": …, "definitions": …}` with repeated parts written once."""
    counts: Counter[str] = Counter()

    def count(node: object) -> None:
        if isinstance(node, dict):
            text = _text(node)
            counts[text] += 1
            if counts[text] > 1:
                return
        for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            count(below)

    count(schema)
    names: dict[str, str] = {}
    definitions: dict[str, Any] = {}

    def replace(node: Any, inside: bool) -> Any:
        if isinstance(node, list):
            return [replace(below, True) for below in node]
        if not isinstance(node, dict):
            return node
        text = _text(node)
        if inside and counts[text] > 1 and len(text) >= SHARED_FROM and _is_schema(node):
            if text not in names:
                names[text] = f"d{len(names) + 1}"
                definitions[names[text]] = {key: replace(below, True) for key, below in node.items()}
            return {"$ref": names[text]}
        return {key: replace(below, True) for key, below in node.items()}

    return {"schema": replace(schema, False), "definitions": definitions}


def _is_schema(node: Mapping[str, Any]) -> bool:
    return isinstance(node.get("type"), str) or "x-kubernetes-int-or-string" in node


def _text(node: object) -> str:
    return json.dumps(node, sort_keys=True, separators=(",", ":"))
