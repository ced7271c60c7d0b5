"""Turns what goes wrong in a catalog file into findings: file, line, field, value and fix."""

from __future__ import annotations

import traceback
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

import andamio.model
from andamio.checks.finding import Finding, nearest

__all__ = ["CODE_FILE", "CODE_VALUE", "from_exception", "from_validation"]

CODE_FILE = "AND001"
"""A file that cannot be read or run."""

CODE_VALUE = "AND002"
"""A value that its model refuses."""


def from_exception(error: BaseException, file: str, path: Path) -> list[Finding]:
    """Findings for an exception that came up while the file at `path` was imported."""
    line = _line(error, path)
    if isinstance(error, ValidationError):
        return from_validation(error, file, line)
    if isinstance(error, SyntaxError):
        where = Path(error.filename).name if error.filename else path.name
        text = (error.text or "").strip()
        inside = "" if where == path.name else f" in {where}"
        return [
            Finding(
                code=CODE_FILE,
                file=file,
                line=error.lineno,
                at="syntax",
                value=text or None,
                means=f"not Python: {error.msg}{inside}",
                fix="Mend the line; everything else in the file is unread until then",
            )
        ]
    if isinstance(error, OSError):
        return [unreadable(file, error)]
    if isinstance(error, UnicodeDecodeError):
        return [Finding(code=CODE_FILE, file=file, means="not UTF-8 text", fix="Save the file as UTF-8")]
    known = ""
    wanted = getattr(error, "name_from", None)  # since Python 3.12; before, it stands in the message only
    if isinstance(error, ImportError) and error.name == "andamio.model":
        known = nearest(wanted or str(error).split("'")[1], andamio.model.__all__)
    elif isinstance(error, NameError) and error.name:
        known = nearest(error.name, andamio.model.__all__)
    message = str(error).splitlines()[0] if str(error) else "no message"
    return [
        Finding(
            code=CODE_FILE,
            file=file,
            line=line,
            means=f"the file raises {type(error).__name__}: {message}",
            fix=known or "Mend that line; a catalog file only declares, it needs nothing from outside",
        )
    ]


def unreadable(file: str, error: OSError) -> Finding:
    """The finding for a file that the system does not let us read."""
    return Finding(
        code=CODE_FILE,
        file=file,
        means=f"cannot be read: {error.strerror or error}",
        fix="Check that it exists and that you may read it",
    )


def from_validation(error: ValidationError, file: str, line: int | None = None) -> list[Finding]:
    """One finding for each value that a model refuses."""
    return [_finding(error.title, details, file, line) for details in error.errors(include_url=False)]


def _finding(title: str, details: ErrorDetails, file: str, line: int | None) -> Finding:
    at = title
    for part in details["loc"]:
        text = str(part)
        if isinstance(part, int):
            at += f"[{part}]"
        elif text.startswith("<"):
            at += f" {text}"
        else:
            at += f".{text}"
    kind = details["type"]
    value: object = details["input"]
    if kind in ("missing", "missing_argument") or isinstance(value, BaseModel):
        value = None
    means = details["msg"][0].lower() + details["msg"][1:]
    fix = "See the field's description in docs/reference/model.md"
    name = str(details["loc"][-1]) if details["loc"] else ""
    if kind == "extra_forbidden":
        means = f"{title} has no field {name!r}"
        fix = nearest(name, _fields(title)) or f"Its fields are: {', '.join(_fields(title))}"
        value = None if isinstance(value, BaseModel) else value
    elif kind == "missing":
        means = "is missing"
        fix = f"Give {title}(..., {name}=...)"
    elif kind == "literal_error":
        expected = str(details.get("ctx", {}).get("expected", ""))
        fix = (isinstance(value, str) and nearest(value, [e.strip(" '") for e in expected.split(",")])) or (
            f"Write one of {expected}"
        )
        means = "is none of the values that may stand here"
    elif kind == "string_pattern_mismatch":
        means = f"does not match {details.get('ctx', {}).get('pattern', 'its pattern')}"
    return Finding(code=CODE_VALUE, file=file, line=line, at=at, value=value, means=means, fix=fix)


def _fields(title: str) -> list[str]:
    model = getattr(andamio.model, title, None)
    return sorted(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _line(error: BaseException, path: Path) -> int | None:
    """The line of the catalog file at `path` that was running, if any."""
    found = None
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename) == path:
            found = frame.lineno
    return found
