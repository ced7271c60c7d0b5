"""Which charts, custom resources and provider resources are extracted, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class ChartSource:
    """One chart version and the folder that holds its files."""

    folder: str
    name: str
    version: str
    repository: str


_ARGO: Final = "https://argoproj.github.io/argo-helm"
_ISTIO: Final = "https://istio-release.storage.googleapis.com/charts"

CHARTS: Final[tuple[ChartSource, ...]] = (
    ChartSource(folder="argo-cd", name="argo-cd", version="10.1.1", repository=_ARGO),
    ChartSource(folder="argocd-apps", name="argocd-apps", version="2.0.5", repository=_ARGO),
    ChartSource(folder="cert-manager", name="cert-manager", version="v1.21.1", repository="https://charts.jetstack.io"),
    ChartSource(
        folder="cert-manager-webhook-ovh-aureq",
        name="cert-manager-webhook-ovh",
        version="0.9.16",
        repository="https://aureq.github.io/cert-manager-webhook-ovh/",
    ),
    ChartSource(
        folder="external-dns",
        name="external-dns",
        version="1.21.1",
        repository="https://kubernetes-sigs.github.io/external-dns/",
    ),
    ChartSource(
        folder="external-secrets",
        name="external-secrets",
        version="2.9.0",
        repository="https://charts.external-secrets.io",
    ),
    ChartSource(folder="istio-base", name="base", version="1.30.3", repository=_ISTIO),
    ChartSource(folder="istiod", name="istiod", version="1.30.3", repository=_ISTIO),
    ChartSource(
        folder="reloader",
        name="reloader",
        version="2.2.16",
        repository="https://stakater.github.io/stakater-charts",
    ),
)
"""Repositories as each project's own installation page names them."""


@dataclass(frozen=True, kw_only=True)
class CrdSource:
    """The custom resources taken from one project's folder."""

    folder: str
    project: str
    version: str
    """The project's version, the tag of its repository."""

    kinds: tuple[tuple[str, str], ...]
    """The kinds as (API version, kind); one schema each."""


CRDS: Final[tuple[CrdSource, ...]] = (
    CrdSource(
        folder="argo-cd",
        project="argo-cd",
        version="v3.4.4",
        kinds=(("argoproj.io/v1alpha1", "Application"), ("argoproj.io/v1alpha1", "AppProject")),
    ),
    CrdSource(
        folder="cert-manager",
        project="cert-manager",
        version="v1.21.1",
        kinds=(
            ("cert-manager.io/v1", "Certificate"),
            ("cert-manager.io/v1", "ClusterIssuer"),
            ("cert-manager.io/v1", "Issuer"),
        ),
    ),
    CrdSource(
        folder="cilium",
        project="cilium",
        version="v1.19.6",
        kinds=(("cilium.io/v2", "CiliumNetworkPolicy"),),
    ),
    CrdSource(
        folder="external-secrets",
        project="external-secrets",
        version="v2.9.0",
        kinds=(
            ("external-secrets.io/v1", "ClusterSecretStore"),
            ("external-secrets.io/v1", "ExternalSecret"),
            ("external-secrets.io/v1alpha1", "PushSecret"),
            ("external-secrets.io/v1", "SecretStore"),
        ),
    ),
    CrdSource(
        folder="gateway-api-1.5.1",
        project="gateway-api",
        version="v1.5.1",
        kinds=(
            ("gateway.networking.k8s.io/v1", "Gateway"),
            ("gateway.networking.k8s.io/v1", "GatewayClass"),
            ("gateway.networking.k8s.io/v1", "HTTPRoute"),
            ("gateway.networking.k8s.io/v1", "ReferenceGrant"),
        ),
    ),
    CrdSource(
        folder="istio",
        project="istio",
        version="1.30.3",
        kinds=(
            ("security.istio.io/v1", "AuthorizationPolicy"),
            ("security.istio.io/v1", "PeerAuthentication"),
            ("telemetry.istio.io/v1", "Telemetry"),
        ),
    ),
)
"""Gateway API 1.5.1 is the version that Istio 1.30 is built with."""
