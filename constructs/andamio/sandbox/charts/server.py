"""The chart repositories of the catalog on loopback, and the git repositories that add-ons come from."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urlsplit

from andamio.engines.errors import StartError
from andamio.engines.find import files
from andamio.sandbox.charts.package import pack
from andamio.sandbox.git_remote import GitHandler, environment
from andamio.sandbox.loopback import OwnServer

__all__ = ["ChartRepository", "GitSource", "serve"]

_ADDRESSES: Final = "instead.json"


class GitSource:
    """A git repository of somebody else's, of which one folder at one tag is served.

    Args:
        url: Its real address.
        tag: The tag.
        path: The folder.
        files: Name of the module files that lie in it.
    """

    def __init__(self, *, url: str, tag: str, path: str, files: str) -> None:
        self.url, self.tag, self.path, self.files = url, tag, path, files

    @property
    def name(self) -> str:
        """Its name here."""
        return f"{self.url.rstrip('/').rpartition('/')[2].removesuffix('.git')}.git"


class ChartRepository(OwnServer):
    """Every chart repository and git repository that add-ons come from, each below a path of its own.

    Args:
        sources: Git repositories of add-ons.
        folder: As for every server of the sandbox.
        tied: As for every server of the sandbox.
        ports: As for every server of the sandbox.
    """

    name: ClassVar[str] = "chart-repository"

    def __init__(
        self,
        sources: Sequence[GitSource] = (),
        *,
        folder: Path | None = None,
        tied: bool = True,
        ports: Sequence[int] = (),
    ) -> None:
        super().__init__(folder=folder, tied=tied, ports=ports)
        self._sources = tuple(sources)

    @property
    def instead(self) -> Mapping[str, str]:
        """Real address of each repository → its address here."""
        names: dict[str, str] = json.loads((self.folder / _ADDRESSES).read_bytes())
        return {url: f"http://{self.address}/{name}" for url, name in names.items()}

    def _arguments(self) -> list[str]:
        served = self.folder / "served"
        shutil.rmtree(served, ignore_errors=True)
        served.mkdir()
        names = pack(served)
        for source in self._sources:
            _make(source, served / source.name)
            names[source.url] = source.name
        (self.folder / _ADDRESSES).write_text(json.dumps(names, indent=2), encoding="utf-8")
        return ["charts", "--folder", str(served), "--port", str(self._ports[0])]


def _make(source: GitSource, target: Path) -> None:
    """Make a bare repository that has the files in one commit with the tag, always the same one."""
    work = target.with_suffix(".work")
    folder = work / source.path
    folder.mkdir(parents=True)
    for file in files(source.files):
        shutil.copyfile(file, folder / file.name)
    who = {f"GIT_{one}_{what}": "stand-in" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{one}_DATE": "2026-01-01T00:00:00Z" for one in ("AUTHOR", "COMMITTER")}
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", f"Stands in for {source.url} at {source.tag}"),
        ("tag", source.tag),
        ("clone", "--quiet", "--bare", ".", str(target)),
    ):
        done = subprocess.run(
            ["git", *arguments], cwd=work, env={**environment(), **who, **when}, capture_output=True, check=False
        )
        if done.returncode:
            raise StartError(f"`git {arguments[0]}` failed: {done.stderr.decode(errors='replace').strip()}")
    shutil.rmtree(work)


class _Handler(GitHandler):
    """Files of chart repositories, and git's protocol for what ends in `.git`."""

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """A file, or what there is to fetch."""
        path = urlsplit(self.path).path.lstrip("/")
        if ".git/" in path:
            super().do_GET()
            return
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder.resolve()) or not file.is_file():
            self.answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
            return
        self.answer(HTTPStatus.OK, "application/octet-stream", file.read_bytes())


def serve(folder: Path, port: int) -> None:
    """Serve on 127.0.0.1 until the process ends."""
    handler = type("Handler", (_Handler,), {"folder": folder})
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
