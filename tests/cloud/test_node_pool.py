from andamio.cloud.node_pool import ClusterNodePool
from andamio.contract.labels import POOL_LABEL
from andamio.contract.stacks import Stack
from andamio.model import NodePool, Taint
from tests.cloud.small_stack import only, resources, stack

APPS = NodePool(name="apps", role="applications", flavor="b3-16", min=2, max=8)


def pool(model: NodePool = APPS, zone: str | None = None) -> dict:
    made = stack(Stack.CLUSTER)
    ClusterNodePool(made, "pool", stack=made, cluster_id="id", name="apps-a", pool=model, zone=zone)
    return only(resources(made, "ovh_cloud_project_kube_nodepool"))


def test_the_autoscaler_owns_the_number_of_nodes() -> None:
    found = pool()
    assert found["autoscale"] is True
    assert (found["min_nodes"], found["max_nodes"]) == (2, 8)
    assert found["lifecycle"]["ignore_changes"] == ["desired_nodes"]


def test_a_pool_lies_in_exactly_one_zone_or_names_none() -> None:
    assert pool(zone="eu-west-par-a")["availability_zones"] == ["eu-west-par-a"]
    assert "availability_zones" not in pool()


def test_the_template_names_every_key_even_when_there_is_nothing_to_say() -> None:
    template = pool()["template"]
    assert template["metadata"] == {"annotations": {}, "finalizers": [], "labels": {POOL_LABEL: "applications"}}
    assert template["spec"] == {"taints": [], "unschedulable": False}


def test_labels_and_taints_are_the_models_and_the_role_cannot_be_overwritten() -> None:
    taints = (Taint(key="b"), Taint(key="a", value="x", effect="NoExecute"))
    template = pool(APPS.model_copy(update={"labels": {"x": "y", POOL_LABEL: "system"}, "taints": taints}))["template"]
    assert template["metadata"]["labels"] == {"x": "y", POOL_LABEL: "applications"}
    assert template["spec"]["taints"] == [
        {"key": "a", "value": "x", "effect": "NoExecute"},
        {"key": "b", "value": "", "effect": "NoSchedule"},
    ]


def test_a_pool_may_take_an_hour() -> None:
    assert pool()["timeouts"]["create"] == "60m"
