"""Without a manifest that can be trusted nothing is touched."""

from pathlib import Path

import pytest

from andamio.synthesis.errors import (
    ManifestError,
)
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import ONE, TWO, tree_of


class TestManifest:
    """Without a manifest that can be trusted nothing is touched."""

    def test_a_folder_written_by_hand_is_refused_and_may_be_taken_over(self, out: Path) -> None:
        (out / "k8s/dev").mkdir(parents=True)
        (out / "k8s/dev/mine.yaml").write_text("mine")
        (out / "k8s/dev/orders/").mkdir()
        (out / "k8s/dev/orders/Service.orders.yaml").write_text("old")
        before = tree_of(out)
        for attempt in (plan, publish):
            with pytest.raises(ManifestError, match="missing") as caught:
                attempt(out, ONE)
            assert caught.value.paths == ("k8s/dev/mine.yaml", "k8s/dev/orders/Service.orders.yaml")
        assert tree_of(out) == before
        publish(out, ONE, replace_edited=True)
        assert (out / "k8s/dev/mine.yaml").read_text() == "mine"
        assert (out / "k8s/dev/orders/Service.orders.yaml").read_text() == "one"

    def test_foreign_files_elsewhere_are_no_reason_to_refuse(self, out: Path) -> None:
        out.mkdir()
        (out / "README.md").write_text("mine")
        publish(out, ONE)
        assert (out / "README.md").read_text() == "mine"

    @pytest.mark.parametrize(
        "damage",
        [
            "",
            "{",
            "[]",
            "null",
            "{}",
            '{"format": "1", "parts": {}}',
            '{"format": 0, "parts": {}}',
            '{"format": 1, "parts": []}',
            '{"format": 1, "parts": {"a": {"root": "", "files": {"../x": "%s"}}}}' % ("0" * 64),
            '{"format": 1, "parts": {"a": {"root": "", "files": {"/x": "%s"}}}}' % ("0" * 64),
            '{"format": 1, "parts": {"a": {"root": "", "files": {"x": "abc"}}}}',
            '{"format": true, "parts": {}}',
            '{"format": 1, "parts": {"a": {"root": 7, "files": {}}}}',
            "<<<<<<< HEAD\n{}\n=======\n",
            "\xff",
            "[" * 100000,
        ],
    )
    def test_a_damaged_manifest_is_refused_and_may_be_replaced(self, out: Path, damage: str) -> None:
        publish(out, ONE)
        (out / "manifest.json").write_bytes(damage.encode("latin-1"))
        before = tree_of(out)
        for attempt in (plan, publish):
            with pytest.raises(ManifestError, match=r"manifest\.json"):
                attempt(out, TWO)
        assert tree_of(out) == before
        publish(out, TWO, replace_edited=True)
        assert plan(out, TWO).in_step

    def test_a_newer_manifest_is_never_replaced(self, out: Path) -> None:
        publish(out, ONE)
        (out / "manifest.json").write_text('{"format": 2, "anything": []}')
        for replace in (False, True):
            with pytest.raises(ManifestError, match="Upgrade Andamio"):
                publish(out, TWO, replace_edited=replace)

    def test_a_manifest_that_cannot_be_read_is_refused(self, out: Path) -> None:
        publish(out, ONE)
        (out / "manifest.json").unlink()
        (out / "manifest.json").mkdir()
        with pytest.raises(ManifestError, match="no plain file"):
            publish(out, TWO)
