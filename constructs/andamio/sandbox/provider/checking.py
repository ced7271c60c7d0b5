"""What a provider says of a configuration before it asks the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from andamio.sandbox.protocol.values import UNKNOWN, Values
from andamio.sandbox.provider.behaviour import Behaviour
from andamio.sandbox.provider.model import Model

__all__ = ["problems"]


def problems(model: Model, behaviour: Behaviour, config: Values) -> Iterator[str]:
    """What is wrong with a configuration as far as it is known, one sentence each.

    Values that the provider enumerates, whole numbers, and arguments that the sandbox does not imitate.
    """
    for path, choices in behaviour.choices.items():
        for value in _at(config, path.split(".")):
            if value not in choices:
                yield f"{path}: expected one of {', '.join(choices)}, got {value}"
    for path in behaviour.whole_numbers:
        for value in _at(config, path.split(".")):
            if not _is_whole(value):
                yield f"{path}: {value} is no whole number"
    for name in model.unmodelled:
        if config.get(name) not in (None, [], {}):
            yield f"{name}: the sandbox does not imitate this argument"


def _is_whole(value: Any) -> bool:
    try:
        return Decimal(str(value)) % 1 == 0
    except InvalidOperation:
        return False


def _at(value: Any, parts: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, parts)
    elif parts and isinstance(value, dict):
        yield from _at(value.get(parts[0]), parts[1:])
    elif value is not None and value is not UNKNOWN:
        yield value
