"""Access to an environment's cluster for the Helm provider."""

from __future__ import annotations

from typing import Final

from andamio.cdktf import Construct
from cdktf_cdktf_provider_helm.provider import HelmProvider
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_kube import DataOvhCloudProjectKube

__all__ = ["ClusterAccess"]

_KUBECONFIG: Final = "data.ovh_cloud_project_kube.cluster.kubeconfig_attributes[0]"


class ClusterAccess(Construct):
    """The Helm provider, with the kubeconfig that the cluster's data source gives.

    An administrator's certificate and key are secrets, so they never cross stacks as outputs; they are read anew
    in each run.
    """

    api: Final = f"{_KUBECONFIG}.host"
    """Terraform expression of the URL of the API that the provider talks to."""

    def __init__(self, scope: Construct, id_: str, *, project: str, cluster_id: str) -> None:
        super().__init__(scope, id_)
        cluster = DataOvhCloudProjectKube(self, "cluster", service_name=project, kube_id=cluster_id)
        cluster.override_logical_id("cluster")
        HelmProvider(
            self,
            "helm",
            kubernetes={
                "host": f"${{{self.api}}}",
                **{
                    key: f"${{base64decode({_KUBECONFIG}.{key})}}"
                    for key in ("cluster_ca_certificate", "client_certificate", "client_key")
                },
            },
        )
