import pytest

from andamio.cloud.catalog_outputs import CatalogOutputs
from andamio.contract.outputs import CloudOutputs
from tests.cloud.small_stack import resources, stack


@pytest.mark.parametrize("source", ["none", "sandbox", "ovh"])
def test_messages_name_the_file_and_the_command_that_mends_it(source) -> None:
    into = stack()
    CatalogOutputs(
        into,
        "outputs",
        environment="dev",
        outputs=CloudOutputs(source=source, cluster_id="c1"),
        cluster_id="local.id",
        api="local.api",
    )
    made = resources(into, "terraform_data")["catalog_outputs"]
    conditions = made["lifecycle"]["precondition"]
    assert conditions[1]["condition"] == '${"c1" == local.id}'
    assert f'"{source}" == "ovh"' in conditions[0]["condition"]
    for condition in conditions:
        assert "catalog/cloud/dev.json" in condition["error_message"]
        assert "`andamio outputs pull dev`" in condition["error_message"]
