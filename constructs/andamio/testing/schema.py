"""Validates Kubernetes objects offline, as strictly as an API server that is asked to.

Built-in kinds are checked against the schemas that the package `kubernetes_validate` ships (a
development dependency), custom ones against those of `andamio.knowledge.crds`. An object of a kind
that neither knows is an error, never a pass.

The package's own validator needs some ten milliseconds an object; here each kind's schema is
turned once into the form of `andamio.knowledge.structural`, which takes well under one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from andamio.knowledge import crds
from andamio.knowledge.structural import Validator

_FOLDER = "kubernetes-json-schema"


def violations(document: Mapping[str, Any], kubernetes_version: str = "1.35") -> list[str]:
    """Return one sentence for each violation of an object's schema; empty if there is none.

    `kubernetes_version` is a minor version such as `1.35`; a patch number is ignored.

    Raises:
        LookupError: no schema is known for the object's kind or for the Kubernetes version.
        RuntimeError: the package `kubernetes_validate` is not installed.
    """
    api_version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return ["apiVersion and kind: missing, and required"]
    if crds.custom_resource(api_version, kind) is not None:
        return crds.violations(document)
    minor = ".".join(kubernetes_version.removeprefix("v").split(".")[:2])
    return _validator(api_version, kind, minor).violations(document)


@cache
def kubernetes_versions() -> tuple[str, ...]:
    """Return the Kubernetes minor versions whose schemas are installed, oldest first.

    Raises:
        RuntimeError: the package `kubernetes_validate` is not installed.
    """
    names = (folder.name for folder in _schemas().iterdir() if folder.name.endswith("-local-strict"))
    minors = {tuple(map(int, name.removeprefix("v").split("-")[0].split(".")[:2])) for name in names}
    return tuple(f"{major}.{minor}" for major, minor in sorted(minors))


def _schemas() -> Any:
    try:
        return resources.files("kubernetes_validate").joinpath(_FOLDER)
    except ModuleNotFoundError as missing:
        raise RuntimeError(
            "validating built-in kinds needs the package kubernetes_validate, which is not installed"
        ) from missing


def _folder(minor: str) -> Any:
    if minor not in kubernetes_versions():
        raise LookupError(
            f"no schemas of Kubernetes {minor} are installed (there are: {', '.join(kubernetes_versions())})"
        )
    return _schemas().joinpath(f"v{minor}.0-local-strict")


@cache
def _validator(api_version: str, kind: str, minor: str) -> Validator:
    group, _, version = api_version.rpartition("/")
    prefix = f"{group.split('.')[0]}-" if group else ""
    file = _folder(minor).joinpath(f"{kind.lower()}-{prefix}{version}.json")
    schema = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    properties = schema.get("properties", {})
    if api_version not in properties.get("apiVersion", {}).get("enum", ()):
        raise LookupError(f"no schema of {kind} in {api_version} is known for Kubernetes {minor}")
    root = _convert(schema)
    root["required"] = sorted({*root.get("required", ()), "metadata"} & properties.keys())
    return Validator(root, _definitions(minor))


@cache
def _definitions(minor: str) -> Mapping[str, Any]:
    content = json.loads(_folder(minor).joinpath("_definitions.json").read_text(encoding="utf-8"))
    return {name: _convert(schema) for name, schema in content["$defs"].items()}


def _convert(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Turn one JSON schema of the package into the structural form."""
    if "$ref" in schema:
        return {"$ref": str(schema["$ref"]).rpartition("/")[2]}
    kept = {key: schema[key] for key in ("enum", "required", "x-kubernetes-list-map-keys") if key in schema}
    if schema.get("x-kubernetes-list-type") == "set":
        kept["x-kubernetes-list-type"] = "set"
    types = _types(schema)
    kept["nullable"] = "null" in types
    named = [name for name in types if name != "null"]
    if named:
        kept["type"] = named[0] if len(named) == 1 else named
    if "properties" in schema:
        kept["properties"] = {key: _convert(below) for key, below in schema["properties"].items()}
    if "items" in schema:
        kept["items"] = _convert(schema["items"])
    extra = schema.get("additionalProperties")
    if isinstance(extra, Mapping):
        kept["additionalProperties"] = _convert(extra)
    elif extra is not False:
        kept["x-kubernetes-preserve-unknown-fields"] = True
    return kept


def _types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that a schema allows; `oneOf` is only used for scalars of several types."""
    branches = schema.get("oneOf", (schema,))
    types: list[str] = []
    for branch in branches:
        own = branch.get("type", [])
        types.extend([own] if isinstance(own, str) else own)
    return types
