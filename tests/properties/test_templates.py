"""A text that Terraform would take for an expression is refused by name, wherever it stands, or left as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from pydantic import BaseModel, ValidationError

from andamio.checks.finding import Finding, Severity
from andamio.checks.run import check_catalog, check_output
from andamio.model.base import walk
from tests.properties.building import builder
from tests.properties.declarations import Declarations, with_field
from tests.properties.full_platform import FULL
from tests.properties.model_fields import ROOTS

_MARKS = ("${planted}", "%{planted}", "{{planted}}")
_FOR_PROGRAMS = ("command", "args", "config", "path")
"""Fields whose texts programs get as they stand."""

_FOR_PEOPLE = ("instructions", "reason", "at")

_Path = tuple[str | int, ...]


def _texts(value: object, path: _Path = ()) -> Iterator[tuple[_Path, str]]:
    """Every text inside a declared object."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


PLACES = [
    pytest.param(root.__name__, name, path, id=f"{root.__name__}-{name}-{'.'.join(map(str, path))}")
    for root in ROOTS
    for name, model in FULL.objects(root.__name__)
    for path, _ in _texts(model)
]


def _planted(declarations: Declarations, root: str, name: str, path: _Path, mark: str) -> Declarations | str:
    """`declarations` with `mark` at the end of one text, or how the model refuses it."""
    model = dict(declarations.objects(root))[name]
    text = dict(_texts(model))[path]
    try:
        return declarations.with_object(root, name, with_field(model, path, f"{text}{mark}"))
    except ValidationError as error:
        return str(error)


def _errors(declarations: Declarations) -> list[Finding]:
    return [one for one in check_catalog(declarations.platform()) if one.severity is Severity.ERROR]


def _field(path: _Path) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


@pytest.mark.parametrize("mark", _MARKS)
@pytest.mark.parametrize(("root", "name", "path"), PLACES)
def test_only_programs_and_people_get_texts_with_templates(root, name, path, mark) -> None:
    planted = _planted(FULL, root, name, path, mark)
    names = [one for one in path if isinstance(one, str)]
    if isinstance(planted, str):
        assert names[-1] in planted, "the model's own words name the field"
        return
    errors = _errors(planted)
    own = root == "Service" and any(one in _FOR_PROGRAMS for one in names) and "routes" not in names
    if own or names[-1] in _FOR_PEOPLE:
        plain = _planted(FULL, root, name, path, "planted")
        assert not isinstance(plain, str)
        assert {one.code for one in errors} == {one.code for one in _errors(plain)}, "as good as any other text"
    else:
        field = _field(path).replace(".full.example/purpose", '["full.example/purpose"]')
        assert [one for one in errors if field in one.at or one.at.endswith(f".{names[0]}")], _field(path)


def _all_planted(mark: str) -> Declarations:
    """Every text that neither the model nor a rule refuses, with its mark."""
    found = FULL
    for place in PLACES:
        root, name, path = place.values
        planted = _planted(found, root, name, path, mark)
        if not isinstance(planted, str) and not _errors(planted):
            found = planted
    return found


@pytest.mark.parametrize("mark", _MARKS)
def test_what_is_let_through_reaches_containers_as_it_stands(project, mark) -> None:
    declarations = _all_planted(mark)
    platform = declarations.platform()
    with builder(project) as found:
        output = found.build(platform).output()
    assert [str(one) for one in check_output(platform, output) if one.severity is Severity.ERROR] == []
    assert mark not in json.dumps(output.stacks)
    written = {text for body in output.documents.values() for _, text in walk(body) if isinstance(text, str)}
    expected = [
        text
        for service in declarations.services
        for path, text in _texts(service)
        if mark in text and path[-1] not in _FOR_PEOPLE
    ]
    assert len(expected) > 15
    assert [text for text in expected if text not in written] == []
