import pytest

from andamio.cloud.data_addresses import KEY_STORE_SECRET, Address
from andamio.cloud.key_store_secret import KeyStoreSecret, literal
from andamio.contract.secrets import SecretLink
from tests.cloud.small_stack import resources, stack

LINK = SecretLink(path="services/orders/cache", keys=("host", "port"))
ADDRESS = Address(type=KEY_STORE_SECRET, label="orders-cache_secret")


def written(link, values):
    into = stack()
    KeyStoreSecret(into, "secret", address=ADDRESS, link=link, key_store_id="store", values=values)
    return resources(into, KEY_STORE_SECRET)[ADDRESS.label]


def test_every_value_is_text_in_the_order_of_the_link() -> None:
    secret = written(LINK, {"port": "x.port", "host": "x.host"})
    assert secret["path"] == LINK.path
    assert secret["version"]["data"] == '${jsonencode({"host" = tostring(x.host), "port" = tostring(x.port)})}'


@pytest.mark.parametrize("values", [{"host": "x"}, {"host": "x", "port": "y", "user": "z"}, {}])
def test_it_holds_exactly_the_keys_of_its_link(values) -> None:
    with pytest.raises(ValueError, match="services/orders/cache takes the keys host, port"):
        written(LINK, values)


def test_terraform_does_not_write_what_a_person_writes() -> None:
    with pytest.raises(ValueError, match="by a person"):
        written(SecretLink(path="x", keys=("a",), writer="person"), {"a": "b"})


def test_a_literal_stays_what_it_is_in_an_expression() -> None:
    assert literal('say "${hi}" %{if}') == '"say \\"$${hi}\\" %%{if}"'
