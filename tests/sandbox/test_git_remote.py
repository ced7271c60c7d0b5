"""The sandbox's git remote is read by git itself, in both versions of its protocol."""

import subprocess
from pathlib import Path

import pytest

from andamio.sandbox.git_remote import GitRemote, environment


def git(*arguments: str, at: Path) -> str:
    names = {f"GIT_{who}_{what}": "a@b.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments], cwd=at, env={**environment(), **names}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory):
    with GitRemote(folder=tmp_path_factory.mktemp("a folder") / "git") as remote:
        yield remote


def commit(remote: GitRemote, work: Path, text: str) -> str:
    if not (work / ".git").is_dir():
        work.mkdir()
        git("init", "--quiet", "--initial-branch=main", at=work)
    for number in range(40):
        (work / f"file {number}").write_text(f"{text} {number}")
    git("add", "--all", at=work)
    git("commit", "--quiet", "--message", text, at=work)
    git("push", "--quiet", remote.push, "HEAD:refs/heads/main", at=work)
    return git("rev-parse", "HEAD", at=work).strip()


@pytest.mark.parametrize("version", ["0", "2"])
def test_what_is_pushed_is_what_is_cloned_and_fetched(remote: GitRemote, tmp_path: Path, version: str) -> None:
    work, clone = tmp_path / "work", tmp_path / "clone"
    first = commit(remote, work, f"first {version}") if version == "0" else None
    if first is None:
        git("clone", "--quiet", remote.push, str(work), at=tmp_path)
        first = commit(remote, work, "first 2")
    protocol = ("-c", f"protocol.version={version}")
    git(*protocol, "clone", "--quiet", remote.url, str(clone), at=tmp_path)
    assert git("rev-parse", "HEAD", at=clone).strip() == first
    second = commit(remote, work, f"second {version}")
    assert git(*protocol, "ls-remote", remote.url, "main", at=tmp_path).split()[0] == second
    git(*protocol, "pull", "--quiet", at=clone)
    assert (clone / "file 7").read_text() == f"second {version} 7"


def test_nobody_writes_through_it(remote: GitRemote, tmp_path: Path) -> None:
    git("clone", "--quiet", remote.url, "clone", at=tmp_path)
    with pytest.raises(AssertionError, match=r"not found|403|404"):
        git("push", remote.url, "HEAD:refs/heads/other", at=tmp_path / "clone")


def test_another_path_is_not_there(remote: GitRemote, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="not found"):
        git("ls-remote", remote.url.replace("platform", "other"), at=tmp_path)
