"""The table of kinds that a stand-in makes healthy: what the status of each becomes, and why its operator is not here.

It may only shrink: a kind goes from here when its operator runs for real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["ADDRESS", "STOOD_IN", "StoodIn", "ready"]

ADDRESS: Final = "203.0.113.80"
"""Public address of every load balancer: one of those that documentation uses (RFC 5737)."""

_MOMENT: Final = "2026-01-01T00:00:00Z"

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class StoodIn:
    """A kind whose status a stand-in sets."""

    version: str
    kind: str
    status: Callable[[Body], dict[str, Any] | None]
    """From an object its status; None: nothing is to be set."""

    why: str
    """What would set it, and why that does not run."""


def ready(body: Body, *types: str) -> list[dict[str, Any]]:
    """Conditions that all hold for an object as it is."""
    seen = body["metadata"].get("generation", 1)
    return [
        {
            "type": name,
            "status": "True",
            "reason": "StoodIn",
            "message": "set by the sandbox's stand-in",
            "lastTransitionTime": _MOMENT,
            "observedGeneration": seen,
        }
        for name in types or ("Ready",)
    ]


def _conditions(*types: str) -> Callable[[Body], dict[str, Any]]:
    return lambda body: {"conditions": ready(body, *types)}


def _gateway(body: Body) -> dict[str, Any]:
    listeners = [
        {
            "name": one["name"],
            "attachedRoutes": 0,
            "supportedKinds": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"}],
            "conditions": ready(body, "Accepted", "Programmed", "ResolvedRefs"),
        }
        for one in body["spec"]["listeners"]
    ]
    return {
        "conditions": ready(body, "Accepted", "Programmed"),
        "addresses": [{"type": "IPAddress", "value": ADDRESS}],
        "listeners": listeners,
    }


def _route(body: Body) -> dict[str, Any]:
    return {
        "parents": [
            {
                "parentRef": parent,
                "controllerName": "istio.io/gateway-controller",
                "conditions": ready(body, "Accepted", "ResolvedRefs"),
            }
            for parent in body["spec"].get("parentRefs", ())
        ]
    }


def _service(body: Body) -> dict[str, Any] | None:
    if body["spec"].get("type") != "LoadBalancer":
        return None
    return {"loadBalancer": {"ingress": [{"ip": ADDRESS, "ipMode": "VIP"}]}}


_CERT_MANAGER: Final = "cert-manager: its command is not in the module that the catalog's version is served as"
_ISTIO: Final = "istiod: its build takes ten minutes and gives nothing but this status on nodes without containers"
_GATEWAY_API: Final = "gateway.networking.k8s.io/v1"

STOOD_IN: Final[tuple[StoodIn, ...]] = (
    StoodIn(version="cert-manager.io/v1", kind="ClusterIssuer", status=_conditions(), why=_CERT_MANAGER),
    StoodIn(version="cert-manager.io/v1", kind="Certificate", status=_conditions(), why=_CERT_MANAGER),
    StoodIn(version=_GATEWAY_API, kind="GatewayClass", status=_conditions("Accepted"), why=_ISTIO),
    StoodIn(version=_GATEWAY_API, kind="Gateway", status=_gateway, why=_ISTIO),
    StoodIn(version=_GATEWAY_API, kind="HTTPRoute", status=_route, why=_ISTIO),
    StoodIn(version="v1", kind="Service", status=_service, why="OVHcloud's load balancers: there is no cloud"),
)
