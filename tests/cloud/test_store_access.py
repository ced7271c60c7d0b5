from andamio.cdktf import TerraformLocal
from andamio.contract.secrets import cache_link
from andamio.model import Cache, Service
from tests.cloud.small_stack import access, resources, stack, synthesized

SERVICE = Service(name="cart", team="shop", cache=Cache())


def test_the_cluster_is_found_by_its_address() -> None:
    assert access(SERVICE, "valkey").cluster_id == "${ovh_cloud_project_database.valkey.id}"


def test_what_has_a_role_has_its_address() -> None:
    into = stack()
    access(SERVICE, "valkey").addressed(TerraformLocal(into, "anything", "x"), "cache")
    assert synthesized(into)["locals"] == {"cart-cache": "x"}


def test_a_credential_goes_to_the_key_store_as_text() -> None:
    into, link = stack(), cache_link(SERVICE)
    values = {key: f"local.{key}" for key in link.keys}
    access(SERVICE, "valkey").write(into, "secret", role="cache_secret", link=link, values=values)
    made = resources(into, "ovh_okms_secret")["cart-cache_secret"]
    assert (made["okms_id"], made["path"]) == ("store", link.path)
    assert all(f"tostring(local.{key})" in made["version"]["data"] for key in link.keys)
