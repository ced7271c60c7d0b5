"""What providers do that their schemas do not say: what re-creates, what is kept, defaults, choices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from andamio.knowledge import recreate

__all__ = ["Behaviour", "behaviour"]


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How one resource type is planned."""

    recreates: frozenset[str] = frozenset()
    """Arguments, dotted and without indexes, whose change makes the resource anew."""

    fixed: frozenset[str] = frozenset()
    """Arguments that cannot change after creation."""

    grows_only: frozenset[str] = frozenset()
    updatable: bool = True
    """Whether anything changes in place."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    whole_numbers: frozenset[str] = frozenset()
    framework: bool = False
    """Whether it is built on the plugin framework, which marks computed values unknown on every update."""

    keeps: frozenset[str] = frozenset()
    """Computed values that the framework keeps on an update."""

    importable: bool = True
    """Whether `terraform import` and `import` blocks take it."""

    renews: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Argument whose change makes computed values anew → those values."""

    json_texts: tuple[str, ...] = ()
    """Arguments that hold JSON and are compared by meaning."""


@cache
def behaviour(resource_type: str) -> Behaviour:
    """The behaviour of a type; one that nobody described changes in place and has no defaults."""
    own = _own().get(resource_type, {})
    known = recreate.behaviour(resource_type) if resource_type in recreate.known_types() else None
    return Behaviour(
        recreates=frozenset(own.get("recreates", known.recreates if known else ())),
        fixed=known.fixed if known else frozenset(),
        grows_only=known.grows_only if known else frozenset(),
        updatable=own.get("updatable", known.updatable if known else True),
        choices={**(known.choices if known else {}), **own.get("choices", {})},
        defaults={**(known.defaults if known else {}), **own.get("defaults", {})},
        whole_numbers=known.whole_numbers if known else frozenset(),
        framework=own.get("framework", False),
        keeps=frozenset(own.get("keeps", ())),
        importable=own.get("importable", True),
        renews={name: tuple(values) for name, values in own.get("renews", {}).items()},
        json_texts=tuple(own.get("jsonTexts", ())),
    )


@cache
def _own() -> dict[str, dict[str, Any]]:
    text = files("andamio.sandbox.provider").joinpath("behaviour.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = json.loads(text)["resources"]
    return table
