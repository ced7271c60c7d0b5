import pytest

from andamio.cloud.cluster import KubernetesCluster
from andamio.contract.stacks import Stack
from andamio.model import Cluster, Oidc
from tests.cloud.small_stack import place, stack, synthesized

SETTINGS = Cluster(
    version="1.35",
    api_allow=("203.0.113.0/28", "198.51.100.7/32"),
    oidc=Oidc(issuer="https://login.example.com", client="kubernetes", username_claim="sub", groups_claim="roles"),
)


def cluster(*, durable: bool = False, **changes) -> dict:
    made = stack(Stack.CLUSTER, at=place(durable=durable))
    KubernetesCluster(
        made,
        "cluster",
        stack=made,
        network_id="net",
        subnet_id="sub",
        gateway_address="192.0.2.9",
        settings=SETTINGS.model_copy(update=changes),
        pods="10.240.0.0/13",
        services="10.3.0.0/16",
    )
    return synthesized(made)["resource"]


def test_a_standard_cluster_uses_the_private_network_and_leaves_by_its_gateway() -> None:
    kube = cluster()["ovh_cloud_project_kube"]["cluster"]
    assert kube["plan"] == "standard"
    assert (kube["private_network_id"], kube["nodes_subnet_id"]) == ("net", "sub")
    assert kube["private_network_configuration"] == {
        "default_vrack_gateway": "",
        "private_network_routing_as_default": True,
    }
    assert kube["ip_allocation_policy"] == {"pods_ipv4_cidr": "10.240.0.0/13", "services_ipv4_cidr": "10.3.0.0/16"}


def test_the_address_list_holds_the_gateway_beside_the_declared_ranges() -> None:
    assert cluster()["ovh_cloud_project_kube_iprestrictions"]["api"]["ips"] == [
        "192.0.2.9/32",
        "198.51.100.7/32",
        "203.0.113.0/28",
    ]
    assert cluster(api_allow=())["ovh_cloud_project_kube_iprestrictions"]["api"]["ips"] == ["192.0.2.9/32"]


def test_the_order_of_the_declared_ranges_does_not_matter() -> None:
    assert cluster(api_allow=tuple(reversed(SETTINGS.api_allow))) == cluster()


def test_people_log_in_by_their_issuer() -> None:
    login = cluster()["ovh_cloud_project_kube_oidc"]["login"]
    assert (login["issuer_url"], login["client_id"]) == ("https://login.example.com", "kubernetes")
    assert (login["oidc_username_claim"], login["oidc_groups_claim"]) == ("sub", ["roles"])
    # A group of the login named system:masters must not rule the cluster.
    assert login["oidc_groups_prefix"] == login["oidc_username_prefix"] == "oidc:"


def test_the_audit_log_goes_where_the_catalog_says_and_nowhere_else() -> None:
    assert "ovh_cloud_project_kube_log_subscription" not in cluster()
    audit = cluster(audit_stream="stream")["ovh_cloud_project_kube_log_subscription"]["audit"]
    assert (audit["kind"], audit["stream_id"]) == ("audit", "stream")


def test_changes_of_the_control_plane_follow_one_another() -> None:
    found = cluster(audit_stream="stream")
    assert found["ovh_cloud_project_kube_oidc"]["login"]["depends_on"] == ["ovh_cloud_project_kube_iprestrictions.api"]
    audit = found["ovh_cloud_project_kube_log_subscription"]["audit"]
    assert audit["depends_on"] == ["ovh_cloud_project_kube_oidc.login"]


def test_creating_has_an_hour_since_a_timeout_leaves_an_orphan() -> None:
    assert cluster()["ovh_cloud_project_kube"]["cluster"]["timeouts"]["create"] == "60m"


@pytest.mark.parametrize("durable", [False, True])
def test_where_data_matters_the_cluster_cannot_be_destroyed(durable) -> None:
    kube = cluster(durable=durable)["ovh_cloud_project_kube"]["cluster"]
    assert kube.get("lifecycle", {}).get("prevent_destroy", False) is durable


@pytest.mark.parametrize("value", ["ALWAYS_UPDATE", "NEVER_UPDATE"])
def test_updates_come_when_the_catalog_says(value) -> None:
    assert cluster(update_policy=value)["ovh_cloud_project_kube"]["cluster"]["update_policy"] == value
