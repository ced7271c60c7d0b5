"""A secret value that cannot be printed by mistake."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["Secret"]


class Secret:
    """Holds a secret; only `reveal()` gives it. `str`, `repr`, `format`, JSON and pickle refuse."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for the one place that sends or stores it."""
        return self._value

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a secret has no text; only reveal() gives it")

    __str__ = _refuse
    __repr__ = _refuse
    __format__ = _refuse
    __reduce__ = _refuse
