"""A proxy before object storage that answers some requests badly: an error, slowly, half, or not at all."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

Rule = Callable[[int, str, str], str]
"""Number of the request, method and path → what happens to it: a status as text, `slow`, `cut`, `after`, or nothing."""

SLOW = 1.0
"""Seconds by which `slow` delays an answer."""


class FaultyProxy:
    """The proxy; `rule` says what happens. Use as a context manager.

    `503` and other statuses are answered in the server's place; `cut` ends the connection before the server has seen
    the request; `after` when it has, before its answer leaves.
    """

    def __init__(self, endpoint: str) -> None:
        self.rule: Rule = lambda number, method, path: ""
        self.done: list[str] = []
        """What happened, of requests that met a fault."""

        self._upstream = urlsplit(endpoint).netloc
        self._count = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def calm(self) -> None:
        """No more faults; forget those that were."""
        self.rule = lambda number, method, path: ""
        self.done.clear()
        self._count = 0

    def fate(self, method: str, path: str) -> str:
        """What happens to a request."""
        with self._lock:
            self._count += 1
            fate = self.rule(self._count, method, path)
            if fate:
                self.done.append(f"{fate} {method} {urlsplit(path).path}")
            return fate

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, list, bytes]:
        """The server's own answer. The Host header stays: it is signed, and the server takes any."""
        connection = http.client.HTTPConnection(self._upstream, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


def _handler(proxy: FaultyProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _run(self) -> None:
            body = self._body()
            fate = proxy.fate(self.command, self.path)
            if fate == "cut":
                self.close_connection = True
                return
            if fate.isdigit():
                self._answer(int(fate), [], b"<Error><Code>InternalError</Code><Message>planted</Message></Error>")
                return
            if fate == "slow":
                time.sleep(SLOW)
            status, headers, content = proxy.forward(self.command, self.path, dict(self.headers.items()), body)
            if fate == "after":
                self.close_connection = True
                return
            self._answer(status, headers, content)

        def _body(self) -> bytes:
            if self.headers.get("Expect", "").lower() == "100-continue":
                pass  # http.server has answered it already
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _answer(self, status: int, headers: list, content: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = _run  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    return Handler
