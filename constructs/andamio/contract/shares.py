"""A share: the smallest part of the result that is built, cached and rebuilt as a whole.

Compositions (`k8s/main.py`, `infra/main.py`) list shares; synthesis builds those whose view changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ["ChartShare", "StackPart", "StackShare", "builder"]


def builder(reference: str | Callable[..., Any]) -> Callable[..., Any]:
    """The class that `module:Class` names.

    Compositions name classes rather than import them, so that listing shares starts no jsii: most runs build few of
    them, or none. Raises `ImportError` or `AttributeError` for a name that is not there.
    """
    if not isinstance(reference, str):
        return reference
    module, _, name = reference.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


@dataclass(frozen=True, kw_only=True)
class ChartShare:
    """One folder of Kubernetes objects: `dist/k8s/<environment>/<folder>/`."""

    environment: str
    folder: str

    source: str
    """The catalog file that it is made from, for the first line of each file."""

    chart: str | Callable[..., Any]
    """A `ManifestChart` class, called as `chart(scope, folder, view)`; see `builder`."""

    view: object
    """A frozen dataclass: all that the chart may read."""


@dataclass(frozen=True, kw_only=True)
class StackPart:
    """What one service adds to a stack. Its constructs lie under the construct `services/<name>` of the stack."""

    name: str
    """The service."""

    view: object
    """A frozen dataclass: all that the part may read. Given to the stack's `add_part(name, view)`."""


@dataclass(frozen=True, kw_only=True)
class StackShare:
    """One Terraform stack: `dist/terraform/stacks/<name>/cdk.tf.json`."""

    name: str

    source: str
    """The catalog file that it is made from."""

    stack: str | Callable[..., Any]
    """A stack class, called as `stack(app, name, view)`; see `builder`."""

    view: object
    """A frozen dataclass: all that the stack itself may read."""

    parts: tuple[StackPart, ...] = ()
    """What services add to it, by name."""

    depends_on: tuple[str, ...] = ()
    """Stacks that have to be deployed before it."""
