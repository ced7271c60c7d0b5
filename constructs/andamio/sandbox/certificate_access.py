"""How Terraform's Helm provider gets into a sandbox's cluster: by a certificate, as at OVHcloud."""

from __future__ import annotations

import base64
from pathlib import Path

from andamio.engines.client import Client
from andamio.sandbox.cloud.certificates import authority, certificate
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.site import Site

__all__ = ["ADMINISTRATOR", "access", "allow", "client_authority"]

ADMINISTRATOR = "kubernetes-admin"
"""The user of the certificate, as OVHcloud's kubeconfigs name it."""


def client_authority(site: Site) -> str:
    """PEM of the authority by which the sandbox's API servers know their administrator."""
    return authority(site.seed, "kubernetes").pem


def access(site: Site, server_authority: Path) -> dict[str, str]:
    """CA, certificate and key, each in base64, as a cluster's kubeconfig attributes have them.

    Args:
        site: The sandbox.
        server_authority: The certificate that the API server's own is checked against.
    """
    admin = certificate(site.seed, ADMINISTRATOR, by=authority(site.seed, "kubernetes"))
    texts = {
        "cluster_ca_certificate": server_authority.read_text(encoding="utf-8"),
        "client_certificate": admin.pem,
        "client_key": admin.key_pem,
    }
    return {name: base64.b64encode(text.encode()).decode() for name, text in texts.items()}


def allow(client: Client) -> None:
    """Give the certificate's user the rights of an administrator.

    Raises:
        SandboxError: the API server refuses.
    """
    group = "rbac.authorization.k8s.io"
    answer = client.apply(
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": ADMINISTRATOR},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": group, "kind": "User", "name": ADMINISTRATOR}],
        }
    )
    if not answer.ok:
        raise SandboxError(f"The API server does not take its administrator: {answer.message}")
