"""Go's own command, as it is configured on this machine: which modules are had, and how packages are built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from andamio.engines.errors import BuildError

__all__ = ["Go"]

_FULL = ("no space left on device", "disk quota exceeded")
_UNREACHABLE = ("dial tcp", "no such host", "connection refused", "i/o timeout", "TLS handshake", "proxyconnect")
_LINES_SHOWN = 12


class Go:
    """The `go` command with caches of its own.

    Where modules come from and how they are verified is the machine's business (`GOPROXY`, `GOSUMDB`, `GOFLAGS`);
    only the caches are ours, so that they can be removed without taking anybody else's.
    """

    def __init__(self, caches: Path) -> None:
        program = shutil.which("go")
        if program is None:
            raise BuildError(
                "Go is not on this machine, and engines are built with it. Install Go (https://go.dev/doc/install), "
                "or put the engines themselves on PATH; `andamio engines list` names them."
            )
        self._program = program
        self._caches = caches

    def environment(self) -> dict[str, str]:
        """What the command runs with: the machine's settings, our caches, no C compiler, no work space."""
        return {
            **os.environ,
            "GOMODCACHE": str(self._caches / "modules"),
            "GOCACHE": str(self._caches / "objects"),
            "GOTMPDIR": str(self._temporary()),
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        }

    def _temporary(self) -> Path:
        folder = self._caches / "temporary"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def module(self, module: str, version: str) -> Path:
        """Download a module, verified by its checksum, and return its folder."""
        answer = self.run("mod", "download", "-modcacherw", "-json", f"{module}@{version}", at=self._temporary())
        return Path(json.loads(answer)["Dir"])

    def go_mod(self, folder: Path) -> dict[str, Any]:
        """The go.mod of a module as data."""
        parsed: dict[str, Any] = json.loads(self.run("mod", "edit", "-json", str(folder / "go.mod"), at=folder))
        return parsed

    def settings(self) -> dict[str, str]:
        """What Go says of itself: version, operating system, processor, which toolchains it may fetch."""
        names = ("GOVERSION", "GOOS", "GOARCH", "GOTOOLCHAIN")
        settings: dict[str, str] = json.loads(self.run("env", "-json", *names, at=self._temporary()))
        return settings

    def require(self, wanted: str, what: str) -> None:
        """Refuse to build `what` with a Go that is older than `wanted`, unless Go may fetch a newer one itself."""
        settings = self.settings()
        has = settings["GOVERSION"].removeprefix("go")
        if _numbers(has) < _numbers(wanted) and settings["GOTOOLCHAIN"] in {"local", "path"}:
            raise BuildError(
                f"{what} needs Go {wanted} or newer; this machine has {has}. Install a newer Go, or allow it to fetch "
                "one (`go env -w GOTOOLCHAIN=auto`)."
            )

    def run(self, *arguments: str, at: Path) -> str:
        """Run the command in a folder and return what it prints; a `BuildError` says why it failed."""
        try:
            done = subprocess.run(
                [self._program, *arguments],
                cwd=at,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise BuildError(f"go cannot be run: {error}.") from None
        if done.returncode:
            raise BuildError(_reason(arguments, done.stderr or done.stdout, self._caches))
        return done.stdout


def _reason(arguments: tuple[str, ...], said: str, caches: Path) -> str:
    """Why Go failed, with the end of what it said."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    shown = "\n".join(lines[-_LINES_SHOWN:])
    if any(text in said for text in _FULL):
        return f"The disk is full. {caches} was being filled; free some space and run the command again.\n{shown}"
    if any(text in said for text in _UNREACHABLE):
        return (
            "Modules cannot be downloaded: the network or the proxy that `go env GOPROXY` names does not answer.\n"
            f"{shown}"
        )
    return f"`go {' '.join(arguments[:2])}` failed:\n{shown}"


def _numbers(version: str) -> tuple[int, ...]:
    """A Go version as numbers, `1.26.8` as (1, 26, 8); a pre-release counts as its release."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
