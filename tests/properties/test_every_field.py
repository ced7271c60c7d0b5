"""Every field of the model matters: a change of it is a finding, or a byte that an engine acts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from andamio.checks.finding import Severity
from andamio.checks.run import check_catalog
from andamio.contract.platform import Platform
from andamio.synthesis.composition import Composition
from tests.properties.declarations import Declarations
from tests.properties.effects import acted_on, read_labels
from tests.properties.field_changes import FOR_PEOPLE, PLACES, VALUES, changed
from tests.properties.full_platform import FULL
from tests.properties.model_fields import Field, every_field
from tests.properties.shares import ShareBuilder

FIELDS = every_field()
CHANGING = [field for field in FIELDS if not field.whole]
OF_ENGINES = [field for field in CHANGING if field.short not in FOR_PEOPLE]
OF_PEOPLE = [field for field in CHANGING if field.short in FOR_PEOPLE]


@dataclass(frozen=True)
class Change:
    """A platform with one field changed, and what the checks say of it beyond what they said before."""

    platform: Platform
    findings: tuple[str, ...]
    refused: bool


@dataclass(frozen=True)
class Effects:
    """What each change does."""

    changes: Mapping[str, Change]
    before: Mapping[str, Mapping[str, Any]]
    after: Mapping[str, Mapping[str, Mapping[str, Any]]]
    labels: frozenset[str]

    def files(self, field: Field) -> list[str]:
        """Files in which something changes that an engine acts on."""
        old, new = _files(self.before), _files(self.after[str(field)])
        return sorted(
            path
            for path in old.keys() | new.keys()
            if old.get(path) is not new.get(path) and self._of(path, old) != self._of(path, new)
        )

    def _of(self, path: str, files: Mapping[str, Any]) -> Any:
        return acted_on(files.get(path), self.labels if path.startswith("k8s/") else None)


def _files(shares: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {f"{share}/{file}": body for share, files in shares.items() for file, body in files.items()}


def _findings(declarations: Declarations) -> dict[str, Severity]:
    return {str(finding): finding.severity for finding in check_catalog(declarations.platform())}


@pytest.fixture(scope="module")
def effects(project) -> Effects:
    base = FULL.platform()
    known = _findings(FULL)
    changes = {}
    for field in CHANGING:
        new = changed(FULL, field)
        found = {text: severity for text, severity in _findings(new).items() if text not in known}
        refused = Severity.ERROR in found.values()
        changes[str(field)] = Change(platform=new.platform(), findings=tuple(found), refused=refused)
    builder = ShareBuilder(Composition(root=project))
    try:
        builder.build([base, *(change.platform for change in changes.values() if not change.refused)])
    finally:
        builder.stop()
    before = builder.documents(base)
    return Effects(
        changes=changes,
        before=before,
        after={name: builder.documents(c.platform) for name, c in changes.items() if not c.refused},
        labels=read_labels(before.values()),
    )


def test_the_full_platform_breaks_no_rule() -> None:
    assert _findings(FULL) == {}


@pytest.mark.parametrize("field", OF_ENGINES, ids=str)
def test_a_change_of_the_field_is_a_finding_or_a_byte_that_an_engine_acts_on(field, effects) -> None:
    change = effects.changes[str(field)]
    assert change.findings or effects.files(field), f"nothing reads {field}"


def test_each_table_names_fields_that_exist() -> None:
    """A field that goes takes its case with it."""
    names = {name for field in FIELDS for name in (str(field), field.short)}
    assert {*VALUES, *PLACES, *FOR_PEOPLE} <= names


@pytest.mark.parametrize("field", OF_PEOPLE, ids=str)
def test_no_engine_acts_on_a_field_for_people(field, effects) -> None:
    """Else it would need no excuse. It also shows that the comparison tells what acts from what does not."""
    assert not effects.changes[str(field)].findings
    assert effects.files(field) == []


def test_fields_for_people_are_few() -> None:
    assert len(FOR_PEOPLE) <= 3
