"""What Reloader does where `dist/` asks for it: restart workloads whose Secrets changed.

As Reloader with `reloadStrategy: annotations`: a workload names its Secrets in `secret.reloader.stakater.com/reload`,
and gets an annotation in its pod template when one of them has other data. As Reloader it looks at changes only: what
happened while it did not run, and a Secret that is new, restart nothing. Sources: Reloader's README and chart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from andamio.engines.client import Client
from andamio.engines.errors import EngineError

__all__ = ["RELOAD", "RESTARTED", "Reloader", "Restart", "secrets_of"]

RELOAD: Final = "secret.reloader.stakater.com/reload"
"""Annotation of a workload: names of Secrets, with commas."""

RESTARTED: Final = "reloader.stakater.com/last-reloaded-from"
"""Annotation of a pod template: which Secret it was restarted for, as JSON."""

_GROUP: Final = "reloader.stakater.com/"
_KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A workload that was restarted."""

    kind: str
    namespace: str
    name: str
    secrets: tuple[str, ...]
    """The Secrets that changed."""


class Reloader:
    """Watches a cluster by looking again and again.

    Args:
        client: The cluster's.
        namespaces: Labels of the namespaces that it looks into, as the chart's `namespaceSelector`. Default: all.
    """

    def __init__(self, client: Client, *, namespaces: str = "") -> None:
        self._client = client
        self._selector = namespaces
        self._seen: dict[tuple[str, str], str] = {}

    def look(self) -> tuple[Restart, ...]:
        """Restart what has to be, once for all Secrets that changed since the look before; the first restarts nothing.

        Raises:
            EngineError: the API server refuses a restart, or a workload asks for what is not imitated.
        """
        query = {"labelSelector": self._selector} if self._selector else {}
        watched = {one["metadata"]["name"] for one in self._client.all_of("v1", "Namespace", **query)}
        now = {
            (one["metadata"]["namespace"], one["metadata"]["name"]): _digest(one)
            for one in self._client.all_of("v1", "Secret")
            if one["metadata"]["namespace"] in watched
        }
        changed = {place for place, digest in now.items() if self._seen.get(place, digest) != digest}
        # What is gone keeps its digest: a Secret that is made again with other data is a change.
        restarts = tuple(self._restarts(changed, now)) if changed else ()
        self._seen.update(now)
        return restarts

    def _restarts(self, changed: set[tuple[str, str]], now: Mapping[tuple[str, str], str]) -> Iterator[Restart]:
        namespaces = {namespace for namespace, _ in changed}
        for kind in _KINDS:
            for workload in self._client.all_of("apps/v1", kind):
                metadata = workload["metadata"]
                namespace = metadata["namespace"]
                if namespace not in namespaces:
                    continue
                names = tuple(one for one in secrets_of(workload) if (namespace, one) in changed)
                if names:
                    self._restart(kind, metadata, names[-1], now[namespace, names[-1]])
                    yield Restart(kind=kind, namespace=namespace, name=metadata["name"], secrets=names)

    def _restart(self, kind: str, metadata: Mapping[str, Any], secret: str, digest: str) -> None:
        told = json.dumps({"type": "SECRET", "name": secret, "namespace": metadata["namespace"], "hash": digest})
        patch = {"spec": {"template": {"metadata": {"annotations": {RESTARTED: told}}}}}
        path = self._client.path("apps/v1", kind, metadata["name"], metadata["namespace"])
        answer = self._client.merge(path, patch)
        if not answer.ok:
            raise EngineError(f"{kind} {metadata['namespace']}/{metadata['name']} was not restarted: {answer.message}")


def secrets_of(workload: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the Secrets whose change restarts a workload.

    Raises:
        EngineError: it asks by another of Reloader's annotations, which is not imitated.
    """
    metadata = workload["metadata"]
    annotations = metadata.get("annotations", {})
    other = sorted(name for name in annotations if _GROUP in name and name != RELOAD)
    if other:
        where = f"{metadata.get('namespace', '')}/{metadata['name']}"
        raise EngineError(f"{where} asks by {', '.join(other)}, which the sandbox's Reloader does not imitate.")
    return tuple(name for one in annotations.get(RELOAD, "").split(",") if (name := one.strip()))


def _digest(secret: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(secret.get("data") or {}, sort_keys=True).encode()).hexdigest()
