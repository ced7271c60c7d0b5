"""The managed Kubernetes cluster: control plane, login, who may reach its API, audit log."""

from __future__ import annotations

from collections.abc import Sequence

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, lifecycle
from andamio.contract.identity import OIDC_PREFIX
from andamio.model.environment import Cluster, Oidc
from cdktf_cdktf_provider_ovh.cloud_project_kube import CloudProjectKube
from cdktf_cdktf_provider_ovh.cloud_project_kube_iprestrictions import CloudProjectKubeIprestrictions
from cdktf_cdktf_provider_ovh.cloud_project_kube_log_subscription import CloudProjectKubeLogSubscription
from cdktf_cdktf_provider_ovh.cloud_project_kube_oidc import CloudProjectKubeOidc

__all__ = ["KubernetesCluster"]


class KubernetesCluster(Construct):
    """A cluster on the environment's private network, whose traffic leaves by the subnet's gateway.

    Changing its region, network or address ranges re-creates it, and its plan cannot be changed; where data matters
    Terraform refuses to destroy it. Creating takes long, and what times out is left behind outside the state, so it
    gets an hour.

    OVHcloud modifies a cluster by one request at a time, so address list, login and audit log follow one another.

    Args:
        network_id: OpenStack id of the network in the region.
        subnet_id: The subnet of the nodes; it has a gateway.
        gateway_address: The gateway's public address. Without it in the list nodes lose the API.
        settings: Version, plan and access.
        pods: Range of pod addresses.
        services: Range of Service addresses.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        network_id: str,
        subnet_id: str,
        gateway_address: str,
        settings: Cluster,
        pods: str,
        services: str,
    ) -> None:
        super().__init__(scope, id_)
        place = stack.place
        self.kube = stack.address(
            CloudProjectKube(
                self,
                "kube",
                service_name=place.project,
                region=place.region,
                name=place.prefix,
                version=settings.version,
                plan=settings.plan,
                update_policy=settings.update_policy,
                private_network_id=network_id,
                nodes_subnet_id=subnet_id,
                private_network_configuration={
                    # An empty gateway is the subnet's own, as its DHCP tells.
                    "default_vrack_gateway": "",
                    "private_network_routing_as_default": True,
                },
                ip_allocation_policy={"pods_ipv4_cidr": pods, "services_ipv4_cidr": services},
                timeouts={"create": "60m", "update": "90m", "delete": "60m"},
                lifecycle=lifecycle(protect=place.durable),
            ),
            "cluster",
        )
        self.id: str = self.kube.id
        allowed = self._allow([*settings.api_allow, f"{gateway_address}/32"], stack)
        login = self._log_in(settings.oidc, stack, after=allowed)
        if settings.audit_stream is not None:
            stack.address(
                CloudProjectKubeLogSubscription(
                    self,
                    "audit",
                    service_name=place.project,
                    kube_id=self.id,
                    kind="audit",
                    stream_id=settings.audit_stream,
                    depends_on=[login],
                ),
                "audit",
            )

    def _allow(self, ranges: Sequence[str], stack: CloudStack) -> CloudProjectKubeIprestrictions:
        return stack.address(
            CloudProjectKubeIprestrictions(
                self, "allow", service_name=stack.place.project, kube_id=self.id, ips=sorted(ranges)
            ),
            "api",
        )

    def _log_in(self, oidc: Oidc, stack: CloudStack, *, after: CloudProjectKubeIprestrictions) -> CloudProjectKubeOidc:
        return stack.address(
            CloudProjectKubeOidc(
                self,
                "login",
                service_name=stack.place.project,
                kube_id=self.id,
                issuer_url=oidc.issuer,
                client_id=oidc.client,
                oidc_username_claim=oidc.username_claim,
                oidc_username_prefix=OIDC_PREFIX,
                oidc_groups_claim=[oidc.groups_claim],
                oidc_groups_prefix=OIDC_PREFIX,
                depends_on=[after],
            ),
            "login",
        )
