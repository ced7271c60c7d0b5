"""Terraform resources are found by type and name, and a mistake names the nearest."""

from __future__ import annotations

import pytest

from andamio.testing import StackResources, Synthesized

STACK = StackResources(
    "dev-data",
    {
        "resource": {"ovh_database": {"postgres": {"plan": "essential"}, "kafka": {}}},
        "data": {"ovh_subnet": {"nodes": {"id": 1}}},
        "output": {"ports": {"value": [1, 2]}},
    },
)


def test_resources_are_found_by_type_and_name() -> None:
    assert STACK.resource("ovh_database", "postgres") == {"plan": "essential"}
    assert STACK.resources("ovh_database") == {"postgres": {"plan": "essential"}, "kafka": {}}
    assert set(STACK.resources()) == {"ovh_database.postgres", "ovh_database.kafka"}
    assert STACK.data("ovh_subnet") == {"nodes": {"id": 1}}
    assert STACK.data("ovh_other") == {}
    assert STACK.outputs == {"ports": [1, 2]}


def test_what_is_not_found_gives_the_nearest() -> None:
    with pytest.raises(LookupError, match=r'dev-data has no ovh_databse. Did you mean "ovh_database"\?'):
        STACK.resource("ovh_databse", "postgres")
    with pytest.raises(LookupError, match=r'dev-data has no ovh_database "postgre". Did you mean "postgres"\?'):
        STACK.resource("ovh_database", "postgre")
    with pytest.raises(LookupError, match=r'dev-data has no ovh_database "x". There are: kafka, postgres'):
        STACK.resource("ovh_database", "x")


def test_a_test_may_change_what_it_was_given() -> None:
    STACK.resource("ovh_database", "postgres")["plan"] = "changed"
    STACK.document["resource"].clear()
    STACK.outputs["ports"].clear()
    assert STACK.resource("ovh_database", "postgres") == {"plan": "essential"}
    assert STACK.outputs == {"ports": [1, 2]}


def test_a_built_stack_has_what_terraform_reads(small: Synthesized) -> None:
    stack = small.stack("dev-data")
    assert stack.resource("ovh_cloud_project_database", "postgres")["engine"] == "postgresql"
    assert "store_ports" in stack.outputs
    assert "s3" in stack.document["terraform"]["backend"]
