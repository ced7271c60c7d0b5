"""How an environment's cluster reads its key store."""

from __future__ import annotations

from constructs import Construct

from andamio.kubernetes.addons.external_secrets import NAMESPACE
from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.platform import platform_labels
from andamio.kubernetes.secret_stores import secret_store_manifests
from k8s.views import SecretStoresView

__all__ = ["SecretStoresChart", "SecretStoresView"]


class SecretStoresChart(ManifestChart):
    """The store of services, the store of admin credentials, and the fence around what each namespace may read."""

    def __init__(self, scope: Construct, id_: str, view: SecretStoresView) -> None:
        super().__init__(scope, id_, namespace=NAMESPACE, labels=platform_labels(view.context))
        self.add(*secret_store_manifests(view.context, renamed=view.renamed))
