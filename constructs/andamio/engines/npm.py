"""Commands of npm packages, installed from a lock file that holds every package's hash and no address."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from andamio.engines.engine import BuiltEngine
from andamio.engines.errors import BuildError

__all__ = ["COMMANDS", "NpmCommand", "install_command"]

_LOCKS: Final = Path(__file__).parent / "locks"
_LINES_SHOWN: Final = 12


@dataclass(frozen=True, kw_only=True)
class NpmCommand(BuiltEngine):
    """A command that is found on the machine, or installed from npm's registry; `module` is an npm package.

    Its lock file lies in `locks/<name>/`.
    """

    @property
    def inside(self) -> str:
        """Where npm puts the commands of what it installs."""
        return "node_modules/.bin"

    @property
    def lock(self) -> Path:
        """The folder of `package.json` and `package-lock.json`."""
        return _LOCKS / self.name

    def key(self, *, system: str, architecture: str) -> str:
        """What the installation depends on, as 12 hexadecimal digits: the lock file, system and processor."""
        text = (self.lock / "package-lock.json").read_bytes()
        return hashlib.sha256(f"{system}/{architecture}".encode() + text).hexdigest()[:12]


COMMANDS: Final[tuple[NpmCommand, ...]] = (
    NpmCommand(name="cdktf", module="cdktf-cli", version="v0.21.0", accepts="0.21."),
    NpmCommand(name="cdk8s", module="cdk8s-cli", version="v2.207.60", accepts="2."),
)
"""The commands that people run on `infra/` and `k8s/`. To upgrade one, see the page `docs/engines.md`."""


def install_command(row: NpmCommand, *, at: Path, caches: Path) -> None:
    """Install a command into the empty folder `at`; npm keeps what it fetches in `caches` meanwhile.

    Scripts of packages are not run. Raises `BuildError` where npm is missing or fails.
    """
    program = shutil.which("npm")
    if program is None:
        raise BuildError(
            f"npm is not on this machine, and the command {row.name} is installed with it. Install Node.js "
            f"(https://nodejs.org), or put {row.name} {row.accepts}x itself on PATH."
        )
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(row.lock / name, at / name)
    options = ("--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(
        [program, "ci", *options, "--cache", str(caches / "npm")],
        cwd=at,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
    )
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise BuildError(f"`npm ci` of {row.module} {row.version} failed:\n" + "\n".join(lines[-_LINES_SHOWN:]))
