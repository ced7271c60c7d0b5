"""The committed data hold structure, never upstream's sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from andamio.knowledge import data

FILES = sorted(Path(data.__file__).parent.rglob("*.json"))
PROSE = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){3,}")


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from strings(below)


def sentences(value: object) -> list[str]:
    return [text for text in strings(value) if len(text.split()) >= 4 or PROSE.fullmatch(text)]


def test_there_are_data() -> None:
    assert {"charts", "crds"} <= {path.parent.name for path in FILES}
    assert len(FILES) > 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_text_of_four_words(path: Path) -> None:
    assert sentences(json.loads(path.read_text(encoding="utf-8"))) == []


def test_a_sentence_would_be_found() -> None:
    assert sentences({"description": "Replicas of the controller"}) == ["Replicas of the controller"]


def test_the_data_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 400_000


def test_a_missing_file_is_an_error() -> None:
    assert not data.exists("charts/none-1.0.json")
    with pytest.raises(FileNotFoundError):
        data.read("charts/none-1.0.json")
