"""Any valid catalog becomes objects that the engines take; one broken field is told in the catalog's own words."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from andamio.bindings import check_terraform_json
from andamio.checks.finding import Severity
from andamio.checks.run import check_catalog, check_output
from andamio.loading.mistakes import from_validation
from andamio.testing.schema import violations
from tests.properties.building import builder, contents
from tests.properties.catalogs import catalogs
from tests.properties.declarations import with_field
from tests.properties.full_platform import FULL
from tests.properties.model_fields import every_field, places

RANDOM = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def build(project):
    with builder(project) as found:
        yield found.build


def errors(findings) -> list[str]:
    return [str(finding) for finding in findings if finding.severity is Severity.ERROR]


@given(catalog=catalogs())
@settings(RANDOM, max_examples=60)
def test_a_random_valid_catalog_breaks_no_rule(catalog) -> None:
    assert errors(check_catalog(catalog.platform())) == []


@given(catalog=catalogs())
@settings(RANDOM, max_examples=15)
def test_what_it_becomes_is_unique_and_passes_every_schema(build, catalog) -> None:
    platform = catalog.platform()
    built = build(platform)
    output = built.output()
    assert contents(built)
    identities = Counter(
        (one.environment, one.body["apiVersion"].split("/")[0], one.kind, one.namespace, one.name)
        for one in output.objects
    )
    assert [identity for identity, count in identities.items() if count > 1] == []
    assert [(one.file, text) for one in output.objects for text in violations(one.body)] == []
    assert [(name, text) for name, stack in output.stacks.items() for text in check_terraform_json(stack)] == []
    assert errors(check_output(platform, output)) == []


STRINGS = ("", "x" * 300, "../up", "a b", "Ünïcode", "null")
BROKEN = {int: (0, -1, 10**9), str: STRINGS, bool: (), tuple: ((), (3,)), object: (3.5, b"bytes", object())}
"""What stands in the place of a value, by its type; what no field takes stands under `object`."""

FIELDS = [field for field in every_field() if not field.whole]


def broken_values(value: object) -> list[object]:
    """Values of the same type that are hardly right, and such of no field's."""
    own = next((values for kind, values in BROKEN.items() if isinstance(value, kind)), ())
    items = [(text,) for text in STRINGS] if isinstance(value, tuple) and value and isinstance(value[0], str) else []
    return [*own, *items, *BROKEN[object]]


def first_place(field):
    """Where FULL gives `field` a value."""
    return sorted(places(FULL, field), key=lambda place: (not place.given, place.value in ((), None)))[0]


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_a_value_of_the_wrong_type_is_told_with_file_and_field(field) -> None:
    place = first_place(field)
    model = dict(FULL.objects(field.root))[place.name]
    for value in BROKEN[object]:
        with pytest.raises(ValidationError) as caught:
            with_field(model, place.path, value)
        findings = from_validation(caught.value, "catalog/file.py", 7)
        assert findings
        for finding in findings:
            text = str(finding)
            assert re.match(r"AND002 catalog/file\.py:7: \S", text)
            assert f"{field.owner.__name__}.{field.path[-1]}" in text
            assert finding.means
            assert finding.fix
            assert "\n" not in text


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_one_broken_field_is_a_finding_with_its_file_or_harmless(field) -> None:
    """No rule stumbles over what the model lets through."""
    place = first_place(field)
    model = dict(FULL.objects(field.root))[place.name]
    for value in broken_values(place.value):
        try:
            new = with_field(model, place.path, value)
        except ValidationError:
            continue
        for finding in check_catalog(FULL.with_object(field.root, place.name, new).platform()):
            assert re.match(r"AND\d{3} catalog/\S+: .+\. \S", str(finding)), str(finding)


@given(catalog=catalogs(), data=st.data())
@settings(RANDOM, max_examples=40)
def test_a_reference_to_nothing_names_its_field(catalog, data) -> None:
    """An unknown team, callee or topic in any catalog: one error at that field of that service's file."""
    service = data.draw(st.sampled_from(catalog.services))
    name, value, shown = data.draw(
        st.sampled_from(
            (
                ("team", "nobody", "team"),
                ("calls", ("nobody",), "calls[0]"),
                ("subscribes", ("nobody-said",), "subscribes[0]"),
            )
        )
    )
    broken = catalog.with_object("Service", service.name, with_field(service, (name,), value))
    found = [finding for finding in check_catalog(broken.platform()) if finding.severity is Severity.ERROR]
    at = {(finding.file, finding.at) for finding in found}
    assert (f"catalog/services/{service.name}.py", f"{service.name}.{shown}") in at
