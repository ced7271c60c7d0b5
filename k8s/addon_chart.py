"""What an add-on gets in a folder of its own, beside its chart."""

from __future__ import annotations

from constructs import Construct

from andamio.kubernetes.addons import ADDONS
from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.platform import platform_labels
from andamio.kubernetes.units import addon_manifests
from k8s.views import AddonView

__all__ = ["AddonChart", "AddonView"]


class AddonChart(ManifestChart):
    """The network policies of an add-on, made from its declared flows, and what its chart does not bring."""

    def __init__(self, scope: Construct, id_: str, view: AddonView) -> None:
        addon = ADDONS[view.addon]
        super().__init__(scope, id_, namespace=addon.namespace, labels=platform_labels(view.context))
        self.add(*addon_manifests(addon, view.context))
