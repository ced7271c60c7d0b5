import pytest

from andamio.cloud.key_store import KeyStore
from tests.cloud.small_stack import place, stack, synthesized


def key_store(durable: bool = False) -> dict:
    made = stack(at=place(durable=durable))
    store = KeyStore(made, "store", stack=made, region="eu-west-rbx")
    made.publish("key_store_id", store.id)
    made.publish("key_store_host", store.host)
    return synthesized(made)


def test_it_lies_in_its_region_and_is_paid_by_the_accounts_own_subsidiary() -> None:
    store = key_store()["resource"]["ovh_okms"]["key-store"]
    assert store["region"] == "eu-west-rbx"
    assert store["ovh_subsidiary"] == "${data.ovh_me.account.ovh_subsidiary}"


def test_its_host_is_that_of_its_endpoint_without_scheme_and_slash() -> None:
    assert key_store()["output"]["key_store_host"]["value"] == (
        '${trimsuffix(trimprefix(ovh_okms.key-store.rest_endpoint, "https://"), "/")}'
    )


@pytest.mark.parametrize("durable", [False, True])
def test_where_data_matters_it_cannot_be_destroyed(durable) -> None:
    store = key_store(durable)["resource"]["ovh_okms"]["key-store"]
    assert store.get("lifecycle", {}).get("prevent_destroy", False) is durable
