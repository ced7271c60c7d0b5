"""Managed Kubernetes: clusters, node pools, access."""

from __future__ import annotations

import base64
from ipaddress import ip_network
from typing import Any

from andamio.knowledge.ovh import clusters, flavors, limits
from andamio.sandbox.cloud.certificates import authority, certificate
from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Use
from andamio.sandbox.models.network import GATEWAY, NETWORK, SUBNET, known_region, network_of, subnet_of
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model, reference

__all__ = ["CLUSTER"]

CLUSTER = "ovh_cloud_project_kube"
_POOL = "ovh_cloud_project_kube_nodepool"
_PLANS = 'managed Kubernetes guide "Plans"'


@model(CLUSTER)
class Cluster(Model):
    """A cluster. Its API is on loopback, which no cluster of OVHcloud is; a setting of the cloud tells where."""

    unmodelled = frozenset({"customization", "customization_apiserver", "customization_kube_proxy"})

    def check(self, asked: Asked) -> None:
        """Region, plan, version and network fit each other."""
        given = asked.given
        region = known_region(given["region"])
        plan = clusters.cluster_plan(given.get("plan") or "free")
        if plan is None:
            raise Refusal(f'there is no plan "{given["plan"]}"', source=_PLANS)
        if region.three_zone and not plan.three_zone:
            raise Refusal(f"the plan {plan.name} is not offered in the three-zone region {region.name}", source=_PLANS)
        self._check_version(asked)
        self._check_network(asked, gateway_required=plan.gateway_required)
        if asked.before is None:
            mine = asked.cloud.find(CLUSTER, service_name=given["service_name"])
            if len(mine) >= clusters.CLUSTERS_PER_PROJECT:
                raise Refusal(
                    f"project {given['service_name']} has {len(mine)} clusters, the most it may",
                    source='managed Kubernetes guide "Known limits"',
                )

    def _check_version(self, asked: Asked) -> None:
        wanted, known = asked.given.get("version"), clusters.supported_versions()
        if asked.before is None:
            if wanted is not None and wanted not in known:
                raise Refusal(
                    f"Kubernetes {wanted} is not offered for new clusters ({', '.join(known)} are)",
                    source='page "End of sale and end of life policies"',
                )
        elif asked.changed("version"):
            before = str(asked.before["version"])
            if wanted not in known or _minor(wanted) != _minor(before) + 1:
                raise Refusal(
                    f"a cluster of version {before} goes to the next minor version only, not to {wanted}",
                    source="provider source: upgrades by the strategy NEXT_MINOR, never back",
                )

    def _check_network(self, asked: Asked, *, gateway_required: bool) -> None:
        given = asked.given
        network, subnet = given.get("private_network_id"), given.get("nodes_subnet_id")
        if gateway_required and not (network and subnet):
            raise Refusal(
                "the standard plan needs private_network_id and nodes_subnet_id",
                source=f"{_PLANS}: a private network whose subnet has a gateway is mandatory",
            )
        nodes = []
        if network:
            network_of(asked.cloud, given["service_name"], network, given["region"])
        if network and subnet:
            nodes = [subnet_of(asked.cloud, given["service_name"], subnet, network)["cidr"]]
        if gateway_required and asked.before is None and not asked.cloud.find(GATEWAY, subnet_id=subnet):
            raise Refusal(
                f'the standard plan needs a gateway on subnet "{subnet}" before the cluster',
                source=f"{_PLANS}; tried with the real provider: the cluster comes after the gateway",
            )
        inside = [one for policy in given.get("ip_allocation_policy") or () for one in policy.values() if one]
        _apart([*nodes, *inside, *(str(reserved) for reserved, _ in clusters.RESERVED_RANGES)])

    def made(self, asked: Asked, make: Made) -> Values:
        """Addresses on loopback and an administrator's certificate."""
        id_ = make.uuid()
        host = asked.cloud.setting(f"kubernetes-api:{asked.given.get('name')}")
        host = host or f"https://127.0.0.1:{make.number('port', 20000, 29999)}"
        ca = authority(make.seed, "kubernetes")
        admin = certificate(make.seed, "kubernetes-admin", by=ca)
        access = asked.cloud.setting(f"kubernetes-access:{asked.given.get('name')}") or {
            "cluster_ca_certificate": _base64(ca.pem),
            "client_certificate": _base64(admin.pem),
            "client_key": _base64(admin.key_pem),
        }
        network = {"nodes_subnet_id": asked.given.get("nodes_subnet_id")}
        return {
            "id": id_,
            "kubeconfig": _kubeconfig(host, access),
            "kubeconfig_attributes": [{"host": host, **access}],
            "url": host.removeprefix("https://"),
            "nodes_url": host.removeprefix("https://"),
            "status": "READY",
            "next_upgrade_versions": [],
            "control_plane_is_up_to_date": True,
            "is_up_to_date": True,
            "kube_proxy_mode": "iptables",
            "plan": "free",
            "update_policy": "ALWAYS_UPDATE",
            "version": clusters.supported_versions()[-1],
            **network,
        }

    def uses(self, asked: Asked) -> list[Use]:
        """Its network and subnet, which cannot go before it."""
        given, why = asked.given, 'managed Kubernetes guide "Known limits": nodes and load balancers lie on the network'
        if not given.get("private_network_id"):
            return []
        network, _ = network_of(asked.cloud, given["service_name"], given["private_network_id"], None)
        return [
            Use(kind=NETWORK, id=network, holds=True, why=why),
            Use(kind=SUBNET, id=str(given["nodes_subnet_id"]), holds=True, why=why),
        ]


