"""Terraform's values on the wire."""

from __future__ import annotations

import msgpack
import pytest

from andamio.sandbox.protocol.values import UNKNOWN, decode, encode, from_state, has_unknown, known, same


def test_unknowns_of_both_forms_are_read_and_the_plain_form_is_written() -> None:
    plain, refined = msgpack.ExtType(0, b"\0"), msgpack.ExtType(12, b"\x81\x01\xc2")
    assert decode(msgpack.packb({"a": plain, "b": [refined]})) == {"a": UNKNOWN, "b": [UNKNOWN]}
    assert encode({"a": UNKNOWN}) == b"\x81\xa1a\xd4\x00\x00"


def test_an_extension_that_the_protocol_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="extension type 7"):
        decode(msgpack.packb(msgpack.ExtType(7, b"")))


def test_a_decimal_stays_the_text_that_it_is() -> None:
    assert from_state(b'{"threshold": 0.1, "nodes": 3}') == {"threshold": "0.1", "nodes": 3}
    assert decode(encode({"threshold": "0.1"})) == {"threshold": "0.1"}


def test_unknowns_are_found_and_left_out_at_any_depth() -> None:
    value = {"a": [{"b": UNKNOWN}], "c": 1}
    assert has_unknown(value)
    assert known(value) == {"a": [{"b": None}], "c": 1}
    assert not has_unknown(known(value))


def test_the_order_of_a_set_does_not_count() -> None:
    assert same([{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}], as_set=True)
    assert not same([1, 2], [2, 1])
    assert not same([1, 1, 2], [1, 2, 2], as_set=True)
