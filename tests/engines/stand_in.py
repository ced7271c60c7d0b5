"""What operators would do, for tests without them: says that objects of their kinds are ready, and measures pods."""

from __future__ import annotations

import threading
from typing import Any, Self

from andamio.engines.client import Client

_NOW = "2026-01-01T00:00:00Z"
_READY = {"type": "Ready", "status": "True", "reason": "StoodIn", "message": "", "lastTransitionTime": _NOW}
_GATEWAY = tuple({**_READY, "type": name, "observedGeneration": 1} for name in ("Accepted", "Programmed"))
_ROUTE = tuple({**_READY, "type": name, "observedGeneration": 1} for name in ("Accepted", "ResolvedRefs"))
_SECRETS, _CERTIFICATES, _GATEWAYS = "external-secrets.io/v1", "cert-manager.io/v1", "gateway.networking.k8s.io/v1"
_METRICS = "metrics.k8s.io/v1beta1"


class StandIn:
    """A thread that does it every second; `made_healthy` counts by kind."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stand-in")
        self.made_healthy: dict[str, int] = {}
        self.errors: list[str] = []

    def __enter__(self) -> Self:
        answer = self._client.apply(_metrics_definition())
        assert answer.ok, answer.message
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        assert self.errors == []

    def _run(self) -> None:
        while not self._end.wait(1):
            try:
                self._once()
            except LookupError:
                continue  # A kind that is not defined yet.
            except OSError as error:
                self.errors.append(str(error))
                return

    def _once(self) -> None:
        self._measure()
        for version, kind in (
            (_SECRETS, "ClusterSecretStore"),
            (_SECRETS, "ExternalSecret"),
            (_CERTIFICATES, "ClusterIssuer"),
            (_CERTIFICATES, "Certificate"),
        ):
            self._set(version, kind, lambda body: {"conditions": [_READY]})
        self._set(_GATEWAYS, "Gateway", lambda body: {"conditions": list(_GATEWAY)})
        self._set(_GATEWAYS, "HTTPRoute", _parents)

    def _set(self, version: str, kind: str, status: Any) -> None:
        try:
            found = self._client.all_of(version, kind)
        except LookupError:
            return
        for one in found:
            body = {**one, "apiVersion": version, "kind": kind}
            wanted = status(body)
            key = next(iter(wanted))
            if [_short(one) for one in body.get("status", {}).get(key, ())] != [_short(one) for one in wanted[key]]:
                answer = self._client.merge(self._client.path_of(body) + "/status", {"status": wanted})
                if answer.ok:
                    self.made_healthy[kind] = self.made_healthy.get(kind, 0) + 1
                elif answer.status != 404:
                    self.errors.append(f"{kind}: {answer.message}")

    def _measure(self) -> None:
        """Let each pod use little, as metrics-server would tell the autoscalers."""
        kept = {
            (one["metadata"]["namespace"], one["metadata"]["name"]): one
            for one in self._client.all_of(_METRICS, "PodMetrics")
        }
        pods = {
            (one["metadata"]["namespace"], one["metadata"]["name"]): one for one in self._client.all_of("v1", "Pod")
        }
        for key in kept.keys() - pods.keys():
            self._client.delete({"apiVersion": _METRICS, "kind": "PodMetrics", "metadata": kept[key]["metadata"]})
        for key in pods.keys() - kept.keys():
            pod = pods[key]
            usage = [
                {"name": one["name"], "usage": {"cpu": "5m", "memory": "16Mi"}} for one in pod["spec"]["containers"]
            ]
            self._client.create(
                {
                    "apiVersion": _METRICS,
                    "kind": "PodMetrics",
                    "metadata": {
                        "name": key[1],
                        "namespace": key[0],
                        "labels": pod["metadata"].get("labels", {}),
                    },
                    "timestamp": _NOW,
                    "window": "30s",
                    "containers": usage,
                }
            )


def _short(condition: dict[str, Any]) -> Any:
    return (condition.get("type") or condition.get("parentRef"), condition.get("status"))


def _parents(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "parents": [
            {"parentRef": parent, "controllerName": "stand-in/gateway", "conditions": list(_ROUTE)}
            for parent in body["spec"].get("parentRefs", ())
        ]
    }


def _metrics_definition() -> dict[str, Any]:
    """The measurements as objects: who asks for them sees no difference to metrics-server's own API."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": "pods.metrics.k8s.io",
            "annotations": {"api-approved.kubernetes.io": "unapproved, stands in for an aggregated API in tests"},
        },
        "spec": {
            "group": "metrics.k8s.io",
            "scope": "Namespaced",
            "names": {"plural": "pods", "singular": "podmetrics", "kind": "PodMetrics", "listKind": "PodMetricsList"},
            "versions": [
                {
                    "name": "v1beta1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                }
            ],
        },
    }
