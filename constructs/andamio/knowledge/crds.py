"""The custom resources that Andamio writes, and checks of objects against their schemas.

The schemas are the compact form that `python -m andamio.knowledge.extract crds` makes: no
descriptions, no `status`, no CEL rules, and of the secret stores only the providers `fake`,
`kubernetes`, `ovh` and `vault`; any other provider is reported as one that is not carried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from andamio.knowledge import data
from andamio.knowledge.nearest import nearest
from andamio.knowledge.structural import Validator


class Scope(StrEnum):
    """Whether objects of a kind live in a namespace."""

    NAMESPACED = "Namespaced"
    CLUSTER = "Cluster"


@dataclass(frozen=True, kw_only=True)
class CustomResource:
    """One kind of custom resource, in the version whose schema is carried."""

    group: str
    version: str
    versions: tuple[str, ...]
    """Every version that the definition serves; only the schema of `version` is carried."""

    scope: Scope
    plural: str
    kind: str
    categories: tuple[str, ...]
    """Short names of the groups that `kubectl get` lists the kind in; often empty."""

    source: str
    """The project that the definition comes from."""

    source_version: str
    """That project's version."""

    @property
    def api_version(self) -> str:
        """The group and version as objects write them."""
        return f"{self.group}/{self.version}"

    @property
    def name(self) -> str:
        """The name of the CustomResourceDefinition object."""
        return f"{self.plural}.{self.group}"


METADATA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 253},
        "generateName": {"type": "string"},
        "namespace": {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63},
        "labels": {
            "type": "object",
            "additionalProperties": {
                "type": "string",
                "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$",
                "maxLength": 63,
            },
        },
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
        "finalizers": {"type": "array", "items": {"type": "string"}},
        "ownerReferences": {
            "type": "array",
            "items": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        },
    },
}
"""What a writer may set of an object's metadata; the rules are those of the Kubernetes API."""


@cache
def custom_resources() -> tuple[CustomResource, ...]:
    """Every custom resource that is known, by group and plural."""
    return tuple(
        CustomResource(
            group=entry["group"],
            version=entry["version"],
            versions=tuple(entry["versions"]),
            scope=Scope(entry["scope"]),
            plural=entry["plural"],
            kind=entry["kind"],
            categories=tuple(entry["categories"]),
            source=entry["source"],
            source_version=entry["sourceVersion"],
        )
        for entry in data.read("crds/index.json")["resources"]
    )


@cache
def _by_key() -> Mapping[tuple[str, str], CustomResource]:
    return {(resource.api_version, resource.kind): resource for resource in custom_resources()}


def custom_resource(api_version: str, kind: str) -> CustomResource | None:
    """Return the custom resource of that API version and kind, or None where its schema is not carried."""
    return _by_key().get((api_version, kind))


def violations(document: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each violation of the schema in an object; empty if there is none.

    Reported are an unknown field (with the nearest known one), a wrong type, a missing required
    field, a value outside an enumeration, a pattern or a bound, and a missing or superfluous
    namespace only as far as the object itself shows it.

    Raises:
        LookupError: the object's kind is not among the custom resources that are known.
    """
    api_version, kind = str(document.get("apiVersion")), str(document.get("kind"))
    resource = custom_resource(api_version, kind)
    if resource is None:
        close = nearest(kind, (known.kind for known in custom_resources()))
        hint = f' Did you mean "{close}"?' if close else ""
        raise LookupError(f"no schema of {kind} in {api_version} is known.{hint}")
    return [*_metadata(document, resource), *_validator(resource.name).violations(_body(document))]


def _body(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in document.items() if key not in ("apiVersion", "kind", "metadata", "status")}


def _metadata(document: Mapping[str, Any], resource: CustomResource) -> Iterator[str]:
    metadata = document.get("metadata")
    if not isinstance(metadata, Mapping) or not (metadata.get("name") or metadata.get("generateName")):
        yield "metadata.name: missing, and required"
        return
    yield from _METADATA.violations(metadata, "metadata")
    if resource.scope is Scope.CLUSTER and "namespace" in metadata:
        yield f"metadata.namespace: {resource.kind} is a cluster's object and has none"


_METADATA: Final = Validator(METADATA, {})


@cache
def _validator(name: str) -> Validator:
    content = data.read(f"crds/{name}.json")
    return Validator(content["schema"], content["definitions"])
