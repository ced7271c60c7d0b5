import pytest

from andamio.cdktf import Construct
from andamio.cloud.exchange import ExchangeError
from andamio.cloud.stack import Condition, lifecycle
from andamio.contract.stacks import Stack
from cdktf_cdktf_provider_ovh.data_ovh_domain_zone import DataOvhDomainZone
from cdktf_cdktf_provider_ovh.domain_zone_record import DomainZoneRecord
from tests.cloud.small_stack import place, stack, synthesized


def test_the_state_is_encrypted_locked_and_has_a_key_of_its_own(snapshot) -> None:
    terraform = synthesized(stack(Stack.NETWORK))["terraform"]
    backend = terraform["backend"]["s3"]
    assert backend["use_lockfile"] is True
    assert backend["encrypt"] is True
    assert backend["key"] == "dev-network.tfstate"
    assert backend["region"] == "gra"
    assert terraform == snapshot(name="terraform block")


def test_no_credential_is_written_anywhere() -> None:
    found = synthesized(stack())
    assert found["provider"]["ovh"] == [{"endpoint": "ovh-eu"}]
    assert not {"access_key", "secret_key", "token", "profile"} & set(found["terraform"]["backend"]["s3"])


def test_an_address_does_not_depend_on_where_the_construct_lies() -> None:
    made = stack()
    deep = Construct(Construct(made, "a"), "b")
    made.address(DataOvhDomainZone(deep, "zone", name="a.example"), "zone", "a.example")
    assert list(synthesized(made)["data"]["ovh_domain_zone"]) == ["zone-a_example"]


def test_two_elements_of_one_type_never_share_an_address() -> None:
    made = stack()
    made.address(DataOvhDomainZone(made, "one", name="a.example"), "zone")
    record = DomainZoneRecord(made, "record", zone="a.example", fieldtype="A", target="192.0.2.1")
    made.address(record, "zone")
    with pytest.raises(ValueError, match="two DataOvhDomainZone of the name zone"):
        made.address(DataOvhDomainZone(made, "two", name="b.example"), "zone")


def test_a_stack_publishes_what_the_exchange_gives_it_and_nothing_else() -> None:
    made = stack(Stack.CLUSTER)
    assert made.unpublished == ("cluster_id",)
    made.publish("cluster_id", "abc")
    assert made.unpublished == ()
    assert synthesized(made)["output"]["cluster_id"]["value"] == "abc"
    with pytest.raises(ExchangeError, match="cluster publishes subnet_id"):
        made.publish("subnet_id", "abc")


def test_a_value_of_another_stack_comes_from_that_stacks_state() -> None:
    made = stack(Stack.CLUSTER)
    made.publish("cluster_id", made.remote(Stack.NETWORK, "subnet_id"))
    made.remote(Stack.NETWORK, "network_id")
    found = synthesized(made)
    (config,) = (one["config"] for one in found["data"]["terraform_remote_state"].values())
    own = found["terraform"]["backend"]["s3"]
    assert config["key"] == "dev-network.tfstate"
    assert {key: own[key] for key in config if key != "key"} == {k: v for k, v in config.items() if k != "key"}
    assert found["output"]["cluster_id"]["value"] == "${data.terraform_remote_state.network.outputs.subnet_id}"


@pytest.mark.parametrize(
    ("publisher", "name", "message"),
    [
        (Stack.NETWORK, "subnet", "publishes no such output"),
        (Stack.KEYS, "key_store_id", "add it to its readers"),
        (Stack.SHARED_KEYS, "key_store_id", "add it to its readers"),
    ],
)
def test_what_nobody_gives_a_stack_it_cannot_read(publisher, name, message) -> None:
    with pytest.raises(ExchangeError, match=message):
        stack(Stack.CLUSTER).remote(publisher, name)


def test_shared_stacks_read_each_other_by_their_plain_names() -> None:
    made = stack(Stack.SHARED_REGISTRY, at=place(environment=""))
    made.publish("registry_host", made.remote(Stack.SHARED_KEYS, "key_store_id"))
    (config,) = (one["config"] for one in synthesized(made)["data"]["terraform_remote_state"].values())
    assert config["key"] == "shared-keys.tfstate"


def test_a_lifecycle_holds_what_was_asked_and_no_more() -> None:
    assert lifecycle() is None
    assert lifecycle(protect=True, ignore=["desired_nodes"]) == {
        "prevent_destroy": True,
        "ignore_changes": ["desired_nodes"],
    }
    made = stack()
    needs = lifecycle(require=[Condition(expression="${local.ready}", message="Get ready.")])
    made.address(DataOvhDomainZone(made, "zone", name="a.example", lifecycle=needs), "zone")
    found = synthesized(made)["data"]["ovh_domain_zone"]["zone"]["lifecycle"]
    assert found == {"precondition": [{"condition": "${local.ready}", "error_message": "Get ready."}]}
