"""The index of hashes is a cache: it may vanish, lies about nothing, and is not trusted when racy."""

import os
from pathlib import Path

import pytest

from andamio.synthesis.errors import HandEditedError
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import NEW, OLD


class TestIndex:
    """The index of hashes is a cache: it may vanish, lie about nothing, and is not trusted when racy."""

    @pytest.mark.parametrize(
        "damage",
        [None, "", "{", "[]", '{"format": 2, "files": 7}', '{"format": 2, "files": {"k8s/a": [1]}}', '{"format": 1}'],
    )
    def test_a_missing_or_damaged_index_changes_nothing(self, tmp_path: Path, damage: str | None) -> None:
        out = tmp_path / "dist"
        publish(out, OLD)
        index = tmp_path / ".andamio/publish-dist/index.json"
        index.unlink() if damage is None else index.write_text(damage)
        (out / "k8s/a").write_text("9")
        with pytest.raises(HandEditedError):
            publish(out, OLD)

    def test_an_edit_in_the_same_instant_as_the_index_is_found(self, tmp_path: Path) -> None:
        out = tmp_path / "dist"
        publish(out, OLD)
        index, file = tmp_path / ".andamio/publish-dist/index.json", out / "k8s/a"
        instant = file.stat().st_mtime_ns
        os.utime(index, ns=(instant, instant))
        file.write_text("9")
        os.utime(file, ns=(instant, instant))
        with pytest.raises(HandEditedError):
            publish(out, OLD)

    def test_all_of_the_state_may_be_deleted(self, tmp_path: Path) -> None:
        import shutil

        out = tmp_path / "dist"
        publish(out, OLD)
        shutil.rmtree(tmp_path / ".andamio")
        assert publish(out, OLD).in_step
        assert plan(out, NEW).added
