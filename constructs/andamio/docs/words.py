"""Types of a model's fields in words, read from the annotations as they are written."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable
from typing import Literal, get_args, get_origin

from pydantic import BaseModel

from andamio.model import types

__all__ = ["anchor", "annotations_in_words", "in_words"]

_PLAIN = {"str": "text", "int": "whole number", "bool": "yes or no", "datetime.date": "date"}

_BOUNDS = {"ge": "at least {}", "le": "at most {}", "min_length": "at least {} long", "pattern": "like `{}`"}


def anchor(name: str) -> str:
    """The link target of a heading of that name."""
    return name.lower()


def annotations_in_words(model: type[BaseModel]) -> dict[str, str]:
    """Field of a model → its type in words."""
    body = ast.parse(inspect.getsource(model)).body[0]
    module = vars(sys.modules[model.__module__])
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - the source of a class is one
    return {
        statement.target.id: in_words(statement.annotation, module)
        for statement in body.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.target.id in model.model_fields
    }


def in_words(annotation: ast.expr, module: dict[str, object]) -> str:
    """An annotation in words; names are those of `module`.

    Raises:
        ValueError: it is of a form that no field has had so far.
    """
    match annotation:
        case ast.BinOp(left=left, right=ast.Constant(value=None)):
            return f"{in_words(left, module)}, or none"
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return f"{in_words(left, module)}, or {in_words(right, module)}"
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, ast.Call() as call])):
            return ", ".join([in_words(inner, module), *_bounds(call)])
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[inner, _])):
            return f"list of {in_words(inner, module)}"
        case ast.Subscript(value=ast.Name(id="Mapping"), slice=ast.Tuple(elts=[key, value])):
            return f"mapping of {in_words(key, module)} to {in_words(value, module)}"
        case ast.Subscript(value=ast.Name(id="Literal")):
            return _choices(ast.literal_eval(_as_tuple(annotation.slice)))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _named(ast.unparse(annotation), name, module)
    raise ValueError(f"no words for the annotation {ast.unparse(annotation)}")


def _choices(choices: Iterable[object]) -> str:
    return "one of " + ", ".join(f"`{choice}`" for choice in choices)


def _as_tuple(node: ast.expr) -> ast.expr:
    return node if isinstance(node, ast.Tuple) else ast.Tuple(elts=[node], ctx=ast.Load())


def _named(text: str, name: str, module: dict[str, object]) -> str:
    if text in _PLAIN:
        return _PLAIN[text]
    value = module.get(name)
    if name in types.__all__ or (isinstance(value, type) and issubclass(value, BaseModel)):
        return f"[{name}](#{anchor(name)})"
    if get_origin(value) is Literal:
        return _choices(get_args(value))
    for statement in ast.parse(inspect.getsource(sys.modules[str(module["__name__"])])).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            return in_words(statement.value, module)
    raise ValueError(f"no words for the type {text}")


def _bounds(call: ast.Call) -> list[str]:
    """What a `Field(...)` asks for beside the type."""
    return [
        _BOUNDS[str(keyword.arg)].format(ast.literal_eval(keyword.value))
        for keyword in call.keywords
        if keyword.arg in _BOUNDS
    ]
