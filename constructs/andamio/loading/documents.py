"""Reads the JSON files of a catalog: releases and cloud outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from andamio.checks.finding import Finding
from andamio.loading.files import read_text
from andamio.loading.mistakes import CODE_FILE, from_validation

__all__ = ["read_json"]

M = TypeVar("M", bound=BaseModel)


def read_json(path: Path, file: str, model: type[M], findings: list[Finding], *, remake: str) -> M | None:
    """The file at `path` as `model`; None, and findings added, when it is damaged. `remake` says how to get it anew."""
    text = read_text(path, file, findings)
    if text is None:
        return None

    def damaged(means: str, *, line: int | None = None, at: str = "", fix: str = remake) -> None:
        findings.append(Finding(code=CODE_FILE, file=file, line=line, at=at, means=means, fix=fix))

    if not text.strip():
        damaged("the file is empty")
        return None
    if "\n<<<<<<< " in f"\n{text}":
        damaged("has conflict markers of a merge", fix="Take one side of the merge and delete its markers")
        return None
    try:
        json.loads(text, object_pairs_hook=_no_duplicates)
        return model.model_validate_json(text)
    except json.JSONDecodeError as error:
        damaged(f"not JSON: {error.msg[0].lower()}{error.msg[1:]}", line=error.lineno)
    except _DuplicateKeyError as error:
        damaged("stands there twice", at=str(error), fix="Keep one of the two")
    except ValidationError as error:
        if any(details["type"] == "json_invalid" for details in error.errors(include_url=False)):
            damaged("not JSON: holds half of a character (a lone surrogate)")
        else:
            findings.extend(from_validation(error, file))
    except RecursionError:
        damaged("not what Andamio reads: nested too deeply")
    except ValueError:  # Python refuses to read a number of thousands of digits
        damaged("not what Andamio reads: holds a number that is too long")
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
