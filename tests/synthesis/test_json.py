"""JSON that is stable and the same as the standard library's, only stricter and faster."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from andamio.synthesis.json import dump
from andamio.synthesis.plain import NotPlainError

text = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)
leaves = st.one_of(
    text,
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4))
)


@settings(max_examples=300, deadline=None)
@given(document=st.dictionaries(text, values, max_size=4))
def test_it_is_the_standard_librarys_text(document: dict[str, Any]) -> None:
    assert dump(document) == json.dumps(document, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"a": [{"b": math.nan}]}, r"a\[0\]\.b: nan"),
        ({"resource": {1: {}}}, "resource: the key 1 is int"),
        ({"a": "\ud800"}, "a: "),
        ({"a": type("Token", (str,), {})("x")}, "a: .*Token"),
        ({"a": b"x"}, "a: bytes"),
        ({"a": 2**64}, "a: 18446744073709551616"),
        ([], "document: list"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_its_place(document: Any, message: str) -> None:
    with pytest.raises(NotPlainError, match=message):
        dump(document)


def test_a_document_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = [loop]
    with pytest.raises(NotPlainError, match="nested deeper"):
        dump(loop)
