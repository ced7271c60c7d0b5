"""The way into an environment: the certificate authority and the Gateway."""

from __future__ import annotations

from constructs import Construct

from andamio.kubernetes.certificates import certificate_manifests
from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.gateway import gateway_manifests
from andamio.kubernetes.platform import platform_labels
from andamio.kubernetes.units import CONCERNS
from k8s.platform_chart import ConcernView

__all__ = ["CertificatesChart", "GatewayChart"]


class CertificatesChart(ManifestChart):
    """The ClusterIssuer, and the credential by which it proves that the domain is ours."""

    def __init__(self, scope: Construct, id_: str, view: ConcernView) -> None:
        super().__init__(scope, id_, namespace=CONCERNS["certificates"].namespace, labels=platform_labels(view.context))
        self.add(*certificate_manifests(view.context))


class GatewayChart(ManifestChart):
    """Gateway, its certificate, the redirect to HTTPS, the route to Argo CD, policies of the gateway's pods."""

    def __init__(self, scope: Construct, id_: str, view: ConcernView) -> None:
        super().__init__(scope, id_, namespace=CONCERNS["gateway"].namespace, labels=platform_labels(view.context))
        self.add(*gateway_manifests(view.context))
