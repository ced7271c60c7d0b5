"""Reads the JSON files of a catalog: releases and cloud outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from andamio.checks.finding import Finding
from andamio.loading.mistakes import CODE_FILE, from_validation, unreadable

__all__ = ["read_json"]

M = TypeVar("M", bound=BaseModel)


def read_json(path: Path, file: str, model: type[M], findings: list[Finding], *, remake: str) -> M | None:
    """The file at `path` as `model`; None, and findings added, when it is damaged. `remake` says how to get it anew."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        findings.append(unreadable(file, error))
        return None
    except UnicodeDecodeError:
        findings.append(Finding(code=CODE_FILE, file=file, means="not UTF-8 text", fix=remake))
        return None
    if not text.strip():
        findings.append(Finding(code=CODE_FILE, file=file, means="the file is empty", fix=remake))
        return None
    try:
        json.loads(text, object_pairs_hook=_no_duplicates)
        return model.model_validate_json(text)
    except json.JSONDecodeError as error:
        findings.append(
            Finding(code=CODE_FILE, file=file, line=error.lineno, means=f"not JSON: {error.msg}", fix=remake)
        )
    except _DuplicateKeyError as error:
        findings.append(
            Finding(code=CODE_FILE, file=file, at=str(error), means="stands there twice", fix="Keep one of the two")
        )
    except ValidationError as error:
        findings.extend(from_validation(error, file))
    return None


class _DuplicateKeyError(ValueError):
    """A JSON object has a key twice."""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise _DuplicateKeyError(key)
        seen[key] = value
    return seen
