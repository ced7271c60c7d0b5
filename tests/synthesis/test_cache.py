"""A cache that is not what this release wrote is thrown away without a word, whatever its hash says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from andamio.synthesis.cache import ShareCache

SHARE, KEY = "kubernetes/dev/orders", "0123abcd"
RESULT = {"files": {"k8s/dev/orders/a.yaml": "a"}, "documents": {}}
KNOWN = {"files": {"k8s/dev/orders/a.yaml": "0" * 64}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = ShareCache(tmp_path)
    store.keep(SHARE, KEY, KNOWN, RESULT)
    store.save(planes=("kubernetes",))
    return tmp_path


def forge(folder: Path, index: object) -> None:
    """Put `index` there with the right hash."""
    content = index if isinstance(index, bytes) else json.dumps(index).encode()
    head = (folder / "index").read_bytes().split(b" ")[:3]
    (folder / "index").write_bytes(b" ".join([*head, hashlib.sha256(content).hexdigest().encode()]) + b"\n" + content)


def entry(**changes: object) -> dict[str, object]:
    whole = {"key": KEY, "known": KNOWN, "size": 10, "sha256": "0" * 64, **changes}
    return {SHARE: {name: value for name, value in whole.items() if value is not None}}


def test_what_was_kept_is_known(folder: Path) -> None:
    assert ShareCache(folder).known(SHARE, KEY) == KNOWN
    assert ShareCache(folder).result(KEY) == RESULT


@pytest.mark.parametrize(
    "index",
    [
        [],
        None,
        "text",
        b"{{",
        b"[" * 100_000,
        {SHARE: 1},
        entry(key=7),
        entry(key="../../outside"),
        entry(known=[]),
        entry(known={"files": [1]}),
        entry(known={"files": {"a": 1}}),
        entry(size="10"),
        entry(sha256=None),
        entry(more=1),
    ],
    ids=lambda index: str(index)[:40],
)
def test_an_index_of_another_form_counts_as_none(folder: Path, index: object) -> None:
    """Its right hash was trusted, and the command ended with a traceback."""
    forge(folder, index)
    store = ShareCache(folder)
    assert store.known(SHARE, KEY) is None
    store.keep(SHARE, KEY, KNOWN, RESULT)
    store.save(planes=("kubernetes",))
    assert ShareCache(folder).result(KEY) == RESULT


@pytest.mark.parametrize("content", [b"[]", b"1", b"{", b"[" * 100_000])
def test_a_result_of_another_form_counts_as_none(folder: Path, content: bytes) -> None:
    file = folder / KEY[:2] / f"{KEY}.json"
    file.write_bytes(content)
    forge(folder, entry(size=len(content), sha256=hashlib.sha256(content).hexdigest()))
    assert ShareCache(folder).result(KEY) is None
