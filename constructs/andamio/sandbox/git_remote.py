"""The git repository that Argo CD reads, on loopback: a bare repository behind git's smart HTTP protocol.

Reading only, by anybody on this machine; who deploys pushes to the folder itself.
"""

from __future__ import annotations

import gzip
import os
import subprocess
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from andamio.engines.errors import StartError
from andamio.sandbox.loopback import OwnServer

__all__ = ["GitHandler", "GitRemote", "environment", "serve"]

_REPOSITORY: Final = "platform.git"
_SERVICE: Final = "git-upload-pack"


class GitRemote(OwnServer):
    """A bare repository, made at its first start."""

    name: ClassVar[str] = "git-remote"

    @property
    def url(self) -> str:
        """Where it is read."""
        return f"http://{self.address}/{_REPOSITORY}"

    @property
    def push(self) -> str:
        """Where it is pushed to: a folder."""
        return str(self.folder / _REPOSITORY)

    def _arguments(self) -> list[str]:
        repository = self.folder / _REPOSITORY
        if not (repository / "HEAD").is_file():
            done = subprocess.run(
                ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(repository)],
                capture_output=True,
                text=True,
                check=False,
                env=environment(),
            )
            if done.returncode:
                raise StartError(f"`git init` of the sandbox's remote failed: {done.stderr.strip()}")
        return ["git", "--folder", str(self.folder), "--port", str(self._ports[0])]


def environment() -> dict[str, str]:
    """Variables for git without anything of the user's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


class GitHandler(BaseHTTPRequestHandler):
    """Answers the two requests of a fetch, for every bare repository in `folder`."""

    protocol_version = "HTTP/1.1"
    folder: ClassVar[Path]

    def do_GET(self) -> None:
        """What there is to fetch."""
        asked = urlsplit(self.path)
        service = parse_qs(asked.query).get("service", [""])[0]
        repository = self._repository(asked.path, "info/refs")
        if repository is None or service != _SERVICE:
            self.answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
            return
        told = self._git(repository, b"", "--http-backend-info-refs")
        head = b""
        if not self._version().startswith("version=2"):
            line = f"# service={_SERVICE}\n"
            head = f"{len(line) + 4:04x}{line}0000".encode()
        self.answer(HTTPStatus.OK, f"application/x-{_SERVICE}-advertisement", head + told)

    def do_POST(self) -> None:
        """A pack with what is asked for."""
        repository = self._repository(self.path, _SERVICE)
        if repository is None:
            self.answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
            return
        body = self._body()
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.answer(HTTPStatus.OK, f"application/x-{_SERVICE}-result", self._git(repository, body))

    def answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _repository(self, path: str, what: str) -> Path | None:
        """The repository that is asked `what`; None where the path says something else."""
        name, _, rest = path.lstrip("/").partition("/")
        repository = self.folder / name
        return repository if rest == what and name.endswith(".git") and repository.is_dir() else None

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _version(self) -> str:
        return self.headers.get("Git-Protocol", "")

    def _git(self, repository: Path, body: bytes, *options: str) -> bytes:
        done = subprocess.run(
            ["git", "upload-pack", "--stateless-rpc", *options, str(repository)],
            input=body,
            capture_output=True,
            check=False,
            env={**environment(), "GIT_PROTOCOL": self._version()},
        )
        return done.stdout


def serve(folder: Path, port: int) -> None:
    """Serve the bare repositories in `folder` on 127.0.0.1 until the process ends."""
    handler = type("Handler", (GitHandler,), {"folder": folder})
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
