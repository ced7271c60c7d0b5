"""The certificate authority of the environment: Let's Encrypt, by DNS records at OVHcloud."""

from __future__ import annotations

from andamio.contract.secrets import dns_link
from andamio.contract.views import Context
from andamio.kubernetes.addons import cert_manager
from andamio.kubernetes.addons.cert_manager_webhook_ovh import CREDENTIALS, SOLVER, solver_group
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.secrets import ExternalSecret

__all__ = ["ISSUER", "certificate_manifests"]

ISSUER = "letsencrypt"
"""The ClusterIssuer."""

_REFRESH = 3600


def certificate_manifests(context: Context) -> tuple[Manifest, ...]:
    """The issuer, and the credential by which its solver writes records: an OAuth2 client fenced to the zone."""
    solver = {
        "endpoint": "ovh-eu",
        "authenticationMethod": "oauth2",
        "oauth2ClientIDRef": {"name": CREDENTIALS, "key": "client_id"},
        "oauth2ClientSecretRef": {"name": CREDENTIALS, "key": "client_secret"},
    }
    return (
        ExternalSecret(name=CREDENTIALS, namespace=cert_manager.NAMESPACE, link=dns_link(), refresh=_REFRESH),
        Manifest(
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "ClusterIssuer",
                "metadata": {"name": ISSUER},
                "spec": {
                    "acme": {
                        "server": cert_manager.ACME_SERVER,
                        "email": context.shared.contact,
                        "privateKeySecretRef": {"name": f"{ISSUER}-account"},
                        "solvers": [
                            {
                                "selector": {"dnsZones": [context.environment.domain.zone]},
                                "dns01": {
                                    "webhook": {
                                        "groupName": solver_group(context),
                                        "solverName": SOLVER,
                                        "config": solver,
                                    }
                                },
                            }
                        ],
                    }
                },
            }
        ),
    )
