"""external-dns: keeps the zone's records in step with the hosts that HTTPRoutes name."""

from __future__ import annotations

import re

from andamio.contract.names import GATEWAY_NAMESPACE, cloud_prefix
from andamio.contract.secrets import dns_link
from andamio.contract.views import Context
from andamio.kubernetes.addons.addon import (
    RESTRICTED_CONTAINER,
    RESTRICTED_POD,
    SYSTEM_PRIORITY,
    Addon,
    HelmChart,
    Values,
    resources,
    system_nodes,
)
from andamio.kubernetes.addons.cert_manager_webhook_ovh import OVH_HOSTS
from andamio.kubernetes.flows import ApiServer, Component, Dns, ToHost
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.secrets import ExternalSecret

__all__ = ["ADDON", "NAMESPACE", "values"]

NAMESPACE = "external-dns"

_CREDENTIALS = "ovh-dns"
_REFRESH = 3600


def values(context: Context) -> Values:
    """Values of chart external-dns.

    One replica by design: two would write the same records. It touches only names under the environment's domain
    and only records that its own text records mark as its own, so environments can share a zone. The filter has to
    match the zone as well, or the zone is left out. The client of OVHcloud's API in it (go-ovh 1.9) reads an OAuth2
    client from the environment. `sync` deletes records of routes that went.
    """
    domain = context.environment.domain
    names = rf"^({re.escape(domain.zone)}|(.+\.)?{re.escape(domain.name)})$"
    return {
        "provider": {"name": "ovh"},
        "extraArgs": [
            "--ovh-endpoint=ovh-eu",
            f"--gateway-namespace={GATEWAY_NAMESPACE}",
            f"--regex-domain-filter={names}",
        ],
        "sources": ["gateway-httproute"],
        "managedRecordTypes": ["A", "AAAA", "CNAME"],
        "policy": "sync",
        "registry": "txt",
        "txtOwnerId": cloud_prefix(context.shared, context.environment),
        "txtPrefix": "external-dns.",
        "interval": "1m",
        "logFormat": "json",
        "env": [
            {"name": variable, "valueFrom": {"secretKeyRef": {"name": _CREDENTIALS, "key": key}}}
            for variable, key in (("OVH_CLIENT_ID", "client_id"), ("OVH_CLIENT_SECRET", "client_secret"))
        ],
        "resources": resources(cpu=20, memory=64),
        "priorityClassName": SYSTEM_PRIORITY,
        "podSecurityContext": {**RESTRICTED_POD, "fsGroup": 65534},
        "securityContext": {**RESTRICTED_CONTAINER, "privileged": False, "runAsUser": 65532, "runAsGroup": 65532},
        **system_nodes(context),
    }


def _components(context: Context) -> tuple[Component, ...]:
    return (
        Component(
            name="external-dns",
            labels={"app.kubernetes.io/name": "external-dns"},
            flows=(
                Dns(),
                ApiServer(),
                *(ToHost(host=host) for host in OVH_HOSTS),
                # It asks the zone's own name server for the serial number before it reads all records again.
                ToHost(host="*.ovh.net", port=53, protocol="UDP"),
            ),
        ),
    )


def _objects(context: Context) -> tuple[Manifest, ...]:
    return (ExternalSecret(name=_CREDENTIALS, namespace=NAMESPACE, link=dns_link(), refresh=_REFRESH),)


ADDON = Addon(
    name="external-dns",
    source=HelmChart(name="external-dns", version="1.21.1"),
    namespace=NAMESPACE,
    values=values,
    components=_components,
    objects=_objects,
    needs=(
        "CustomResourceDefinition/Gateway.gateway.networking.k8s.io",
        "CustomResourceDefinition/HTTPRoute.gateway.networking.k8s.io",
    ),
)
