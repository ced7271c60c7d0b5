from andamio.cloud.registry import ImageRegistry
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import place, stack, synthesized


def registry() -> dict:
    made = stack(Stack.SHARED_REGISTRY, at=place(environment="", durable=True, region=""))
    one = ImageRegistry(made, "registry", stack=made, region="GRA", plan="MEDIUM", email="ops@example.com")
    made.publish("registry_host", one.host)
    return synthesized(made)


def test_the_plan_is_looked_up_by_name_in_the_registrys_region() -> None:
    found = registry()
    offer = found["data"]["ovh_cloud_project_capabilities_containerregistry_filter"]["plan"]
    assert (offer["plan_name"], offer["region"]) == ("MEDIUM", "GRA")
    made = found["resource"]["ovh_cloud_project_containerregistry"]["registry"]
    assert made["plan_id"] == "${data.ovh_cloud_project_capabilities_containerregistry_filter.plan.id}"
    assert made["region"] == "GRA"


def test_it_cannot_be_destroyed() -> None:
    made = registry()["resource"]["ovh_cloud_project_containerregistry"]["registry"]
    assert made["lifecycle"]["prevent_destroy"] is True


def test_its_administrator_is_its_own_and_its_host_has_no_scheme() -> None:
    found = registry()
    user = found["resource"]["ovh_cloud_project_containerregistry_user"]["administrator"]
    assert user["registry_id"] == "${ovh_cloud_project_containerregistry.registry.id}"
    assert (
        'trimprefix(ovh_cloud_project_containerregistry.registry.url, "https://")'
        in (found["output"]["registry_host"]["value"])
    )