def _minor(version: Any) -> int:
    return int(str(version).split(".")[1])


def _apart(ranges: list[str]) -> None:
    networks = [ip_network(one) for one in ranges]
    for index, one in enumerate(networks):
        for other in networks[index + 1 :]:
            if one.overlaps(other):
                raise Refusal(f"{one} overlaps {other}", source='managed Kubernetes guide "Known limits"')


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _kubeconfig(host: str, access: Values) -> str:
    lines = [
        "apiVersion: v1",
        "kind: Config",
        "clusters:",
        "- name: sandbox",
        "  cluster:",
        f"    server: {host}",
        f"    certificate-authority-data: {access['cluster_ca_certificate']}",
        "users:",
        "- name: sandbox",
        "  user:",
        f"    client-certificate-data: {access['client_certificate']}",
        f"    client-key-data: {access['client_key']}",
        "contexts:",
        "- name: sandbox",
        "  context: {cluster: sandbox, user: sandbox}",
        "current-context: sandbox",
    ]
    return "\n".join([*lines, ""])


@model(_POOL)
class NodePool(Model):
    """Nodes of one flavor."""

    unique = ("kube_id", "name")
    lies_in = (("kube_id", CLUSTER),)
    imports = ("service_name", "kube_id", "id")

    def check(self, asked: Asked) -> None:
        """Name, flavor, zone and sizes."""
        given = asked.given
        cluster = reference(asked, CLUSTER, given["kube_id"], what="cluster")
        region = known_region(cluster["region"])
        problem = limits.NODE_POOL_NAME.problem(given["name"]) if given.get("name") else None
        if problem:
            raise Refusal(problem, source=limits.NODE_POOL_NAME.source)
        if flavors.flavor(given["flavor_name"]) is None:
            near = flavors.nearest_flavor(given["flavor_name"])
            hint = f'; the nearest is "{near}"' if near else ""
            raise Refusal(f'there is no flavor "{given["flavor_name"]}"{hint}', source="price page of instances")
        zones = given.get("availability_zones") or []
        if region.three_zone and (len(zones) != 1 or zones[0] not in region.zones):
            raise Refusal(
                f"a node pool in {region.name} names exactly one of its zones ({', '.join(region.zones)}), not {zones}",
                source="provider documentation, availability_zones: mandatory in three-zone regions, exactly one",
            )
        least, most = given.get("min_nodes") or 0, given.get("max_nodes") or 100
        desired = given.get("desired_nodes")
        if least > most or (desired is not None and not least <= desired <= most):
            raise Refusal(
                f"desired_nodes = {desired} does not lie between min_nodes = {least} and max_nodes = {most}",
                source="provider documentation of node pools",
            )
        if given.get("anti_affinity") and most > clusters.ANTI_AFFINITY_POOL_NODES:
            raise Refusal(
                f"a pool with anti-affinity has at most {clusters.ANTI_AFFINITY_POOL_NODES} nodes",
                source='managed Kubernetes guide "Known limits"',
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """As many nodes as are desired, all up to date."""
        given = asked.given
        least = given.get("min_nodes") or 0
        desired = given.get("desired_nodes")
        nodes = least or 1 if desired is None else desired
        return {
            "id": make.uuid(),
            "name": f"nodepool-{make.hex(8, 'name')}",
            "anti_affinity": False,
            "autoscale": False,
            "autoscaling_scale_down_unneeded_time_seconds": 600,
            "autoscaling_scale_down_unready_time_seconds": 1200,
            "autoscaling_scale_down_utilization_threshold": "0.5",
            "monthly_billed": False,
            "min_nodes": 0,
            "max_nodes": 100,
            "desired_nodes": nodes,
            "available_nodes": nodes,
            "current_nodes": nodes,
            "up_to_date_nodes": nodes,
            "created_at": TIME,
            "updated_at": TIME,
            "flavor": given["flavor_name"],
            "project_id": given["service_name"],
            "size_status": "CAPACITY_OK",
            "status": "READY",
        }


@model("ovh_cloud_project_kube_iprestrictions")
class AddressList(Model):
    """Who may reach the cluster's API."""

    unique = ("kube_id",)
    lies_in = (("kube_id", CLUSTER),)

    def check(self, asked: Asked) -> None:
        """On the standard plan the gateway has to be in it."""
        cluster = reference(asked, CLUSTER, asked.given["kube_id"], what="cluster")
        ranges = [ip_network(one, strict=False) for one in asked.given["ips"]]
        gateways = asked.cloud.find(GATEWAY, subnet_id=cluster.get("nodes_subnet_id"))
        for gateway in gateways if cluster.get("plan") == "standard" and ranges else ():
            address = ip_network(gateway.body["external_information"][0]["ips"][0]["ip"])
            if not any(address.subnet_of(one) for one in ranges if one.version == address.version):  # type: ignore[arg-type]
                raise Refusal(
                    f"the gateway's address {address} is not in the list, so the nodes would lose the API",
                    source="stricter than OVHcloud, which takes it and loses the nodes (guide on the standard plan)",
                )

    def made(self, asked: Asked, make: Made) -> Values:
        """It has the cluster's id."""
        return {"id": asked.given["kube_id"]}

    imports = ("service_name", "kube_id")


@model("ovh_cloud_project_kube_oidc")
class Login(Model):
    """How people log in: one issuer a cluster."""

    unique = ("kube_id",)
    lies_in = (("kube_id", CLUSTER),)

    def check(self, asked: Asked) -> None:
        """An issuer has an https URL."""
        if not str(asked.given["issuer_url"]).startswith("https://"):
            raise Refusal("issuer_url begins with https://", source="Kubernetes' own check of --oidc-issuer-url")

    def made(self, asked: Asked, make: Made) -> Values:
        """An id of cluster and issuer."""
        return {"id": f"{asked.given['kube_id']}-{asked.given['client_id']}-{asked.given['issuer_url']}"}

    imports = ("service_name", "kube_id")


@model("ovh_cloud_project_kube_log_subscription")
class AuditLog(Model):
    """The audit log of a cluster in a stream of Logs Data Platform. The stream itself is taken to exist."""

    unique = ("kube_id", "kind", "stream_id")
    lies_in = (("kube_id", CLUSTER),)

    def made(self, asked: Asked, make: Made) -> Values:
        """A subscription."""
        id_ = make.uuid()
        resource = [{"name": asked.given["kube_id"], "type": "cloud-project-kube"}]
        times = {"created_at": TIME, "updated_at": TIME}
        return {"id": id_, "subscription_id": id_, "resource": resource, **times}

    imports = ("service_name", "kube_id", "id")


@data(CLUSTER)
def _cluster(asked: Asked) -> Values:
    found = reference(asked, CLUSTER, asked.given["kube_id"], what="cluster")
    if found["service_name"] != asked.given["service_name"]:
        raise Refusal(f"project {asked.given['service_name']} has no such cluster", source="OVHcloud's API answers 404")
    skip = {"timeouts", "private_network_configuration", "customization_cilium"}
    return {**{name: value for name, value in found.items() if name not in skip}, "customization_cilium": []}
