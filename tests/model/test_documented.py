"""Every field of the model says what it is, in its unit, and what holds by default."""

from __future__ import annotations

import ast
import inspect

import pytest
from pydantic import BaseModel

import andamio.model
from andamio.model.service import Service

MODELS = [
    value
    for name in andamio.model.__all__
    if isinstance(value := getattr(andamio.model, name), type) and issubclass(value, BaseModel)
]


def described(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(model))
    body = tree.body[0].body  # type: ignore[attr-defined]
    found = {}
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            found[statement.target.id] = text
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_description(model: type[BaseModel]) -> None:
    texts = described(model)
    assert [name for name in model.model_fields if not texts.get(name) and model is not andamio.model.Model] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_default_is_given_in_words(model: type[BaseModel]) -> None:
    texts = described(model)
    optional = [name for name, field in model.model_fields.items() if not field.is_required()]
    assert [name for name in optional if "efault" not in texts[name]] == []


def test_a_service_needs_only_a_name_and_a_team() -> None:
    assert [name for name, field in Service.model_fields.items() if field.is_required()] == ["name", "team"]
