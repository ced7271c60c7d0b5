"""Publishing brings a folder in step with its parts, and leaves everything else alone."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from andamio.synthesis import swap
from andamio.synthesis.content import File, Part
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import ONE, TWO, marks_of, names_in, parts_of, state_of, tree_of


def test_the_first_publish_writes_every_file_and_the_manifest(out: Path) -> None:
    report = publish(out, ONE)
    assert report.added == tuple(sorted(path for part in ONE.values() for path in part.files))
    assert not report.in_step
    assert (report.changed, report.removed, report.unchanged) == ((), (), ())
    assert (out / "k8s/dev/orders/Service.orders.yaml").read_text() == "one"
    assert set(tree_of(out)) >= {"manifest.json", "terraform/stacks/dev-network/cdk.tf.json"}


def test_what_changed_is_reported_and_equals_a_fresh_publish(out: Path, fresh: Callable[..., object]) -> None:
    publish(out, ONE)
    report = publish(out, TWO)
    assert report.added == ("k8s/dev/carts/Service.carts.yaml",)
    assert report.changed == ("k8s/dev/orders/Service.orders.yaml",)
    assert report.removed == ("k8s/dev/orders/Deployment.orders.yaml",)
    assert report.unchanged == ("terraform/stacks/dev-network/cdk.tf.json",)
    assert tree_of(out) == fresh(TWO)


def test_unchanged_files_keep_inode_and_time(out: Path) -> None:
    publish(out, ONE)
    before = marks_of(out)
    publish(out, TWO)
    same = "terraform/stacks/dev-network/cdk.tf.json"
    assert marks_of(out)[same] == before[same]
    assert marks_of(out)["manifest.json"] != before["manifest.json"]


def test_nothing_is_done_when_nothing_changes(out: Path) -> None:
    publish(out, ONE)
    before, inode = marks_of(out), out.stat().st_ino
    report = publish(out, ONE)
    assert report.in_step
    assert marks_of(out) == before
    assert out.stat().st_ino == inode


def test_unchanged_files_are_not_even_read(out: Path) -> None:
    publish(out, ONE)

    def never() -> bytes:
        raise AssertionError

    lazy = {
        name: Part(
            root=part.root, files={path: File(sha256=file.sha256, read=never) for path, file in part.files.items()}
        )
        for name, part in ONE.items()
    }
    assert publish(out, lazy).in_step


def test_nothing_is_left_beside_but_lock_and_index(out: Path) -> None:
    publish(out, ONE)
    publish(out, TWO)
    assert state_of(out) == ["index.json", "lock"]
    assert (out.parent / ".andamio/.gitignore").read_text().endswith("\n*\n")
    assert names_in(out.parent) == [".andamio", "dist"]


def test_a_plan_says_what_publishing_would_do_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    planned = plan(out, ONE)
    assert not list(tmp_path.iterdir())
    assert planned == publish(out, ONE)
    before = marks_of(tmp_path)
    planned = plan(out, TWO)
    assert marks_of(tmp_path) == before
    assert planned == publish(out, TWO)
    assert plan(out, TWO).in_step


def test_a_part_that_is_not_given_stays(out: Path) -> None:
    publish(out, ONE)
    publish(out, {"kubernetes": TWO["kubernetes"]})
    assert plan(out, TWO).in_step
    publish(out, {"terraform": Part(root="terraform")})
    assert not (out / "terraform").exists()
    assert (out / "k8s/dev/carts/Service.carts.yaml").read_text() == "three"


def test_parts_published_one_after_the_other_equal_all_at_once(out: Path, fresh: Callable[..., object]) -> None:
    publish(out, {"terraform": ONE["terraform"]})
    publish(out, {"kubernetes": ONE["kubernetes"]})
    assert tree_of(out) == fresh(ONE)


def test_a_deleted_file_is_restored(out: Path, fresh: Callable[..., object]) -> None:
    publish(out, ONE)
    (out / "k8s/dev/orders/Service.orders.yaml").unlink()
    assert publish(out, ONE).added == ("k8s/dev/orders/Service.orders.yaml",)
    assert tree_of(out) == fresh(ONE)


def test_the_rest_of_a_deleted_folder_is_restored(out: Path, fresh: Callable[..., object]) -> None:
    publish(out, ONE)
    (out / "manifest.json").unlink()
    assert publish(out, ONE).manifest_changed
    assert tree_of(out) == fresh(ONE)


NAMES = st.sampled_from(["a", "b", "c", "d/a", "d/b", "d/e/a", "d/e/f/g", "h/i", "h/i2/j"])
CONTENTS = st.dictionaries(NAMES, st.sampled_from(["1", "2", "3"]), max_size=7)
PARTS = st.fixed_dictionaries({}, optional={"kubernetes": CONTENTS, "terraform": CONTENTS})


@pytest.mark.parametrize("way", ["exchange", "renames"])
def test_any_history_of_publishes_ends_as_a_fresh_one(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "renames":
        monkeypatch.setattr(swap, "exchange", lambda one, other: False)

    @settings(max_examples=60, deadline=None)
    @given(
        history=st.lists(PARTS, min_size=1, max_size=4),
        foreign=st.dictionaries(st.sampled_from(["x", "k8s/x", "k8s/d/e/x"]), st.just("mine")),
    )
    def check(history: list[dict[str, dict[str, str]]], foreign: dict[str, str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            out, fresh = Path(folder) / "one/dist", Path(folder) / "two/dist"
            publish(out, {})
            for path, text in foreign.items():
                for root in (out, fresh):
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).write_text(text)
            last: dict[str, dict[str, str]] = {}
            for contents in history:
                report = publish(out, parts_of(**contents))
                last |= contents
                every = {path for part in parts_of(**contents).values() for path in part.files}
                assert {*report.added, *report.changed, *report.unchanged} == every
                assert publish(out, parts_of(**contents)).in_step
            publish(fresh, parts_of(**last), replace_edited=True)
            assert tree_of(out) == tree_of(fresh)

    check()
