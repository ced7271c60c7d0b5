"""One Kubernetes object as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Body", "Manifest"]

Body = dict[str, Any]


class Manifest:
    """A Kubernetes object that is built without crossing into JavaScript.

    A chart hands all of its manifests over at once, which costs a fifteenth of a construct each. Raises `ValueError`
    for a body without apiVersion, kind and name.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        """Keep `body`, whose keys go to the file in the order given."""
        name = body.get("metadata", {}).get("name")
        if not (body.get("apiVersion") and body.get("kind") and name):
            raise ValueError(f"a manifest needs apiVersion, kind and metadata.name, not {sorted(body)}, {name!r}")
        self.body: Body = dict(body)

    @property
    def kind(self) -> str:
        """Kind of the object."""
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        """Name of the object."""
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str | None:
        """Namespace of the object; None for one of the whole cluster."""
        namespace = self.body["metadata"].get("namespace")
        return None if namespace is None else str(namespace)
