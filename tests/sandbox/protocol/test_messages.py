"""Messages as the protocol has them on the wire, byte by byte."""

from __future__ import annotations

import pytest

from andamio.sandbox.protocol.messages import CALLS, message


def test_fields_have_the_numbers_of_the_protocol() -> None:
    plan = message("PlanResponse")(legacy_type_system=True)
    plan.planned_state.msgpack = b"\xc0"
    plan.requires_replace.add().steps.add(attribute_name="name")
    assert plan.SerializeToString() == b"\x0a\x03\x0a\x01\xc0" + b"\x12\x08\x0a\x06\x0a\x04name" + b"\x28\x01"


def test_an_entry_of_a_map_is_a_key_and_a_value() -> None:
    schemas = message("Schemas")()
    schemas.resource_schemas.add(key="a").value.version = 2
    assert schemas.SerializeToString() == b"\x12\x07\x0a\x01a\x12\x02\x08\x02"


def test_fields_that_a_newer_terraform_sends_are_passed_over() -> None:
    asked = message("ReadRequest").FromString(b"\x0a\x01x\x2a\x02\x08\x01")
    assert asked.type_name == "x"


@pytest.mark.parametrize("call", sorted(CALLS))
def test_every_call_has_its_messages(call: str) -> None:
    request, response = CALLS[call]
    assert message(request)() is not None
    assert message(response)() is not None
