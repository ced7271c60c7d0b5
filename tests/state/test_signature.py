from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime

import pytest

from andamio.state.secret import Secret
from andamio.state.signature import signed_headers


def test_signature_is_that_of_the_published_example() -> None:
    # "Example: GET Object" of AWS's page on signatures in headers.
    headers = signed_headers(
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        query={},
        headers={"Range": "bytes=0-9"},
        body=b"",
        access_key="AKIAIOSFODNN7EXAMPLE",
        secret_key=Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region="us-east-1",
        now=datetime(2013, 5, 24, tzinfo=UTC),
    )
    assert headers["authorization"].endswith(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


@pytest.mark.parametrize(
    "show", [str, repr, "{}".format, json.dumps, pickle.dumps], ids=["str", "repr", "format", "json", "pickle"]
)
def test_a_secret_is_not_shown_by_mistake(show) -> None:
    with pytest.raises(TypeError):
        show(Secret("hush"))
