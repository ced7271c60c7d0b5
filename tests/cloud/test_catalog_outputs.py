import pytest

from andamio.cloud.catalog_outputs import CatalogOutputs
from andamio.contract.outputs import CloudOutputs
from tests.cloud.small_stack import resources, stack


@pytest.mark.parametrize("shared", ["none", "sandbox", "ovh"])
@pytest.mark.parametrize("source", ["none", "sandbox", "ovh"])
def test_messages_name_the_file_and_the_command_that_mends_it(source, shared) -> None:
    into = stack()
    CatalogOutputs(
        into,
        "outputs",
        environment="dev",
        outputs=CloudOutputs(source=source, cluster_id="c1"),
        shared=shared,
        cluster_id="local.id",
        api="local.api",
    )
    made = resources(into, "terraform_data")["catalog_outputs"]
    environment, of_all, cluster = made["lifecycle"]["precondition"]
    assert cluster["condition"] == '${"c1" == local.id}'
    assert f'"{source}" == "ovh"' in environment["condition"]
    assert f'"{shared}" == "ovh"' in of_all["condition"]
    for condition, name in ((environment, "dev"), (of_all, "shared"), (cluster, "dev")):
        assert f"catalog/cloud/{name}.json" in condition["error_message"]
        assert f"`andamio outputs pull {name}`" in condition["error_message"]
