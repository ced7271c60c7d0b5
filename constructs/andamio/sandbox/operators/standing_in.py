"""Looks over a cluster again and again, and sets what operators would that do not run here."""

from __future__ import annotations

import base64
import http.client
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from andamio.engines.client import Client
from andamio.engines.errors import EngineError
from andamio.sandbox.cloud.certificates import authority, certificate
from andamio.sandbox.operators.metrics import Metrics
from andamio.sandbox.operators.reloader import Reloader
from andamio.sandbox.operators.statuses import STOOD_IN, StoodIn

__all__ = ["MADE_HEALTHY", "StandIn", "run"]

MADE_HEALTHY: Final = "made-healthy.json"
"""File in the stand-in's folder: kind → why a stand-in sets it, and which objects it made healthy."""

_PAUSE: Final = 1.0
_PATIENCE: Final = 120
"""Looks in a row that may fail: an API server that starts anew takes some."""
_SCALER: Final = "HorizontalPodAutoscaler"
_SCALED: Final = "metrics-server: the controller is real, and what it measures is made up"
_GATEWAY_CLASS: Final = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "GatewayClass",
    "metadata": {"name": "istio"},
    "spec": {"controllerName": "istio.io/gateway-controller", "description": "made by the sandbox's stand-in"},
}


class StandIn:
    """Stands in for cert-manager, Istio, load balancers, metrics-server and Reloader in one cluster.

    Args:
        client: The cluster's.
        folder: Where `made-healthy.json` is kept.
        reloaded: Labels of the namespaces in which workloads are restarted when their Secrets change.
        kinds: What it makes healthy. Default: the table.
    """

    def __init__(
        self, client: Client, *, folder: Path, reloaded: str = "", kinds: Sequence[StoodIn] = STOOD_IN
    ) -> None:
        self._client = client
        self._file = folder / MADE_HEALTHY
        self._kinds = tuple(kinds)
        self._metrics = Metrics(client)
        self._reloader = Reloader(client, namespaces=reloaded)
        self._made: dict[str, set[str]] = {}
        self._told = ""
        self._trouble: dict[str, str] = {}

    def start(self) -> None:
        """Define what it needs, and say that it is there."""
        self._metrics.define()
        self._tell()

    @property
    def made_healthy(self) -> Mapping[str, frozenset[str]]:
        """Kind → objects that are healthy by what it set, as of its last look."""
        return {kind: frozenset(places) for kind, places in self._made.items() if places}

    def look(self) -> None:
        """Set what is to be set now; kinds that are not defined yet are left for the next time.

        What one step cannot do holds up no other; it is written to the log, once as long as it is the same.
        """
        for step in (self._metrics.look, self._make_gateway_class, self._set_all, self._reloader.look):
            try:
                step()
            except LookupError:
                continue
            except EngineError as error:
                self._complain(step.__qualname__, str(error))
        self._tell()

    def _complain(self, step: str, text: str) -> None:
        if self._trouble.get(step) != text:
            self._trouble[step] = text
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def _make_gateway_class(self) -> None:
        """As istiod does at its start, once its kind is there."""
        if not self._client.get(_GATEWAY_CLASS).ok:
            self._client.create(_GATEWAY_CLASS)

    def _set_all(self) -> None:
        for row in self._kinds:
            try:
                bodies = self._client.all_of(row.version, row.kind)
            except LookupError:
                bodies = []
            found = ({**body, "apiVersion": row.version, "kind": row.kind} for body in bodies)
            self._made[row.kind] = {_place(body) for body in found if self._set(row, body)}
        self._made[_SCALER] = {_place(body) for body in self._client.all_of("autoscaling/v2", _SCALER)}

    def _set(self, row: StoodIn, body: Mapping[str, Any]) -> bool:
        """Set an object's status where it is another one; whether it is healthy by that."""
        wanted = row.status(body)
        if wanted is None:
            return False
        same = _holds(body.get("status") or {}, wanted)
        if row.kind == "Certificate" and not (same and self._has_secret(body)) and not self._issue(body):
            return False
        return same or self._client.merge(f"{self._client.path_of(body)}/status", {"status": wanted}).ok

    def _has_secret(self, body: Mapping[str, Any]) -> bool:
        path = self._client.path("v1", "Secret", body["spec"]["secretName"], body["metadata"]["namespace"])
        return self._client.request("GET", path).ok

    def _issue(self, body: Mapping[str, Any]) -> bool:
        """Make the Secret that a Certificate asks for; the sandbox's authority is trusted by nobody."""
        hosts = tuple(body["spec"].get("dnsNames", ()))
        by = authority("sandbox", "certificates")
        made = certificate("sandbox", hosts[0] if hosts else body["metadata"]["name"], by=by, hosts=hosts)
        contents = {"tls.crt": made.pem + by.pem, "tls.key": made.key_pem, "ca.crt": by.pem}
        answer = self._client.apply(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": body["spec"]["secretName"], "namespace": body["metadata"]["namespace"]},
                "type": "kubernetes.io/tls",
                "data": {key: base64.b64encode(text.encode()).decode() for key, text in contents.items()},
            },
            manager="sandbox-stand-in",
        )
        if not answer.ok:
            self._complain(_place(body), f"Certificate {_place(body)}: {answer.message}")
        return answer.ok

    def _tell(self) -> None:
        told = json.dumps(dict(self._rows()), indent=2)
        if told != self._told:
            new = self._file.with_suffix(".new")
            new.write_text(told, encoding="utf-8")
            new.replace(self._file)
            self._told = told

    def _rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for row in self._kinds:
            yield row.kind, {"why": row.why, "objects": sorted(self._made.get(row.kind, ()))}
        yield _SCALER, {"why": _SCALED, "objects": sorted(self._made.get(_SCALER, ()))}


def _place(body: Mapping[str, Any]) -> str:
    """Namespace and name of an object."""
    return "/".join(filter(None, [body["metadata"].get("namespace"), body["metadata"]["name"]]))


def _holds(status: Any, wanted: Any) -> bool:
    """Whether a status says all that is wanted, whatever it says besides."""
    if isinstance(wanted, dict):
        return isinstance(status, dict) and all(_holds(status.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(status, list) and len(status) >= len(wanted)
        return same and all(_holds(one, other) for one, other in zip(status, wanted, strict=False))
    return bool(status == wanted)


def run(client: Client, *, folder: Path, reloaded: str) -> None:
    """Look again and again, until the process is ended or its API server is gone for good."""
    standing_in = StandIn(client, folder=folder, reloaded=reloaded)
    failures, started = 0, False
    while failures < _PATIENCE:
        try:
            if not started:
                standing_in.start()
                started = True
            standing_in.look()
            failures = 0
        except (OSError, http.client.HTTPException):
            failures += 1
        time.sleep(_PAUSE)
