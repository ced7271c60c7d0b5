"""The process that serves the key stores of an imitated cloud on loopback."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.key_store.answers import answer
from andamio.sandbox.loopback import OwnServer

__all__ = ["KeyStore", "serve"]


class KeyStore(OwnServer):
    """Every key store of a cloud, at `<url>/api/<key store>`, without TLS.

    Args:
        cloud: File of the imitated cloud.
        folder: As for every server of the sandbox.
        tied: As for every server of the sandbox.
        ports: As for every server of the sandbox.
    """

    name: ClassVar[str] = "key-store"

    def __init__(
        self, cloud: Path, *, folder: Path | None = None, tied: bool = True, ports: Sequence[int] = ()
    ) -> None:
        super().__init__(folder=folder, tied=tied, ports=ports)
        self._cloud = cloud

    @property
    def url(self) -> str:
        """Its URL, in place of a region's host."""
        return f"http://{self.address}"

    def _arguments(self) -> list[str]:
        return ["key-store", "--cloud", str(self._cloud), "--port", str(self._ports[0])]


def serve(cloud: Cloud, port: int) -> None:
    """Serve on 127.0.0.1 until the process ends."""

    class Handler(BaseHTTPRequestHandler):
        """Hands each request to `answer`."""

        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = answer(cloud, self.command, self.path, dict(self.headers.items()), body)
            data = json.dumps(told.body).encode()
            self.send_response(told.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = do_LIST = do_PATCH = _do  # noqa: N815 - names of methods

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
