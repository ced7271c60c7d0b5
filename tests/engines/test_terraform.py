"""Terraform itself runs every stack of the shop against the imitated cloud."""

from __future__ import annotations

import json
import re

import pytest

from andamio.contract.secrets import service_links
from tests.engines.deployment import ENVIRONMENTS, STACKS, Deployment


def test_no_stack_of_the_shop_is_left_out(deployed: Deployment) -> None:
    assert sorted(deployed.build(deployed.platform, STACKS)) == sorted(STACKS)
    assert set(deployed.platform.views) == set(ENVIRONMENTS)


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_takes_a_stack_and_then_has_nothing_left_to_do(deployed: Deployment, stack: str) -> None:
    assert deployed.refused.get(stack, "") == ""
    assert deployed.second[stack].empty, deployed.second[stack]


def test_what_a_stack_reads_of_another_is_what_that_one_publishes(deployed: Deployment) -> None:
    built = deployed.build(deployed.platform, STACKS)
    published = {name: deployed.workspace.outputs(name) for name in STACKS}
    read = 0
    for name, files in built.items():
        environment = name.rpartition("-")[0] if not name.startswith("shared") else ""
        pattern = r"data\.terraform_remote_state\.([\w-]+)\.outputs\.(\w+)"
        for publisher, output in re.findall(pattern, files["cdk.tf.json"]):
            origin = f"{environment}-{publisher}" if environment else publisher
            assert published[origin][output] not in ("", None), f"{name} reads {output} of {origin}"
            read += 1
    assert read > 20


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_cluster_and_databases_lie_on_the_network_that_was_published(deployed: Deployment, environment: str) -> None:
    project = deployed.platform.views[environment].environment.project
    network = deployed.workspace.outputs(f"{environment}-network")
    (cluster,) = deployed.cloud.find("ovh_cloud_project_kube", service_name=project)
    assert cluster.body["private_network_id"] == network["network_id"]
    assert cluster.body["nodes_subnet_id"] == network["subnet_id"]
    databases = deployed.cloud.find("ovh_cloud_project_database", service_name=project)
    assert databases
    for database in databases:
        assert {node["network_id"] for node in database.body["nodes"]} == {network["network_id"]}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_key_store_has_what_each_service_reads_with_every_key_filled(
    deployed: Deployment, environment: str
) -> None:
    view = deployed.platform.views[environment]
    seen = 0
    for service in view.services:
        for name, link in service_links(service):
            if link.writer == "terraform":
                key = f"{view.outputs.key_store_id}/{link.path}"
                secret = deployed.cloud.get("ovh_okms_secret", key)
                assert secret is not None, f"{service.name} has no {name}"
                values = json.loads(secret["version"]["data"])
                assert sorted(values) == sorted(link.keys)
                assert all(isinstance(value, str) and value for value in values.values()), name
                seen += 1
    assert seen > 10


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_database_credential_names_the_port_of_its_pool_and_that_port_is_opened(
    deployed: Deployment, environment: str
) -> None:
    view = deployed.platform.views[environment]
    for cluster in view.database_clusters:
        for service in cluster.services:
            path = dict(service_links(service))["database"].path
            secret = deployed.cloud.get("ovh_okms_secret", f"{view.outputs.key_store_id}/{path}")
            assert secret is not None
            port = int(json.loads(secret["version"]["data"])["port"])
            assert port in view.outputs.store_ports[cluster.name]


def test_the_pull_account_is_the_same_in_every_key_store(deployed: Deployment) -> None:
    stores = [deployed.platform.shared_outputs.key_store_id]
    stores += [view.outputs.key_store_id for view in deployed.platform.views.values()]
    secrets = [deployed.cloud.get("ovh_okms_secret", f"{store}/platform/registry-pull") for store in stores]
    assert len({json.dumps(json.loads(one["version"]["data"]), sort_keys=True) for one in secrets if one}) == 1
    assert None not in secrets


def test_no_secret_crosses_as_an_output(deployed: Deployment) -> None:
    for stack in STACKS:
        for name, value in deployed.workspace.outputs(stack).items():
            text = json.dumps(value)
            assert "BEGIN" not in text, f"{stack}: {name}"
            assert not re.search(r"Aa1[A-Za-z0-9]{20}", text), f"{stack}: {name}"


def test_gitops_leaves_three_releases_in_order(deployed: Deployment) -> None:
    cluster = deployed.platform.outputs["dev"].cluster_id
    releases = [one for one in deployed.cloud.find("helm_release") if one.id.startswith(cluster)]
    assert sorted(one.body["name"] for one in releases) == ["argo-cd", "bootstrap-secrets", "root"]
