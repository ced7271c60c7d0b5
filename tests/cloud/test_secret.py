import json

import pytest

from andamio.cdktf import TerraformLocal
from andamio.cloud.key_store import KeyStore
from andamio.cloud.secret import CopiedSecret, StoredSecret, WrittenSecret, literal, texts
from andamio.cloud.stack import Condition
from andamio.contract.secrets import SecretLink, dns_link, registry_pull_link
from tests.cloud.small_stack import only, resources, stack, synthesized
from tests.infra.builtin_terraform import applied, needs_terraform, terraform

VALUES = {"client_id": "${x.client_id}", "client_secret": "${x.client_secret}"}


def test_a_secret_lies_at_its_links_path_with_its_links_keys() -> None:
    made = stack()
    WrittenSecret(made, "dns", key_store_id="store", link=dns_link(), values=VALUES)
    secret = only(resources(made, "ovh_okms_secret"))
    assert (secret["okms_id"], secret["path"]) == ("store", "platform/dns")
    assert secret["version"]["data"] == (
        '${jsonencode({"client_id" = x.client_id, "client_secret" = x.client_secret})}'
    )


def test_a_value_may_be_an_expression_of_any_kind_or_plain_text() -> None:
    made = stack()
    key = KeyStore(made, "store", stack=made, region="eu-west-rbx")
    read = StoredSecret(made, "dns", stack=made, store="store", link=dns_link())
    values = {"host": 'a "host"', "username": key.id, "password": read.value("client_id")}
    WrittenSecret(made, "pull", key_store_id="store", link=registry_pull_link(), values=values)
    assert only(resources(made, "ovh_okms_secret"))["version"]["data"] == (
        '${jsonencode({"host" = "a \\"host\\"", "username" = ovh_okms.key-store.id, '
        '"password" = jsondecode(data.ovh_okms_secret.secret-platform_dns.data)["client_id"]})}'
    )


def test_numbers_are_written_as_text_in_the_order_of_the_link() -> None:
    made = stack()
    link = SecretLink(path="services/orders/cache", keys=("host", "port", "prefix"))
    values = texts({"port": "x.port", "host": "x.host", "prefix": literal("${a}:")})
    WrittenSecret(made, "cache", key_store_id="store", link=link, values=values, label="orders-cache_secret")
    assert resources(made, "ovh_okms_secret")["orders-cache_secret"]["version"]["data"] == (
        '${jsonencode({"host" = tostring(x.host), "port" = tostring(x.port), "prefix" = tostring("$${a}:")})}'
    )


def test_a_literal_stays_what_it_is_in_an_expression() -> None:
    assert literal('say "${hi}" %{if}') == '"say \\"$${hi}\\" %%{if}"'


def test_a_secret_is_written_once_in_a_stack() -> None:
    made = stack()
    WrittenSecret(made, "one", key_store_id="store", link=dns_link(), values=VALUES)
    with pytest.raises(ValueError, match="two WrittenSecret of the name secret-platform_dns"):
        WrittenSecret(made, "two", key_store_id="store", link=dns_link(), values=VALUES)


@pytest.mark.parametrize("value", ["a ${x.y}", "${x.y} b", "${x.y}${x.z}"])
def test_text_and_expressions_are_not_mixed(value) -> None:
    made = stack()
    with pytest.raises(ValueError, match="not both"):
        WrittenSecret(made, "x", key_store_id="store", link=dns_link(), values={**VALUES, "client_id": value})


@pytest.mark.parametrize("values", [{}, {"client_id": "x"}, {**VALUES, "more": "x"}])
def test_a_secret_with_other_keys_than_its_link_is_refused(values) -> None:
    made = stack()
    with pytest.raises(ValueError, match="platform/dns has the keys"):
        WrittenSecret(made, "dns", key_store_id="store", link=dns_link(), values=values)


def test_a_persons_secret_is_not_terraforms_to_write() -> None:
    made = stack()
    link = SecretLink(path="a/b", keys=("key",), writer="person")
    with pytest.raises(ValueError, match="for a person to write"):
        WrittenSecret(made, "x", key_store_id="store", link=link, values={"key": "x"})


def test_reading_gives_each_key_by_reference_and_no_other() -> None:
    made = stack()
    read = StoredSecret(made, "dns", stack=made, store="store", link=dns_link())
    assert read.value("client_id") == '${jsondecode(data.ovh_okms_secret.secret-platform_dns.data)["client_id"]}'
    assert only(synthesized(made)["data"]["ovh_okms_secret"])["include_data"] is True
    with pytest.raises(ValueError, match="not password"):
        read.value("password")


def test_a_copy_is_what_lies_in_the_other_store_and_asks_its_condition_first() -> None:
    made = stack()
    CopiedSecret(
        made,
        "pull",
        stack=made,
        origin="shared",
        store="own",
        link=registry_pull_link(),
        require=(Condition(expression="${local.x}", message="Not yet."),),
    )
    original = only(synthesized(made)["data"]["ovh_okms_secret"])
    copy = only(resources(made, "ovh_okms_secret"))
    assert (original["okms_id"], copy["okms_id"]) == ("shared", "own")
    assert original["path"] == copy["path"]
    assert copy["version"]["data"] == "${data.ovh_okms_secret.secret-platform_registry-pull.data}"
    assert original["lifecycle"]["precondition"][0]["error_message"] == "Not yet."


@needs_terraform
def test_terraform_reads_the_values_that_were_meant(tmp_path) -> None:
    made = stack()
    local = made.address(TerraformLocal(made, "given", {"user": 'a "b" ${c}'}), "given")
    values = {"host": 'x "%{if}"', "username": f"${{local.{local.friendly_unique_id}.user}}", "password": "p"}
    WrittenSecret(made, "pull", key_store_id="store", link=registry_pull_link(), values=values)
    data = only(resources(made, "ovh_okms_secret"))["version"]["data"]
    given = {"given": {"user": 'a "b" $${c}'}}
    applied(tmp_path, {"locals": given, "output": {"data": {"value": data}}})
    assert json.loads(json.loads(terraform(tmp_path, "output", "-json").stdout)["data"]["value"]) == {
        "host": 'x "%{if}"',
        "username": 'a "b" ${c}',
        "password": "p",
    }
