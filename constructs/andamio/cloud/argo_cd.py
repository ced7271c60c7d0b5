"""Argo CD's first installation; from then on it manages itself."""

from __future__ import annotations

from collections.abc import Sequence

from andamio.cdktf import Construct, ITerraformDependable
from andamio.cloud.stack import lifecycle
from andamio.cloud.text import plain
from cdktf_cdktf_provider_helm.release import Release

__all__ = ["ArgoCd"]


class ArgoCd(Release):
    """The Helm release of Argo CD.

    It brings the CRDs, so nothing of their kinds can be in it: the root Application is a release of its own.
    Version and values that change later are Argo CD's own business, which reads them from git; Terraform ignores
    them. Installed or not at all: a first installation that fails within 15 minutes is taken back.

    Args:
        name: Name of the release; that of the Application that takes over, since the chart derives names from it.
        namespace: Where it runs; it is there before, with its labels.
        charts: Repository of the chart.
        version: Version of the chart.
        values: The chart's values as YAML or JSON.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        namespace: str,
        charts: str,
        version: str,
        values: str,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(
            scope,
            id_,
            name=name,
            namespace=namespace,
            repository=charts,
            chart="argo-cd",
            version=version,
            values=[plain(values)],
            create_namespace=False,
            atomic=True,
            wait=True,
            wait_for_jobs=True,
            timeout=900,
            timeouts={"create": "20m", "update": "20m", "delete": "20m"},
            lifecycle=lifecycle(ignore=("version", "values")),
            depends_on=list(depends_on),
        )
        self.override_logical_id("argocd")
