"""What may go wrong outside of us, told in words that a person can act on."""

from __future__ import annotations

import re

__all__ = ["NoAnswerError", "OutsideError", "RefusedError", "SettingError", "clean"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class OutsideError(Exception):
    """Something that is not ours failed. The message says what, why and what to do; it never holds a secret."""


class NoAnswerError(OutsideError):
    """A request got no answer: whether it was carried out is not known."""


class RefusedError(OutsideError):
    """We refuse to touch what we did not make."""


class SettingError(Exception):
    """What the command needs from its surroundings (credentials, `dist/`) is missing or contradictory."""


def clean(text: object, *, limit: int = 300) -> str:
    """`text` from outside on one line: no control characters (a terminal would obey them), at most `limit` long."""
    line = " ".join(_CONTROL.sub(" ", str(text)).split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
