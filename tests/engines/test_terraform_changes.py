"""What Terraform itself does to the running shop when the catalog changes: plans, and refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from andamio.contract.stacks import ENVIRONMENT_STACKS, Stack
from andamio.model import Environment, Postgres, Service
from andamio.sandbox.terraform import TerraformError
from tests.engines.changes import (
    changed_environment,
    gone,
    in_place,
    is_of,
    larger_pool,
    more_partitions,
    other_vlan,
    renamed,
    rotate,
)
from tests.engines.deployment import ENVIRONMENTS, STACKS, Deployment

GUARDED = ("state", "keys", "network", "cluster", "data", "registry", "content")
"""Stacks with something that must not go where data matters, by the end of their names."""


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_takes_a_change_in_place(deployed: Deployment, stack: str) -> None:
    plan = deployed.plan(in_place(deployed.platform, stack), stack)
    assert {one.actions for one in plan.changes} == {("update",)}, plan


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_stack_guards_is_not_destroyed_and_the_rest_can_be(deployed: Deployment, stack: str) -> None:
    kinds = json.loads(deployed.workspace.files(stack)["cdk.tf.json"])["resource"].values()
    guarded = any(one.get("lifecycle", {}).get("prevent_destroy") for named in kinds for one in named.values())
    environment, _, kind = stack.rpartition("-")
    must = kind in GUARDED and (environment != "dev" or kind == "state")
    assert guarded >= must, f"nothing of {stack} is guarded"
    if guarded:
        with pytest.raises(TerraformError) as refused:
            deployed.plan(deployed.platform, stack, "-destroy")
        assert refused.value.guards
    else:
        assert deployed.plan(deployed.platform, stack, "-destroy").addresses("delete")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("service", ["inventory", "orders"])
def test_a_larger_pool_of_one_service_changes_that_pool_in_place_and_nothing_else(
    deployed: Deployment, environment: str, service: str
) -> None:
    plan = deployed.plan(larger_pool(deployed.platform, service), f"{environment}-data")
    assert [(one.address, one.actions) for one in plan.changes] == [
        (f"ovh_cloud_project_database_postgresql_connection_pool.{service}-pool", ("update",))
    ]
    assert not plan.outputs


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_new_service_adds_its_own_and_touches_nobody_elses(deployed: Deployment, environment: str) -> None:
    new = Service(name="vouchers", team="commerce", database=Postgres(), publishes=("voucher-used",))
    platform = replace(deployed.platform, services=(*deployed.platform.services, new))
    plan = deployed.plan(platform, f"{environment}-data")
    assert {one.actions for one in plan.changes} == {("create",)}
    assert {one.address.partition(".")[2].partition("-")[0] for one in plan.changes} == {"vouchers", "topic_voucher"}
    assert plan.outputs in ((), ("store_ports",))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("service", ["orders", "cart"])
def test_a_renamed_service_keeps_every_resource(deployed: Deployment, environment: str, service: str) -> None:
    platform = renamed(deployed.platform, service, "renamed")
    plan = deployed.plan(platform, f"{environment}-data")
    assert not plan.addresses("delete"), plan
    assert not plan.addresses("create"), plan
    moved = [one for one in plan.changes if one.moved_from]
    assert moved
    assert {one.actions for one in moved} == {("no-op",)}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("service", ["orders", "products", "payments"])
def test_a_tombstone_forgets_data_and_destroys_none_of_it(deployed: Deployment, environment: str, service: str) -> None:
    plan = deployed.plan(gone(deployed.platform, service), f"{environment}-data")
    data = {
        "ovh_cloud_project_database",
        "ovh_cloud_project_database_database",
        "ovh_cloud_project_database_kafka_topic",
    }
    destroyed = {address for address in plan.addresses("delete") if address.partition(".")[0] in data}
    assert not destroyed
    forgotten = plan.addresses("forget")
    assert any(address.startswith("ovh_cloud_project_database_database.") for address in forgotten), plan
    assert all(is_of(address, service) for address in plan.addresses("delete", "forget") if "topic_" not in address)


def test_what_a_tombstone_forgets_is_still_there_afterwards(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, "staging-data") as branch:
        project = branch.platform.views["staging"].environment.project
        before = {one.id for one in branch.cloud.find("ovh_cloud_project_database_database", service_name=project)}
        branch.put(gone(branch.platform, "products"), "staging-data")
        branch.workspace.apply("staging-data")
        after = {one.id for one in branch.cloud.find("ovh_cloud_project_database_database", service_name=project)}
        assert after == before
        addresses = branch.workspace.addresses("staging-data")
        assert "ovh_cloud_project_database_database.products-database" not in addresses
        assert branch.workspace.plan("staging-data").empty


def test_a_renamed_service_is_applied_without_a_new_id_or_password(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, "production-data") as branch:
        kinds = ("ovh_cloud_project_database_postgresql_user", "ovh_cloud_project_database_kafka_topic")
        before = {kind: branch.cloud.find(kind) for kind in kinds}
        branch.put(renamed(branch.platform, "orders", "purchases"), "production-data")
        branch.workspace.apply("production-data")
        assert {kind: branch.cloud.find(kind) for kind in kinds} == before
        assert branch.workspace.plan("production-data").empty


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_changed_topic_would_be_made_anew_and_is_refused_where_data_matters(
    deployed: Deployment, environment: str
) -> None:
    platform = more_partitions(deployed.platform)
    with pytest.raises(TerraformError) as refused:
        deployed.plan(platform, f"{environment}-data")
    assert refused.value.guards
    assert refused.value.said("topic_payment-settled")


def test_a_changed_topic_is_made_anew_in_dev(deployed: Deployment) -> None:
    plan = deployed.plan(more_partitions(deployed.platform), "dev-data")
    assert [(one.address, one.actions) for one in plan.changes] == [
        ("ovh_cloud_project_database_kafka_topic.topic_payment-settled", ("delete", "create"))
    ]


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_another_network_is_refused_where_data_matters(deployed: Deployment, environment: str) -> None:
    with pytest.raises(TerraformError) as refused:
        deployed.plan(other_vlan(deployed.platform, environment), f"{environment}-network")
    assert refused.value.guards


def test_an_older_version_of_kubernetes_is_refused(deployed: Deployment, tmp_path: Path) -> None:
    def changes(one: Environment) -> dict[str, object]:
        return {"cluster": one.cluster.model_copy(update={"version": "1.34"})}

    with deployed.branch(tmp_path) as branch:
        branch.put(changed_environment(branch.platform, "dev", changes), "dev-cluster")
        with pytest.raises(TerraformError) as refused:
            branch.workspace.apply("dev-cluster")
        assert refused.value.said("goes to the next minor version only, not to 1.34")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_gitops_is_refused_before_outputs_are_pulled(deployed: Deployment, environment: str) -> None:
    platform = replace(deployed.platform, outputs={})
    with pytest.raises(TerraformError) as refused:
        deployed.plan(platform, f"{environment}-gitops")
    assert refused.value.said(f'catalog/cloud/{environment}.json is of the source "none"')


def test_gitops_is_refused_with_the_outputs_of_another_cluster(deployed: Deployment) -> None:
    other = deployed.platform.outputs["dev"].model_copy(update={"cluster_id": "00000000-another-cluster"})
    platform = replace(deployed.platform, outputs={**deployed.platform.outputs, "dev": other})
    with pytest.raises(TerraformError) as refused:
        deployed.plan(platform, "dev-gitops")
    assert refused.value.said("has the id of another cluster (00000000-another-cluster)")


def test_outputs_of_a_sandbox_are_refused_by_a_cluster_that_is_not_on_loopback(
    deployed: Deployment, tmp_path: Path
) -> None:
    with deployed.branch(tmp_path, "dev-gitops") as branch:
        id_ = branch.platform.outputs["dev"].cluster_id
        cluster = branch.cloud.get("ovh_cloud_project_kube", id_)
        assert cluster is not None
        cluster["kubeconfig_attributes"][0]["host"] = "https://abcdef.c1.gra.k8s.ovh.net"
        branch.cloud.put("ovh_cloud_project_kube", id_, cluster)
        with pytest.raises(TerraformError) as refused:
            branch.workspace.plan("dev-gitops")
        assert refused.value.said('catalog/cloud/dev.json is of the source "sandbox"')


def test_gitops_is_refused_while_a_persons_secret_is_missing(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, "dev-gitops") as branch:
        store = branch.platform.outputs["dev"].key_store_id
        branch.cloud.remove("ovh_okms_secret", f"{store}/platform/argocd-oidc")
        with pytest.raises(TerraformError) as refused:
            branch.workspace.plan("dev-gitops")
        assert refused.value.said('has no secret "platform/argocd-oidc"')


def test_a_rotated_secret_changes_the_bootstrap_release_alone(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, "dev-gitops") as branch:
        branch.fill(branch.platform.outputs["dev"].key_store_id)
        assert branch.workspace.plan("dev-gitops").empty
        rotate(branch, "dev")
        plan = branch.workspace.plan("dev-gitops")
        assert [(one.address, one.actions) for one in plan.changes] == [("helm_release.bootstrap_secrets", ("update",))]


def test_a_lost_database_is_made_again_and_a_foreign_change_is_undone(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, "dev-cluster", "dev-data") as branch:
        project = branch.platform.views["dev"].environment.project
        (pool,) = branch.cloud.find("ovh_cloud_project_kube_nodepool", name="apps", project_id=project)
        branch.cloud.put(pool.kind, pool.id, {**pool.body, "max_nodes": 99, "desired_nodes": 7})
        plan = branch.workspace.plan("dev-cluster")
        assert [(one.address, one.actions) for one in plan.changes] == [
            ("ovh_cloud_project_kube_nodepool.pool-apps", ("update",))
        ]
        assert plan.changes[0].after is not None
        assert plan.changes[0].after["desired_nodes"] == 7
        (lost,) = [
            one
            for one in branch.cloud.find("ovh_cloud_project_database_kafka_topic", name="order-placed")
            if one.body["service_name"] == project
        ]
        branch.cloud.remove(lost.kind, lost.id)
        assert branch.workspace.plan("dev-data").addresses("create") == {
            "ovh_cloud_project_database_kafka_topic.topic_order-placed"
        }


def test_dev_is_destroyed_in_order_and_leaves_its_state_alone(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, *(f"dev-{stack}" for stack in ENVIRONMENT_STACKS)) as branch:
        for stack in reversed(ENVIRONMENT_STACKS):
            if stack is not Stack.STATE:
                branch.workspace.destroy(f"dev-{stack}")
        project = branch.platform.views["dev"].environment.project
        left = [kind for kind in branch.cloud.kinds() if branch.cloud.find(kind, service_name=project)]
        state = branch.workspace.addresses("dev-state")
        assert sorted(left) == sorted({address.partition(".")[0] for address in state})


def test_a_network_in_use_is_not_destroyed_and_an_apply_gives_its_outputs_back(
    deployed: Deployment, tmp_path: Path
) -> None:
    """Terraform drops a stack's outputs before it destroys anything, so a refused destroy leaves none."""
    with deployed.branch(tmp_path, "dev-network", "dev-cluster") as branch:
        outputs = branch.workspace.outputs("dev-network")
        with pytest.raises(TerraformError) as refused:
            branch.workspace.destroy("dev-network")
        assert refused.value.said("is in use by a")
        assert branch.workspace.outputs("dev-network") == {}
        branch.workspace.apply("dev-network")
        assert branch.workspace.outputs("dev-network")["network_id"] == outputs["network_id"]
        assert branch.workspace.outputs("dev-network")["subnet_id"] == outputs["subnet_id"]
