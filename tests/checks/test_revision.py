"""The reference of `--against`: each way in which it can be wrong is one message with what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from andamio.checks.revision import OutputError, fork_point


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "a clone"
    folder.mkdir()
    git(folder, "init", "--quiet")
    for number in range(3):
        git(folder, "commit", "--quiet", "--allow-empty", "--message", str(number))
    return folder


def test_the_commit_where_a_branch_left_is_found(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "--quiet", "-b", "mine")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "mine")
    root, commit = fork_point(repository, "main")
    assert (root.samefile(repository), commit) == (True, base)


@pytest.mark.parametrize("ref", ["-x", "--all", "--output=here", "", "  ", "a\nb", "main\x1b[2J"])
def test_what_git_would_take_for_an_option_never_reaches_it(repository: Path, ref: str) -> None:
    """It answered with git's usage, and `--output` of some git commands writes a file."""
    with pytest.raises(OutputError, match="names no git reference") as caught:
        fork_point(repository, ref)
    assert str(caught.value).isprintable()
    assert [entry.name for entry in repository.iterdir()] == [".git"]


def test_an_unknown_reference(repository: Path) -> None:
    with pytest.raises(OutputError, match="no such reference here; fetch it"):
        fork_point(repository, "nowhere")


def test_another_history(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "other")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "other")
    with pytest.raises(OutputError, match="shares no history with HEAD; name a branch"):
        fork_point(repository, "main")


def test_a_shallow_clone_is_told_to_fetch_the_rest(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "mine", "HEAD~2")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "mine")
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-single-branch", repository.as_uri(), "shallow")
    for ref in ("origin/main", "HEAD~1"):
        with pytest.raises(OutputError, match="this clone is shallow: git fetch --unshallow"):
            fork_point(tmp_path / "shallow", ref)
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    assert fork_point(tmp_path / "shallow", "origin/main")[1] == git(repository, "rev-parse", "mine~1")


def test_no_work_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(OutputError, match=r"no work tree .* leave out --against"):
        fork_point(tmp_path, "main")


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutputError, match="git was not found"):
        fork_point(tmp_path, "main")


def test_a_work_tree_of_somebody_else(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container where the checkout belongs to another user: git wants to be told that this is fine."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    (repository / "dist").mkdir()
    with pytest.raises(OutputError, match="dubious ownership") as caught:
        fork_point(repository / "dist", "main")
    assert f"safe.directory '{repository}'" in str(caught.value)
