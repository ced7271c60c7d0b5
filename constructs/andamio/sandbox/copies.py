"""The sandbox's own copy of a checkout, so that nothing of the user's changes: catalog and compositions, then `dist/`.

`project` holds what `andamio synth` reads and makes; `tree` is the same with the sandbox's addresses, the work tree of
the sandbox's git remote.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from andamio.checks.finding import Finding, Severity
from andamio.sandbox.addresses import Addresses
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.overrides import OVERRIDE
from andamio.sandbox.site import Site
from andamio.synthesis.run import CheckError

__all__ = ["SynthesisError", "copy_project", "pull", "synthesize", "uncommitted", "write_tree"]

_COPIED: Final = ("catalog", "infra", "k8s", "dist", "cdktf.json", "cdk8s.yaml", ".gitignore")
"""What of a checkout is copied: what synthesis reads, and what a remote of it would hold for Argo CD."""

_OWN: Final = (".git", ".terraform", ".terraform.lock.hcl", "terraform.tfstate", OVERRIDE)
"""What tools keep in the work tree beside the files that are copied."""

_SOURCE: Final = Path(__file__).parents[2]

_FINDINGS: Final = 1
"""The command's exit code where the catalog breaks a rule; it then prints findings in the place of its result."""


class SynthesisError(SandboxError):
    """The copy does not synthesize, for another reason than its catalog.

    Args:
        text: What `andamio synth` said.
        code: Its exit code.
    """

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def uncommitted(checkout: Path) -> tuple[str, ...]:
    """Files that are copied and differ from the last commit; none where there is no git repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), "status", "--porcelain", "-z", "--", *_COPIED],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ()
    return tuple(entry[3:] for entry in done.stdout.split("\0") if len(entry) > 3) if done.returncode == 0 else ()


def copy_project(site: Site) -> None:
    """Copy what lies in the checkout now; the sandbox's own cloud outputs take the place of the checkout's."""
    source = {path: site.checkout / path for path in _files(site.checkout) if not path.startswith("catalog/cloud/")}
    kept = {path: site.project / path for path in _files(site.project) if path.startswith("catalog/cloud/")}
    dist = {path: site.project / path for path in _files(site.project) if path.startswith("dist/")}
    if dist:  # what was made here, with this sandbox's outputs, is what synthesis compares with
        source = {path: file for path, file in source.items() if not path.startswith("dist/")}
    _mirror({path: file.read_bytes() for path, file in {**source, **kept, **dist}.items()}, site.project)


def synthesize(site: Site) -> Mapping[str, Any]:
    """Make the copy's `dist/` what its catalog says, by the command itself; what it did.

    Raises:
        CheckError: the catalog breaks a rule.
        SynthesisError: it does not synthesize for another reason.
    """
    return _command(site, "synth", "--replace-edited", "--json")


def pull(site: Site, name: str, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """`andamio outputs pull` into the copy's catalog, from the states in the sandbox's bucket; what it did.

    Raises:
        SandboxError: not everything is deployed.
    """
    return _command(site, "outputs", "pull", name, "--from-state", "--json", extra=environment)


def write_tree(site: Site, addresses: Addresses) -> None:
    """Make the work tree what the copy is, with the sandbox's addresses."""
    wanted = {}
    for path in _files(site.project):
        data = (site.project / path).read_bytes()
        wanted[path] = addresses.rewrite(data) if path.startswith("dist/") else data
    _mirror(wanted, site.tree)


def _command(site: Site, *arguments: str, extra: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    paths = os.pathsep.join(filter(None, [str(_SOURCE), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "andamio", *arguments],
        cwd=site.project,
        env={**os.environ, "PYTHONPATH": paths, **(extra or {})},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    said = (done.stderr.strip() or done.stdout.strip()).removeprefix("error: ")
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        raise SynthesisError(f"`andamio {arguments[0]}` was ended by {name}. {said}".strip(), done.returncode)
    try:
        told = json.loads(done.stdout)
    except ValueError:  # it ended before it had a result
        raise SynthesisError(said or f"`andamio {arguments[0]}` said nothing", done.returncode) from None
    if done.returncode == _FINDINGS:
        raise CheckError([Finding(**one | {"severity": Severity(one["severity"])}) for one in told])
    if done.returncode:
        raise SynthesisError(said, done.returncode)
    found: Mapping[str, Any] = told
    return found


def _files(folder: Path) -> Iterator[str]:
    """Every file that is copied, as a path relative to the folder, without caches."""
    for name in _COPIED:
        top = folder / name
        if top.is_file():
            yield name
        for path, folders, files in os.walk(top):
            folders[:] = sorted(one for one in folders if one != "__pycache__" and one not in _OWN)
            for file in sorted(files):
                if file not in _OWN:
                    yield Path(path, file).relative_to(folder).as_posix()


def _mirror(wanted: Mapping[str, bytes], folder: Path) -> None:
    """Make a folder hold these files; what is the same stays untouched, what tools keep there too."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in set(_files(folder)) - set(wanted):
        (folder / path).unlink()
    for path, data in wanted.items():
        target = folder / path
        if target.is_symlink() or (target.is_dir() and not target.is_symlink()):
            _remove(target)
        if not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            new = target.with_name(f".{target.name}.new")  # never half of it in its place
            new.write_bytes(data)
            new.replace(target)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)
