"""Public routes: HTTPRoutes from the environment's Gateway to a service."""

from __future__ import annotations

from typing import Any

from andamio.contract.names import GATEWAY_NAMESPACE, gateway_host
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.model import Environment, Route

__all__ = ["GATEWAY", "GATEWAY_LISTENER", "HttpRoute", "route_name"]

GATEWAY = "public"
"""The Gateway of an environment."""

GATEWAY_LISTENER = "https"
"""Its listener that ends TLS. What comes by plain HTTP the Gateway itself redirects, for every host at once."""

_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def route_name(route: Route) -> str:
    """Name of a route's object: `api.orders` for `/orders` on host `api`, `apex` for the domain itself.

    Segments of the path are joined by `.`; what a name cannot hold becomes its hexadecimal code after an `x`.
    """
    segments = [segment for segment in route.path.split("/") if segment]
    return ".".join([route.host or "apex", *map(_label, segments)])


def _label(segment: str) -> str:
    last = len(segment) - 1
    return "".join(
        character if character in _ALPHABET or (character == "-" and 0 < at < last) else f"x{ord(character):x}"
        for at, character in enumerate(segment)
    )


class HttpRoute(Manifest):
    """One public host and path prefix of a service.

    The prefix becomes `rewrite` on the way where that is set; a request that takes longer than `timeout` seconds is
    answered with 504 by the Gateway.
    """

    def __init__(self, *, service: str, route: Route, environment: Environment) -> None:
        rule: dict[str, Any] = {"matches": [{"path": {"type": "PathPrefix", "value": route.path}}]}
        if route.rewrite is not None:
            path = {"type": "ReplacePrefixMatch", "replacePrefixMatch": route.rewrite}
            rule["filters"] = [{"type": "URLRewrite", "urlRewrite": {"path": path}}]
        rule["backendRefs"] = [{"group": "", "kind": "Service", "name": service, "port": 80, "weight": 1}]
        rule["timeouts"] = {"request": f"{route.timeout}s"}
        super().__init__(
            {
                "apiVersion": "gateway.networking.k8s.io/v1",
                "kind": "HTTPRoute",
                "metadata": {
                    "name": route_name(route),
                    "namespace": service,
                    "annotations": waves.in_wave(waves.WORKLOAD),
                },
                "spec": {
                    "parentRefs": [
                        {
                            "group": "gateway.networking.k8s.io",
                            "kind": "Gateway",
                            "name": GATEWAY,
                            "namespace": GATEWAY_NAMESPACE,
                            "sectionName": GATEWAY_LISTENER,
                        }
                    ],
                    "hostnames": [gateway_host(environment, route.host)],
                    "rules": [rule],
                },
            }
        )
