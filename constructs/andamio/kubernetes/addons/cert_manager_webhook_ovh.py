"""The OVHcloud solver of cert-manager: proves by a DNS record that a domain is ours."""

from __future__ import annotations

from andamio.contract.views import Context
from andamio.kubernetes import waves
from andamio.kubernetes.addons import cert_manager
from andamio.kubernetes.addons.addon import (
    RESTRICTED_CONTAINER,
    RESTRICTED_POD,
    SYSTEM_PRIORITY,
    Addon,
    HelmChart,
    Values,
    replicas,
    resources,
    spread,
    system_nodes,
)
from andamio.kubernetes.flows import ApiServer, Component, Dns, FromApiServer, ToHost
from andamio.kubernetes.manifest import Manifest

__all__ = ["ADDON", "CREDENTIALS", "NAME", "OVH_HOSTS", "SOLVER", "solver_group", "values"]

NAME = "cert-manager-webhook-ovh"

SOLVER = "ovh"
"""The solver's name in an issuer; the chart fixes it."""

CREDENTIALS = "ovh-dns"
"""The Secret, in cert-manager's namespace, of the OAuth2 client that may edit the zone. The solver reads it there
and nowhere else (the project's issue 82)."""

OVH_HOSTS = ("eu.api.ovh.com", "www.ovh.com")
"""OVHcloud's API, and where its OAuth2 tokens come from."""

_PORT = 8443
_LABELS = {"app.kubernetes.io/name": NAME}


def solver_group(context: Context) -> str:
    """The API group under which cert-manager calls the solver; it has to be nobody else's."""
    return f"acme.{context.environment.domain.zone}"


def values(context: Context) -> Values:
    """Values of chart cert-manager-webhook-ovh. Its issuers stay off: ours is in the folder `certificates`."""
    nodes = system_nodes(context)
    return {
        "fullnameOverride": NAME,
        "groupName": solver_group(context),
        "certManager": {"namespace": cert_manager.NAMESPACE, "serviceAccountName": "cert-manager"},
        "issuers": [],
        "pod": {
            "replicas": replicas(context),
            "port": _PORT,
            "resources": resources(cpu=20, memory=64),
            "priorityClassName": SYSTEM_PRIORITY,
            "securityContext": {
                "pod": {**RESTRICTED_POD, "runAsUser": 1000, "runAsGroup": 1000},
                "container": {**RESTRICTED_CONTAINER, "privileged": False},
            },
            "selectors": {
                "nodeSelector": nodes["nodeSelector"],
                # The chart knows no topology spread.
                "affinity": {
                    "podAntiAffinity": {
                        "preferredDuringSchedulingIgnoredDuringExecution": [
                            {
                                "weight": 100,
                                "podAffinityTerm": {
                                    "topologyKey": constraint["topologyKey"],
                                    "labelSelector": constraint["labelSelector"],
                                },
                            }
                            for constraint in spread(_LABELS)
                        ]
                    }
                },
            },
            "tolerations": nodes["tolerations"],
        },
    }


def _objects(context: Context) -> tuple[Manifest, ...]:
    """The right to read its credential, which the chart gives for issuers of its own only, and its budget."""
    metadata = {"namespace": cert_manager.NAMESPACE, "annotations": waves.in_wave(waves.FOUNDATION)}
    name = f"{NAME}-credentials"
    made = [
        Manifest(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "Role",
                "metadata": {"name": name, **metadata},
                "rules": [
                    {
                        "apiGroups": [""],
                        "resources": ["secrets"],
                        "resourceNames": [CREDENTIALS],
                        "verbs": ["get", "watch"],
                    }
                ],
            }
        ),
        Manifest(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "RoleBinding",
                "metadata": {"name": name, **metadata},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
                "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": cert_manager.NAMESPACE}],
            }
        ),
    ]
    if replicas(context) > 1:
        made.append(
            Manifest(
                {
                    "apiVersion": "policy/v1",
                    "kind": "PodDisruptionBudget",
                    "metadata": {"name": NAME, **metadata},
                    "spec": {"minAvailable": 1, "selector": {"matchLabels": _LABELS}},
                }
            )
        )
    return tuple(made)


def _components(context: Context) -> tuple[Component, ...]:
    return (
        Component(
            name=NAME,
            labels=_LABELS,
            flows=(
                Dns(),
                ApiServer(),
                FromApiServer(port=_PORT),
                *(ToHost(host=host) for host in OVH_HOSTS),
            ),
        ),
    )


ADDON = Addon(
    name=NAME,
    source=HelmChart(name="cert-manager-webhook-ovh", version="0.9.16"),
    namespace=cert_manager.NAMESPACE,
    values=values,
    components=_components,
    objects=_objects,
    provides=("Solver/ovh",),
    # The chart makes its serving certificate by an issuer of its own.
    needs=(
        "CustomResourceDefinition/Certificate.cert-manager.io",
        "CustomResourceDefinition/Issuer.cert-manager.io",
    ),
)
