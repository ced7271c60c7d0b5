"""Properties of every stack of a whole platform at once."""

import dataclasses
import json
import re
import subprocess

import pytest

from andamio.bindings.schema import check_terraform_json
from andamio.cloud.exchange import EXCHANGE, cloud_outputs
from andamio.contract.stacks import Stack
from andamio.engines import find
from andamio.engines.on_machine import TERRAFORM
from infra.main import stacks
from tests.infra.every_stack import ENVIRONMENTS, NAMES, catalog, labels, resources
from tests.lacking import not_run

ASKS_FOR_PROVIDERS = "Failed to query available provider packages"


def kind_of(name: str) -> Stack:
    return Stack(name if name.startswith("shared-") else name.partition("-")[2])


def test_every_stack_is_there_once_in_the_order_of_deployment() -> None:
    shares = list(stacks(catalog()))
    assert [share.name for share in shares] == NAMES
    for number, share in enumerate(shares):
        assert set(share.depends_on) <= {earlier.name for earlier in shares[:number]}
        assert share.source == "catalog/environments.py"


def test_a_view_is_frozen_and_knows_nothing_of_the_whole_platform() -> None:
    for share in stacks(catalog()):
        for view in (share.view, *(part.view for part in share.parts)):
            assert dataclasses.is_dataclass(view)
            assert view.__dataclass_params__.frozen
            assert not {"Platform", "EnvironmentView"} & {type(value).__name__ for value in vars(view).values()}


