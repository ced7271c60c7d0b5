import pytest

from andamio.cloud.exchange import EXCHANGE, ExchangeError, check_publish, check_read, cloud_outputs, depends_on
from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY, CloudOutputs, SharedOutputs
from andamio.contract.stacks import ENVIRONMENT_STACKS, SHARED_STACKS, Stack

OUTPUTS = [(stack, name, one) for stack, outputs in EXCHANGE.items() for name, one in outputs.items()]


@pytest.mark.parametrize("stacks", [ENVIRONMENT_STACKS, SHARED_STACKS])
def test_every_cloud_output_comes_from_exactly_its_stack(stacks) -> None:
    table = PUBLISHED_BY if stacks is ENVIRONMENT_STACKS else SHARED_PUBLISHED_BY
    model = CloudOutputs if stacks is ENVIRONMENT_STACKS else SharedOutputs
    promised = {(name, stack) for stack in stacks for name in cloud_outputs(stack)}
    assert promised == {(name, stack) for name, stack in table.items()}
    assert {name for name, _ in promised} == set(model.model_fields) - {"source"}
    for name, publisher in table.items():
        assert [stack for stack in stacks if name in EXCHANGE[stack]] == [publisher]


@pytest.mark.parametrize(("stack", "name", "output"), OUTPUTS)
def test_what_is_published_somebody_reads(stack, name, output) -> None:
    assert output.readers or name in cloud_outputs(stack)
    assert output.doc


@pytest.mark.parametrize(("stack", "name", "output"), OUTPUTS)
def test_nothing_crosses_between_the_shared_stacks_and_an_environment(stack, name, output) -> None:
    for reader in output.readers:
        assert (reader in SHARED_STACKS) == (stack in SHARED_STACKS)


@pytest.mark.parametrize("stacks", [ENVIRONMENT_STACKS, SHARED_STACKS])
def test_the_order_of_deployment_gives_each_stack_what_it_reads(stacks) -> None:
    for number, stack in enumerate(stacks):
        assert set(depends_on(stack)) <= set(stacks[:number]), stack
        if number:
            assert stacks[0] in depends_on(stack)


def test_gitops_waits_for_the_secrets_of_the_data_stack() -> None:
    assert Stack.DATA in depends_on(Stack.GITOPS)


def test_no_output_is_named_like_a_secret() -> None:
    for _, name, _ in OUTPUTS:
        assert not {"password", "secret", "token", "kubeconfig", "key"} & set(name.split("_")) or name in (
            "key_store_id",
            "key_store_host",
        )


def test_a_name_outside_the_table_is_refused() -> None:
    with pytest.raises(ExchangeError, match="does not give it"):
        check_publish(Stack.NETWORK, "kubeconfig")
    with pytest.raises(ExchangeError, match="no such output"):
        check_read(Stack.DATA, Stack.CLUSTER, "kubeconfig")
