"""Binaries that projects publish: for machines that may download them, in place of a build of half an hour.

What is downloaded has to have the SHA-256 that the project publishes beside it. That finds a damaged or exchanged file,
and trusts the project's site; a build from the Go module proxy trusts the checksum database and is the default.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path, PurePosixPath
from typing import Final

from andamio.engines.errors import BuildError

__all__ = ["MARK", "Machine", "NotServedError", "ReleasedBinary", "fetch"]

MARK: Final = "released.json"
"""File beside a program that was downloaded: from where, and its archive's SHA-256."""

_PATIENCE: Final = 60
"""Seconds without an answer after which an address counts as not served."""

_CHUNK: Final = 1 << 20


class NotServedError(Exception):
    """A binary cannot be had from here; the text says from where, and why."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a binary runs on, in Go's names."""

    system: str
    """Such as `linux`."""

    architecture: str
    """Such as `amd64`."""


@dataclass(frozen=True, kw_only=True)
class ReleasedBinary:
    """Where a project publishes its program.

    In the addresses `{version}` is the version with its leading `v`, `{number}` the one without, `{system}` and
    `{architecture}` are Go's names.
    """

    address: str
    """Address of the program, or of a `.tar.gz` that holds it."""

    checksums: str
    """Address of a text with its SHA-256: that alone, or lines of a hash and a file's name each."""

    member: str = ""
    """The program's path in the archive. Empty: the address is that of the program itself."""

    systems: tuple[str, ...] = ("linux", "darwin")
    """Operating systems that it is published for, each on `amd64` and `arm64`."""

    def of(self, version: str, machine: Machine) -> ReleasedBinary | None:
        """The same with every name filled in; None where it is not published for that machine."""
        if machine.system not in self.systems or machine.architecture not in ("amd64", "arm64"):
            return None
        names = {
            "version": version,
            "number": version.removeprefix("v"),
            "system": machine.system,
            "architecture": machine.architecture,
        }
        return ReleasedBinary(
            address=self.address.format(**names),
            checksums=self.checksums.format(**names),
            member=self.member.format(**names),
            systems=(machine.system,),
        )


def fetch(binary: ReleasedBinary, *, at: Path, name: str) -> None:
    """Download a program into the folder `at`, as `name`, with a `MARK` that tells from where.

    Args:
        binary: What to download, with every name filled in.
        at: An empty folder.
        name: What the program is called.

    Raises:
        NotServedError: it or its checksums cannot be had from here.
        BuildError: what came is not what the project publishes.
    """
    file = binary.address.rpartition("/")[2]
    expected = _expected(_text(binary.checksums), file, binary.checksums)
    downloaded = at / "downloaded"
    found = _download(binary.address, downloaded)
    if found != expected:
        downloaded.unlink()
        raise BuildError(
            f"{binary.address} has the SHA-256 {found}, and {binary.checksums} says {expected}. Nothing was kept. "
            "Try again, or build it: call `andamio engines install` without --released."
        )
    if binary.member:
        _unpack(downloaded, binary.member, at / name, binary.address)
        downloaded.unlink()
    else:
        downloaded.rename(at / name)
    (at / name).chmod(0o755)
    (at / MARK).write_text(json.dumps({"address": binary.address, "sha256": found}, indent=2) + "\n", encoding="utf-8")


def _expected(text: str, file: str, address: str) -> str:
    """The SHA-256 of a file in what a project publishes."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for words in lines:
        alone = len(words) == 1 and len(lines) == 1
        named = len(words) > 1 and PurePosixPath(words[-1].removeprefix("*")).name == file
        if (alone or named) and len(words[0]) == hashlib.sha256().digest_size * 2:
            return words[0].lower()
    raise BuildError(f"{address} has no SHA-256 of {file}.")


@contextmanager
def _served(address: str) -> Iterator[HTTPResponse]:
    """What an address answers with; a `NotServedError` where it does not, or not to the end."""
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 - addresses of our own table
            yield answer
    except (OSError, HTTPException) as error:
        raise NotServedError(f"{address} cannot be read: {error}") from None


def _text(address: str) -> str:
    with _served(address) as answer:
        return answer.read(_CHUNK).decode("utf-8", "replace")


def _download(address: str, target: Path) -> str:
    """Write what an address serves into a file; its SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as out, _served(address) as answer:
        left = int(answer.headers.get("Content-Length") or -1)
        while part := answer.read(_CHUNK):
            digest.update(part)
            out.write(part)
            left -= len(part)
    if left > 0:
        raise NotServedError(f"{address} was cut off {left} bytes before its end")
    return digest.hexdigest()


def _unpack(archive: Path, member: str, target: Path, address: str) -> None:
    """Copy one file out of an archive, whatever else it holds."""
    try:
        with tarfile.open(archive, "r:gz") as opened:
            source = opened.extractfile(member)
            if source is None:
                raise BuildError(f"{address} holds {member}, and it is no file.")
            with source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
    except (KeyError, tarfile.TarError, EOFError) as error:
        raise BuildError(f"{address} holds no {member}: {error}") from None
