import random

import pytest

from andamio.kubernetes.order import OrderError, waves


def test_everything_comes_after_all_that_it_needs() -> None:
    source = random.Random(7)  # noqa: S311 - a repeatable graph, nothing secret
    names = [f"n{index}" for index in range(40)]
    needs = {name: source.sample(names[:index], min(index, source.randrange(4))) for index, name in enumerate(names)}
    found = waves(needs)
    assert all(found[name] > found[other] for name in names for other in needs[name])
    assert all(found[name] == 0 for name in names if not needs[name])


def test_no_wave_is_later_than_it_has_to_be() -> None:
    assert waves({"a": [], "b": ["a"], "c": ["a", "b"], "d": []}) == {"a": 0, "b": 1, "c": 2, "d": 0}


def test_the_order_of_declaration_does_not_matter() -> None:
    needs = {"a": [], "b": ["a"], "c": ["b", "a"]}
    assert list(waves(needs).items()) == list(waves(dict(reversed(needs.items()))).items())


def test_a_circle_is_named_from_its_beginning_to_its_end() -> None:
    with pytest.raises(OrderError, match="gateway → issuer → webhook → gateway"):
        waves({"app": ["gateway"], "gateway": ["issuer"], "issuer": ["webhook"], "webhook": ["gateway"]})


def test_a_need_that_nobody_is_names_the_nearest() -> None:
    with pytest.raises(OrderError, match="gateway needs cert-manger, which is no Application; did you mean cert-man"):
        waves({"gateway": ["cert-manger"], "cert-manager": []})
