"""What git knows of an earlier state of a folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

__all__ = ["OutputError", "fork_point", "git", "refusal"]


class OutputError(Exception):
    """A previous output that cannot be read; the message says what is wrong and what to do."""


def refusal(ref: str) -> str | None:
    """Why `ref` can be no git reference, and what to write; None where it may be one."""
    if ref.strip() and not ref.startswith("-") and ref.isprintable():
        return None
    return f"{json.dumps(ref)} names no git reference. Write a branch, a tag or a commit, such as origin/main."


def fork_point(folder: Path, ref: str) -> tuple[Path, str]:
    """The root of the work tree around `folder`, and the commit where its branch left `ref`.

    Raises:
        OutputError: there is no git, no work tree or no such reference, or the two share no history that is here.
    """
    if why := refusal(ref):
        raise OutputError(f"--against {why}")
    found = _run(folder, "rev-parse", "--show-toplevel")
    if found.returncode:
        fix = "Run in a clone, or leave out --against."
        if owned := re.search(r"dubious ownership in repository at '(.+)'", found.stderr.decode(errors="replace")):
            fix = f"If you trust it, say so: git config --global --add safe.directory '{owned[1]}'"
        raise OutputError(f"--against {ref}: git reads no work tree in {folder}{_reason(found)}. {fix}")
    root = Path(os.fsdecode(found.stdout).removesuffix("\n"))
    shallow = _run(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    found = _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found.returncode:
        fix = "this clone is shallow: git fetch --unshallow" if shallow else "fetch it, or name another one"
        raise OutputError(f"--against {ref}: git knows no such reference here; {fix}.")
    commit = found.stdout.decode().strip()
    found = _run(root, "merge-base", commit, "HEAD")
    if found.returncode:
        fix = "this clone is shallow: git fetch --unshallow" if shallow else "name a branch that this one came from"
        raise OutputError(f"--against {ref}: it shares no history with HEAD{_reason(found)}; {fix}.")
    return root, found.stdout.decode().strip()


def git(folder: Path, *arguments: str) -> bytes:
    """What `git` prints with `arguments` in `folder`. Raises `OutputError`."""
    done = _run(folder, *arguments)
    if done.returncode:
        raise OutputError(f"git {arguments[0]} failed{_reason(done)}. Mend the clone, or leave out --against.")
    return done.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except OSError as error:
        what = "was not found" if isinstance(error, FileNotFoundError) else f"cannot be started ({error.strerror})"
        raise OutputError(f"git {what}. Install it, or leave out --against.") from None


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git said, in brackets."""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return f" ({said[0].removeprefix('fatal: ')})" if said else ""
