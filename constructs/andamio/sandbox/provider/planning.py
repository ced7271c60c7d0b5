"""What a provider plans: known values stay, what only the cloud can tell is unknown, some changes re-create.

The rules were tried against Terraform with every resource of the three providers. A null of a computed attribute that
the configuration leaves out becomes unknown when the resource is made. On an update a provider on the old SDK keeps
what it knew, one on the plugin framework marks it unknown, but for the attributes that say they keep their state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from andamio.sandbox.protocol.shape import Block, is_set
from andamio.sandbox.protocol.values import UNKNOWN, Values, same
from andamio.sandbox.provider.behaviour import Behaviour

__all__ = ["Plan", "plan", "resolved"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A planned state."""

    state: Values | None
    replaced_by: tuple[str, ...] = ()
    """Arguments whose change re-creates the resource. Empty: it is made, or changes in place."""

    legacy: bool = False
    """Whether a default stands where the schema has no computed value, as the old SDK does."""


def plan(
    block: Block, behaviour: Behaviour, *, prior: Values | None, proposed: Values | None, config: Values | None
) -> Plan:
    """Plan one resource.

    Args:
        block: Its schema.
        behaviour: What the schema leaves out.
        prior: The state before; None when the resource is made.
        proposed: The configuration over the prior state, as Terraform merges them; None to destroy it.
        config: The configuration.
    """
    if proposed is None:
        return Plan(state=None)
    proposed = {**proposed, **_equal_in_meaning(behaviour, prior, proposed)}
    planner = _Planner(behaviour, making=prior is None, changing=False)
    state = planner.block(block, proposed, config or {}, "")
    if prior is None:
        return Plan(state=state, legacy=planner.legacy)
    if not _changed(block, prior, state):
        return Plan(state=state, legacy=planner.legacy)
    replaced = tuple(sorted(set(_replaced(block, behaviour, prior, state))))
    planner = _Planner(behaviour, making=False, changing=behaviour.framework)
    state = planner.block(block, proposed, config or {}, "")
    for name, renewed in behaviour.renews.items():
        if not same(prior.get(name), state[name]):
            state.update(dict.fromkeys(renewed, UNKNOWN))
    return Plan(state=state, replaced_by=replaced, legacy=planner.legacy)


class _Planner:
    def __init__(self, behaviour: Behaviour, *, making: bool, changing: bool) -> None:
        self._behaviour = behaviour
        self._making = making
        self._changing = changing
        self.legacy = False

    def block(self, block: Block, proposed: Values, config: Any, path: str) -> Values:
        config = config if isinstance(config, dict) else {}
        planned: Values = {}
        for name, given in block.get("attributes", {}).items():
            planned[name] = self._attribute(given, proposed.get(name), config.get(name), f"{path}{name}")
        for name, given in block.get("block_types", {}).items():
            planned[name] = self._each(
                given["nesting_mode"], given["block"], proposed.get(name), config.get(name), f"{path}{name}"
            )
        return planned

    def _attribute(self, given: Mapping[str, Any], value: Any, config: Any, path: str) -> Any:
        if given.get("write_only"):
            return None
        if config is None:
            if value is None and path in self._behaviour.defaults:
                self.legacy = self.legacy or not given.get("computed")
                return self._behaviour.defaults[path]
            if given.get("computed") and path not in self._behaviour.defaults:
                again = self._changing and path not in self._behaviour.keeps
                if again or (self._making and value is None):
                    return UNKNOWN
        nested = given.get("nested_type")
        return self._each(nested["nesting_mode"], nested, value, config, path) if nested else value

    def _each(self, mode: str, block: Block, value: Any, config: Any, path: str) -> Any:
        if value is None or value is UNKNOWN:
            return value
        if mode in ("single", "group"):
            return self.block(block, value, config, f"{path}.")
        if mode == "map":
            return {key: self.block(block, item, (config or {}).get(key), f"{path}.") for key, item in value.items()}
        beside = config if isinstance(config, list) and mode == "list" and len(config) == len(value) else None
        return [
            item if item is UNKNOWN else self.block(block, item, beside[index] if beside else item, f"{path}.")
            for index, item in enumerate(value)
        ]


def _equal_in_meaning(behaviour: Behaviour, prior: Values | None, proposed: Values) -> Values:
    """The prior text of JSON arguments that changed in form only."""
    kept: Values = {}
    for path in behaviour.json_texts if prior is not None else ():
        name, _, inner = path.partition(".")
        before, after = (prior or {}).get(name), proposed.get(name)
        if inner and isinstance(before, dict) and isinstance(after, dict):
            if _meaning(before.get(inner)) == _meaning(after.get(inner)):
                kept[name] = {**after, inner: before.get(inner)}
        elif not inner and _meaning(before) == _meaning(after):
            kept[name] = before
    return kept


def _meaning(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _changed(block: Block, prior: Values, planned: Values) -> bool:
    return any(not same(prior.get(name), planned[name], as_set=is_set(block, name)) for name in planned)


def _replaced(block: Block, behaviour: Behaviour, prior: Values, planned: Values) -> Iterator[str]:
    if not behaviour.updatable:
        for name, value in planned.items():
            settable = block.get("attributes", {}).get(name, {})
            computed_only = settable.get("computed") and not settable.get("optional")
            if (
                name != "timeouts"
                and not computed_only
                and not same(prior.get(name), value, as_set=is_set(block, name))
            ):
                yield name
    for path in behaviour.recreates:
        parts = path.split(".")
        before, after = list(_at(prior, parts)), list(_at(planned, parts))
        if not same(before, after, as_set=True):
            yield parts[0]


def _at(value: Any, parts: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, parts) if parts else (item,)
    elif parts and isinstance(value, dict):
        yield from _at(value.get(parts[0]), parts[1:])
    elif value is not None:
        yield value


def resolved(planned: Any, made: Any) -> Any:
    """A planned value with what the cloud made in place of what was unknown.

    Args:
        planned: The planned value.
        made: What the cloud made; for a list one value for each element, or one for all.
    """
    if planned is UNKNOWN:
        return made
    if isinstance(planned, dict):
        inside = made if isinstance(made, dict) else {}
        return {key: resolved(item, inside.get(key)) for key, item in planned.items()}
    if isinstance(planned, list):
        one = [made] * len(planned) if not isinstance(made, list) else made + [None] * (len(planned) - len(made))
        return [resolved(item, one[index]) for index, item in enumerate(planned)]
    return planned
