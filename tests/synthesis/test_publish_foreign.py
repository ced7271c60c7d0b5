"""What other programs and people put into the folder is left alone, and what people edited is named."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from andamio.synthesis.content import Part
from andamio.synthesis.errors import (
    ForeignFileError,
    HandEditedError,
)
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import ONE, TWO, marks_of, parts_of, state_of, tree_of


class TestForeign:
    """What nobody owns survives."""

    def test_terraforms_own_files_survive(self, out: Path) -> None:
        publish(out, ONE)
        stack = out / "terraform/stacks/dev-network"
        (stack / ".terraform/providers").mkdir(parents=True)
        (stack / ".terraform/providers/ovh").write_bytes(b"\x7fELF")
        (stack / ".terraform/providers/ovh").chmod(0o755)
        (stack / ".terraform.lock.hcl").write_text("lock")
        (stack / ".terraform/link").symlink_to("../cdk.tf.json")
        (stack / ".terraform/dangling").symlink_to("/nowhere")
        before = marks_of(stack)
        publish(out, TWO)
        after = marks_of(stack)
        assert after == before
        assert (stack / ".terraform/providers/ovh").stat().st_mode & 0o777 == 0o755
        assert (stack / ".terraform/link").readlink() == Path("../cdk.tf.json")
        assert (stack / ".terraform/dangling").readlink() == Path("/nowhere")

    def test_a_folder_with_a_foreign_file_survives_its_part(self, out: Path) -> None:
        publish(out, ONE)
        (out / "k8s/dev/orders/notes.txt").write_text("mine")
        (out / "k8s/dev/orders/empty").mkdir()
        publish(out, {"kubernetes": Part(root="k8s"), "terraform": Part(root="terraform")})
        found = tree_of(out)
        del found["manifest.json"]
        assert found == {
            "k8s": "folder",
            "k8s/dev": "folder",
            "k8s/dev/orders": "folder",
            "k8s/dev/orders/empty": "folder",
            "k8s/dev/orders/notes.txt": b"mine",
        }

    def test_modes_of_folders_survive(self, out: Path) -> None:
        publish(out, ONE)
        (out / "mine").mkdir()
        (out / "mine/file").write_text("x")
        (out / "mine").chmod(0o555)
        (out / "k8s").chmod(0o2750)
        (out / "k8s/dev/orders/Service.orders.yaml").chmod(0o640)
        out.chmod(0o711)
        publish(out, TWO)
        modes = [path.stat().st_mode & 0o7777 for path in (out / "mine", out / "k8s", out)]
        assert modes == [0o555, 0o2750, 0o711]
        assert (out / "k8s/dev/orders/Service.orders.yaml").stat().st_mode & 0o777 == 0o640
        assert state_of(out) == ["index.json", "lock"]
        (out / "mine").chmod(0o755)

    def test_pipes_survive_and_are_not_read(self, out: Path) -> None:
        publish(out, ONE)
        os.mkfifo(out / "pipe")
        publish(out, TWO)
        assert (out / "pipe").is_fifo()
        (out / "k8s/dev/carts/Service.carts.yaml").unlink()
        os.mkfifo(out / "k8s/dev/carts/Service.carts.yaml")
        with pytest.raises(HandEditedError):
            publish(out, ONE)

    def test_a_foreign_file_in_the_way_is_named_and_kept(self, out: Path) -> None:
        publish(out, ONE)
        (out / "k8s/dev/carts").mkdir()
        (out / "k8s/dev/carts/Service.carts.yaml").write_text("mine")
        before = tree_of(out)
        for attempt in (plan, publish):
            with pytest.raises(ForeignFileError, match=r"k8s/dev/carts/Service\.carts\.yaml") as caught:
                attempt(out, TWO)
            assert caught.value.paths == ("k8s/dev/carts/Service.carts.yaml",)
        assert tree_of(out) == before
        report = publish(out, TWO, replace_edited=True)
        assert report.replaced == ("k8s/dev/carts/Service.carts.yaml",)
        assert plan(out, TWO).in_step

    def test_a_foreign_file_that_already_is_what_is_wanted_is_taken_over(self, out: Path) -> None:
        publish(out, ONE)
        (out / "k8s/dev/carts").mkdir()
        (out / "k8s/dev/carts/Service.carts.yaml").write_text("three")
        report = publish(out, TWO)
        assert "k8s/dev/carts/Service.carts.yaml" in report.unchanged
        assert publish(out, ONE).removed == ("k8s/dev/carts/Service.carts.yaml",)

    @pytest.mark.parametrize("kind", ["file", "link"])
    def test_a_foreign_file_where_a_folder_must_be(self, out: Path, fresh: Callable[..., object], kind: str) -> None:
        publish(out, ONE)
        way = out / "k8s/dev/carts"
        way.symlink_to(out.parent) if kind == "link" else way.write_text("mine")
        before = tree_of(out)
        with pytest.raises(ForeignFileError) as caught:
            publish(out, TWO)
        assert caught.value.paths == ("k8s/dev/carts",)
        assert tree_of(out) == before
        assert publish(out, TWO, replace_edited=True).replaced == ("k8s/dev/carts",)
        assert tree_of(out) == fresh(TWO)

    @pytest.mark.parametrize("kind", ["file", "folder"])
    def test_a_foreign_folder_where_a_file_must_be_is_never_replaced(self, out: Path, kind: str) -> None:
        publish(out, ONE)
        way = out / "k8s/dev/carts/Service.carts.yaml"
        way.mkdir(parents=True)
        (way / "mine").mkdir() if kind == "folder" else (way / "mine").write_text("x")
        before = tree_of(out)
        for replace in (False, True):
            with pytest.raises(ForeignFileError, match="a folder") as caught:
                publish(out, TWO, replace_edited=replace)
            assert caught.value.paths == ("k8s/dev/carts/Service.carts.yaml/mine",)
        assert tree_of(out) == before

    def test_a_file_of_ours_may_become_a_folder_and_back(self, out: Path, fresh: Callable[..., object]) -> None:
        file, folder = parts_of(kubernetes={"a": "1", "b": "2"}), parts_of(kubernetes={"a/b/c": "1", "b": "2"})
        publish(out, file)
        publish(out, folder)
        publish(out, file)
        assert tree_of(out) == fresh(file)


class TestHandEdited:
    """What a person edited is named, and replaced only on request."""

    EDITED = ("k8s/dev/orders/Deployment.orders.yaml", "k8s/dev/orders/Service.orders.yaml")

    def test_all_edits_in_the_way_are_named_at_once(self, out: Path, fresh: Callable[..., object]) -> None:
        publish(out, ONE)
        for path in self.EDITED:
            (out / path).write_text("mine")
        before = tree_of(out)
        for attempt in (plan, publish):
            with pytest.raises(HandEditedError) as caught:
                attempt(out, TWO)
            assert caught.value.paths == self.EDITED
            assert all(path in str(caught.value) for path in self.EDITED)
            assert "--replace-edited" in str(caught.value)
        assert tree_of(out) == before
        assert plan(out, TWO, replace_edited=True).replaced == self.EDITED
        assert publish(out, TWO, replace_edited=True).replaced == self.EDITED
        assert tree_of(out) == fresh(TWO)

    def test_an_edit_is_found_where_nothing_else_changes(self, out: Path) -> None:
        publish(out, ONE)
        (out / self.EDITED[1]).write_text("mine")
        with pytest.raises(HandEditedError):
            publish(out, ONE)

    @pytest.mark.parametrize("kind", ["write", "rename"])
    def test_an_edit_of_equal_size_is_found(self, out: Path, kind: str) -> None:
        publish(out, ONE)
        publish(out, ONE)
        file = out / self.EDITED[1]
        before = file.stat()
        if kind == "rename":
            (out / "new").write_text("ENO")
            os.utime(out / "new", ns=(before.st_mtime_ns, before.st_mtime_ns))
            (out / "new").rename(file)
        else:
            file.write_text("ENO")
        with pytest.raises(HandEditedError):
            publish(out, ONE)

    def test_an_edit_that_is_what_we_would_write_is_fine(self, out: Path, fresh: Callable[..., object]) -> None:
        publish(out, ONE)
        (out / "k8s/dev/orders/Service.orders.yaml").write_text("ONE")
        assert "k8s/dev/orders/Service.orders.yaml" in publish(out, TWO).unchanged
        assert tree_of(out) == fresh(TWO)

    def test_edits_of_a_part_that_is_not_published_do_not_matter(self, out: Path) -> None:
        publish(out, ONE)
        (out / "k8s/dev/orders/Service.orders.yaml").write_text("mine")
        publish(out, {"terraform": Part(root="terraform")})
        assert (out / "k8s/dev/orders/Service.orders.yaml").read_text() == "mine"
        with pytest.raises(HandEditedError):
            publish(out, {"kubernetes": ONE["kubernetes"]})

    def test_a_file_replaced_by_a_link_is_an_edit(self, out: Path) -> None:
        publish(out, ONE)
        file = out / "k8s/dev/orders/Service.orders.yaml"
        (out.parent / "elsewhere").write_text("one")
        file.unlink()
        file.symlink_to(out.parent / "elsewhere")
        with pytest.raises(HandEditedError):
            publish(out, TWO)
        publish(out, TWO, replace_edited=True)
        assert not file.is_symlink()
        assert (out.parent / "elsewhere").read_text() == "one"

    def test_many_edits_are_counted(self, out: Path) -> None:
        parts = parts_of(kubernetes={f"{number:03}": "x" for number in range(50)})
        publish(out, parts)
        for number in range(50):
            (out / f"k8s/{number:03}").write_text("y")
        with pytest.raises(HandEditedError, match="and 30 more") as caught:
            publish(out, parts)
        assert len(caught.value.paths) == 50
