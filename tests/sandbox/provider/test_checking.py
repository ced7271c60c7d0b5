"""What a provider says of a configuration."""

from __future__ import annotations

import pytest

from tests.sandbox.zoo import Zoo, examples


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("kube", {"update_policy": "SOMETIMES"}, "update_policy: expected one of ALWAYS_UPDATE"),
        ("bucket", {"versioning": {"status": "on"}}, "versioning.status: expected one of"),
        ("pool", {"max_nodes": "1.5"}, "max_nodes: 1.5 is no whole number"),
        ("bucket", {"replication": {"rules": []}}, "replication: the sandbox does not imitate this argument"),
    ],
)
def test_a_wrong_argument_is_named(zoo: Zoo, name: str, changes: dict[str, object], sentence: str) -> None:
    kind, arguments = examples(zoo.made)[name]
    found = zoo.provider(kind).validate(kind, zoo.config(kind, {**arguments, **changes}))
    assert [one for one in found if sentence in one], found


def test_every_example_is_fine(zoo: Zoo) -> None:
    for kind, arguments in (pair for _, pair in examples(zoo.made).items()):
        assert zoo.provider(kind).validate(kind, zoo.config(kind, arguments)) == []