@pytest.mark.parametrize("name", NAMES)
def test_the_providers_take_every_argument(everything, name) -> None:
    assert check_terraform_json(everything[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_address_ends_with_a_hash(everything, name) -> None:
    stack = everything[name]
    found = [label for section in ("resource", "data") for kind in stack.get(section, {}).values() for label in kind]
    assert [label for label in (*found, *stack.get("output", {})) if re.search(r"[0-9A-F]{8}$", label)] == []


def test_each_stack_has_a_state_of_its_own_in_its_environments_bucket(everything) -> None:
    places = set()
    for name, stack in everything.items():
        backend = stack["terraform"]["backend"]["s3"]
        assert backend["use_lockfile"] is True
        places.add((backend["bucket"], backend["key"]))
        owner = name.partition("-")[0]
        bucket = labels(everything[f"{owner}-state"])["ovh_cloud_project_storage.state"]["name"]
        assert backend["bucket"] == bucket
    assert len(places) == len(everything)


@pytest.mark.parametrize("name", NAMES)
def test_a_stack_publishes_exactly_what_the_exchange_says(everything, name) -> None:
    published = everything[name].get("output", {})
    assert set(published) == set(EXCHANGE[kind_of(name)])
    assert set(cloud_outputs(kind_of(name))) <= set(published)
    for one in published.values():
        assert one["description"]


@pytest.mark.parametrize("name", NAMES)
def test_no_stack_reads_a_name_that_nobody_publishes(everything, name) -> None:
    text = json.dumps(everything[name])
    needed = {share.name: share.depends_on for share in stacks(catalog())}[name]
    sources = everything[name].get("data", {}).get("terraform_remote_state", {})
    for label, output in set(re.findall(r"data\.terraform_remote_state\.([\w-]+)\.outputs\.(\w+)", text)):
        key = sources[label]["config"]["key"].removesuffix(".tfstate")
        assert output in everything[key]["output"]
        assert key in needed


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_only_where_data_matters_terraform_refuses_to_destroy(everything, environment) -> None:
    durable = environment != "dev"
    for kind, label in (
        ("network", "ovh_cloud_project_network_private.network"),
        ("network", "ovh_cloud_project_network_private_subnet_v2.subnet"),
        ("network", "ovh_cloud_project_gateway.gateway"),
        ("cluster", "ovh_cloud_project_kube.cluster"),
        ("keys", "ovh_okms.key-store"),
    ):
        found = labels(everything[f"{environment}-{kind}"])[label]
        assert found.get("lifecycle", {}).get("prevent_destroy", False) is durable, label
    bucket = labels(everything[f"{environment}-state"])["ovh_cloud_project_storage.state"]
    assert bucket["lifecycle"]["prevent_destroy"] is True


def test_the_shared_key_store_and_the_registry_are_always_kept(everything) -> None:
    for name, label in (
        ("shared-state", "ovh_cloud_project_storage.state"),
        ("shared-keys", "ovh_okms.key-store"),
        ("shared-registry", "ovh_cloud_project_containerregistry.registry"),
    ):
        assert labels(everything[name])[label]["lifecycle"]["prevent_destroy"] is True


def test_a_three_zone_region_has_a_pool_a_zone_and_a_one_zone_region_none(everything) -> None:
    for environment in catalog().environments:
        pools = resources(everything, f"{environment.name}-cluster", "ovh_cloud_project_kube_nodepool")
        zones = environment.zones or (None,)
        assert len(pools) == len(environment.pools) * len(zones)
        found = sorted((one["name"], one.get("availability_zones")) for one in pools.values())
        assert len({name for name, _ in found}) == len(found)
        for name, zone in found:
            assert (zone is None) if not environment.zones else len(zone) == 1 and name.endswith(zone[0][-2:])


def test_the_address_list_of_every_cluster_holds_its_own_gateway(everything) -> None:
    for environment in ENVIRONMENTS:
        (allowed,) = resources(everything, f"{environment}-cluster", "ovh_cloud_project_kube_iprestrictions").values()
        assert "${data.terraform_remote_state.network.outputs.gateway_address}/32" in allowed["ips"]


def test_the_harbor_provider_checks_certificates_and_gets_its_credential_from_the_key_store(everything) -> None:
    (harbor,) = everything["shared-registry-content"]["provider"]["harbor"]
    assert harbor["insecure"] is False
    assert harbor["password"].startswith("${jsondecode(data.ovh_okms_secret.secret-registry_admin.data)")


def test_dns_rights_end_at_the_environments_zone(everything) -> None:
    for environment in catalog().environments:
        policy = labels(everything[f"{environment.name}-keys"])["ovh_iam_policy.dns-zone"]
        assert policy["resources"] == [f"urn:v1:eu:resource:dnsZone:{environment.domain.zone}"]


def test_no_policy_reaches_beyond_its_environment(everything) -> None:
    for environment in catalog().environments:
        for address, policy in labels(everything[f"{environment.name}-keys"]).items():
            if address.startswith("ovh_iam_policy."):
                assert set(policy["resources"]) <= {
                    f"urn:v1:eu:resource:publicCloudProject:{environment.project}",
                    f"urn:v1:eu:resource:dnsZone:{environment.domain.zone}",
                    "${ovh_okms.key-store.iam.urn}",
                }


def test_what_a_release_names_is_kept_in_its_teams_project(everything) -> None:
    platform = catalog()
    for view in platform.views.values():
        for service in view.services:
            image = view.image(service.name)
            if image is not None:
                policy = resources(everything, "shared-registry-content", "harbor_retention_policy")[service.team]
                kept = [rule["tag_matching"] for rule in policy["rule"] if rule.get("always_retain")]
                assert any(image.tag in re.split(r"[{},]", pattern) for pattern in kept)
                assert any(view.environment.name in re.split(r"[{},]", pattern) for pattern in kept)


@pytest.mark.skipif(find(TERRAFORM) is None, reason=not_run("terraform", TERRAFORM.advice))
@pytest.mark.parametrize("name", NAMES)
def test_terraform_reads_it_and_asks_for_nothing_but_its_providers(everything, name, tmp_path) -> None:
    said = read_by_terraform(everything[name], tmp_path)
    assert said.count("Error: ") == said.count(ASKS_FOR_PROVIDERS) > 0


@pytest.mark.skipif(find(TERRAFORM) is None, reason=not_run("terraform", TERRAFORM.advice))
def test_terraform_would_have_refused_a_condition_that_compares_nothing(everything, tmp_path) -> None:
    text = json.dumps(everything["dev-keys"]).replace("local.shared-key-store", '\\"x\\"')
    assert "Invalid precondition expression" in read_by_terraform(json.loads(text), tmp_path)


def read_by_terraform(stack: dict, folder) -> str:
    """What Terraform says of a stack's configuration on a machine without its providers."""
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    (folder / "empty").mkdir(exist_ok=True)
    result = subprocess.run(
        ["terraform", "init", "-backend=false", "-input=false", "-no-color", f"-plugin-dir={folder / 'empty'}"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stderr
