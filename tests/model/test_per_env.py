from __future__ import annotations

import pytest
from pydantic import ValidationError

from andamio.model import Environment, PerEnv, Probe, Resources, Scaling, Service, per_env
from andamio.model.base import walk
from andamio.model.defaults import service_defaults

development = service_defaults("development", "standard")
production = service_defaults("production", "standard")


def test_a_value_by_environment_is_the_default_elsewhere() -> None:
    value = per_env(1, production=3)
    assert isinstance(value, PerEnv)
    assert [value.value(name) for name in ("dev", "production")] == [1, 3]


def test_each_alternative_is_validated_like_the_field() -> None:
    with pytest.raises(ValidationError, match=r"cpu\.<production>"):
        Resources(cpu=per_env(100, production=0))
    with pytest.raises(ValidationError, match=r"cpu\.<production>"):
        Resources(cpu=per_env(100, production="many"))  # type: ignore[arg-type]


def test_a_whole_model_may_differ_and_have_fields_that_differ() -> None:
    service = Service(
        name="a", team="b", scaling=per_env(Scaling(), production=Scaling(min=per_env(5, canary=2), max=9))
    )
    assert service.resolve("production", production).scaling.min == 5
    assert service.resolve("dev", development).scaling.min == 1


def test_items_of_tuples_and_mappings_may_differ() -> None:
    service = Service(
        name="a", team="b", calls=("x", per_env("y", production="z")), config={"LEVEL": per_env("debug", dev="info")}
    )
    dev, prod = service.resolve("dev", development), service.resolve("production", production)
    assert (dev.calls, prod.calls) == (("x", "y"), ("x", "z"))
    assert (dev.config, prod.config) == ({"LEVEL": "info"}, {"LEVEL": "debug"})


def test_what_names_one_thing_everywhere_does_not_differ() -> None:
    for field, value in (("name", per_env("a", dev="b")), ("renamed_from", per_env("x", dev="y"))):
        with pytest.raises(ValidationError, match=f"{field}\n  Cannot differ by environment"):
            Service(**{"name": "a", "team": "b", field: value})
    with pytest.raises(ValidationError, match="Cannot differ by environment"):
        Environment.model_validate({"tier": per_env("staging", dev="development")})


def test_former_names_are_one_or_several_the_oldest_first() -> None:
    def names(**given: object) -> tuple[str, tuple[str, ...]]:
        service = Service(name="c", team="b", **given)  # type: ignore[arg-type]
        return service.original_name, service.former_names

    assert names() == ("c", ())
    assert names(renamed_from="a") == ("a", ("a",))
    assert names(renamed_from=("a", "b")) == names(renamed_from=["a", "b"]) == ("a", ("a", "b"))
    with pytest.raises(ValidationError, match="renamed_from"):
        names(renamed_from=("a", "B!"))


def test_a_value_that_differs_can_be_looked_up() -> None:
    assert {per_env({"a": 1}, dev={}), per_env({"a": 1}, dev={})} == {per_env({"a": 1}, dev={})}


def test_nothing_is_left_open_after_resolution() -> None:
    service = Service(name="a", team="b", command=per_env(("x",), production=("y",)))
    for tier in ("development", "staging", "production"):
        resolved = service.resolve("dev", service_defaults(tier, "critical"))
        assert not [at for at, value in walk(resolved) if type(value).__name__ in {"PerEnv", "FromTier"}]


def test_a_resolved_value_is_as_valid_as_a_declared_one() -> None:
    resolved = Service(name="a", team="b").resolve("dev", development)
    assert Service.model_validate(resolved.model_dump()) == resolved


def test_lists_are_taken_as_the_tuples_they_mean() -> None:
    assert Service(name="a", team="b", calls=["x"]).calls == ("x",)  # type: ignore[arg-type]


def test_models_are_frozen_and_refuse_what_they_do_not_know() -> None:
    probe = Probe(path="/")
    with pytest.raises(ValidationError, match="frozen"):
        probe.path = "/other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Probe(pth="/")  # type: ignore[call-arg]


def test_numbers_in_quotes_are_not_numbers() -> None:
    with pytest.raises(ValidationError, match="valid integer"):
        Resources(cpu="100")  # type: ignore[arg-type]
