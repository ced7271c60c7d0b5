"""What the gitops stack of an environment is built from."""

from __future__ import annotations

import json
from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.outputs import CloudOutputs, Source
from andamio.contract.platform import EnvironmentView
from andamio.contract.views import context
from andamio.kubernetes.addons import argo_cd
from andamio.kubernetes.addons.addon import HelmChart
from andamio.model import Repository

__all__ = ["GitopsView", "gitops_view"]


@dataclass(frozen=True, kw_only=True)
class GitopsView:
    """What the gitops stack is built from."""

    place: Place
    repository: Repository
    outputs: CloudOutputs
    """Source and cluster id of `catalog/cloud/<env>.json`, of which Terraform asks that they fit the cluster."""

    shared_outputs: Source
    """Where `catalog/cloud/shared.json` came from."""

    charts: str
    """Repository of Argo CD's charts."""

    argo_cd_version: str
    argo_cd_values: str
    """Values of the chart argo-cd, as JSON."""


def gitops_view(view: EnvironmentView) -> GitopsView:
    """The view of the gitops stack."""
    addon = argo_cd.ADDON
    chart = addon.source
    if not isinstance(chart, HelmChart):
        raise TypeError("Argo CD is installed by its Helm chart")
    return GitopsView(
        place=place(view.shared, view.environment),
        repository=view.shared.repository,
        outputs=CloudOutputs(source=view.outputs.source, cluster_id=view.outputs.cluster_id),
        shared_outputs=view.shared_outputs.source,
        charts=chart.repository,
        argo_cd_version=chart.version,
        argo_cd_values=json.dumps(addon.checked_values(context(view)), sort_keys=True),
    )
