"""Reading upstream's files and writing ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class ExtractionError(Exception):
    """Upstream's files are not what the tables of sources say; the message says which and how."""


def load_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds one mapping.

    Raises:
        ExtractionError: the file is missing or holds something else.
    """
    documents = list(load_all_yaml(path))
    if len(documents) != 1:
        raise ExtractionError(f"{path}: expected one YAML mapping, found {len(documents)}")
    return documents[0]


def load_all_yaml(path: Path) -> Iterator[dict[str, Any]]:
    """Read every YAML mapping of a file; other documents are left out.

    Raises:
        ExtractionError: the file is missing, or PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError as missing:  # pragma: no cover - a development dependency
        raise ExtractionError("the extraction needs PyYAML, a development dependency") from missing
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as failure:
        raise ExtractionError(f"{path}: {failure.strerror}") from failure
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for document in yaml.load_all(text, Loader=loader):
        if isinstance(document, dict):
            yield document


def write_json(path: Path, value: object) -> None:
    """Write `value` as compact JSON with sorted keys, one line for each key of the two top levels.

    Two runs over equal input give equal bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_lines(value, 2) + "\n", encoding="utf-8", newline="\n")


def _lines(value: object, depth: int, indent: str = "") -> str:
    if depth == 0 or not isinstance(value, dict | list) or not value:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    deeper = indent + " "
    if isinstance(value, list):
        body = (",\n").join(deeper + _lines(item, depth - 1, deeper) for item in value)
        return f"[\n{body}\n{indent}]"
    body = ",\n".join(f"{deeper}{json.dumps(key)}:{_lines(value[key], depth - 1, deeper)}" for key in sorted(value))
    return f"{{\n{body}\n{indent}}}"
