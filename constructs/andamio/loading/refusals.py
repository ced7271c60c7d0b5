"""Turns what a model refuses into findings: field, value, what is wrong with it and what to write instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from andamio.checks.finding import Finding, did_you_mean

__all__ = ["CODE_VALUE", "from_validation"]

CODE_VALUE = "AND002"
"""A value that its model refuses."""

_TYPES = {
    "string_type": "Write a string, in quotes",
    "int_type": "Write a whole number, without quotes",
    "int_from_float": "Write a whole number",
    "int_parsing_size": "Write a number that a field like this can have",
    "float_type": "Write a number, without quotes",
    "finite_number": "Write a finite number",
    "bool_type": "Write True or False, without quotes",
    "tuple_type": 'Write a tuple; one of a single item has a comma: ("orders",)',
    "mapping_type": 'Write a dict: {"name": ...}',
    "dict_type": 'Write a dict: {"name": ...}',
    "model_type": 'Write a JSON object: {"name": ...}',
    "frozen_instance": "Give the value where the object is made; objects never change",
    "same_everywhere": "Write one value without per_env",
}
"""Kind of refusal → what to write instead."""

_LIMITS = {
    "greater_than_equal": ("ge", "Write {} or more"),
    "less_than_equal": ("le", "Write {} or less"),
    "greater_than": ("gt", "Write more than {}"),
    "less_than": ("lt", "Write less than {}"),
}
"""Kind of refusal → the key of the limit in its context, and what to write."""


def from_validation(error: ValidationError, file: str, line: int | None = None) -> list[Finding]:
    """One finding for each value that a model refuses."""
    return [_finding(error.title, details, file, line) for details in error.errors(include_url=False)]


def _finding(title: str, details: ErrorDetails, file: str, line: int | None) -> Finding:
    at = title + "".join(_place(part) for part in details["loc"])
    kind = details["type"]
    context: dict[str, Any] = details.get("ctx", {})
    value: object = details["input"]
    means = details["msg"][0].lower() + details["msg"][1:]
    fix = _TYPES.get(kind, "docs/reference/model.md tells what each field may hold")
    name = str(details["loc"][-1]) if details["loc"] else ""
    if kind == "extra_forbidden":
        models = _models_at(title, details["loc"][:-1])
        fields = sorted({field for model in models for field in model.model_fields})
        means = f"{' or '.join(model.__name__ for model in models) or title} has no field {name!r}"
        fix = did_you_mean(name, fields) or (f"Its fields are: {', '.join(fields)}" if fields else "Delete it")
    elif kind in ("missing", "missing_argument"):
        value = None
        means = "is missing"
        owner = next((model.__name__ for model in _models_at(title, details["loc"][:-1])), title)
        fix = f'Add "{name}"' if file.endswith(".json") else f"Give {owner}(..., {name}=...)"
    elif kind == "literal_error":
        expected = str(context.get("expected", ""))
        fix = (isinstance(value, str) and did_you_mean(value, [e.strip(" '") for e in expected.split(",")])) or (
            f"Write one of {expected}"
        )
        means = "is none of the values that may stand here"
    elif kind == "string_pattern_mismatch":
        means = f"does not match {context.get('pattern', 'its pattern')}"
        fix = "Write one that does"
    elif kind == "model_type" and not file.endswith(".json"):
        fix = f"Write {context.get('class_name', 'an object')}(...)"
        means = f"is no {context.get('class_name', 'object')}"
    elif kind in _LIMITS and _LIMITS[kind][0] in context:
        key, said = _LIMITS[kind]
        fix = said.format(context[key])
    elif kind == "value_error":
        means = means.removeprefix("value error, ")
    if value is None and kind.endswith("_type"):
        means += ", not None" if not file.endswith(".json") else ", not null"
    if isinstance(value, BaseModel):
        value = None
    return Finding(code=CODE_VALUE, file=file, line=line, at=at, value=value, means=means, fix=fix)


def _place(part: int | str) -> str:
    """A step into a value, as a person would write it."""
    if isinstance(part, int):
        return f"[{part}]"
    if part == "[key]":  # the step before it names the key already
        return ""
    if part.startswith("<"):  # an environment of `per_env`
        return f" {part}"
    return f".{part}" if part and part.isprintable() else f".{json.dumps(part)}"


def _models_at(title: str, steps: Iterable[int | str]) -> list[type[BaseModel]]:
    """The models that may stand where `steps` lead from the model called `title`; none where that cannot be told."""
    found = [model for model in _subclasses(BaseModel) if model.__name__ == title and _ours(model)][:1]
    for step in steps:
        inside = [model.model_fields[step].annotation for model in found if str(step) in model.model_fields]  # type: ignore[index]
        if inside:
            found = [model for annotation in inside for model in _models_in(annotation)]
    return found


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _subclasses(one)


def _ours(model: type[BaseModel]) -> bool:
    return model.__module__.startswith("andamio.")
