"""How an environment's cluster reads its key store."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from andamio.contract.views import Context
from andamio.kubernetes.addons.external_secrets import NAMESPACE
from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.platform import platform_labels
from andamio.kubernetes.secret_stores import secret_store_manifests

__all__ = ["SecretStoresChart", "SecretStoresView"]


@dataclass(frozen=True, kw_only=True)
class SecretStoresView:
    """The key store of one environment."""

    context: Context
    renamed: tuple[tuple[str, str], ...]
    """Pairs of a renamed service and the name under which its secrets lie, by service."""


class SecretStoresChart(ManifestChart):
    """The store of services, the store of admin credentials, and the fence around what each namespace may read."""

    def __init__(self, scope: Construct, id_: str, view: SecretStoresView) -> None:
        super().__init__(scope, id_, namespace=NAMESPACE, labels=platform_labels(view.context))
        self.add(*secret_store_manifests(view.context, renamed=view.renamed))
