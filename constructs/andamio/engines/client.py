"""A small client of the Kubernetes API: applies objects server-side, reads, patches, deletes; many at once."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from andamio.engines.errors import AnswerError

__all__ = ["Answer", "Client"]

Object = Mapping[str, Any]
_T = TypeVar("_T")
_R = TypeVar("_R")
_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"
_AT_ONCE = 8
_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the API server answered."""

    status: int
    body: Any
    """The object, the list or the Status; a text where it was no JSON."""

    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it did what was asked."""
        return self.status < 300

    @property
    def message(self) -> str:
        """The server's own words where it refused."""
        return str(self.body.get("message", "")) if isinstance(self.body, dict) else str(self.body)


class Client:
    """Speaks with one API server as one user.

    Args:
        server: Its URL, `https://…`.
        token: The bearer token.
        authority: PEM of the certificate that the server's own is checked against.
    """

    def __init__(self, *, server: str, token: str, authority: str) -> None:
        parts = urlsplit(server)
        self._host, self._port = parts.hostname or "", parts.port or 443
        self._token = token
        self._tls = ssl.create_default_context(cadata=authority)
        self._local = threading.local()
        self._connections: list[http.client.HTTPSConnection] = []
        self._kinds: dict[tuple[str, str], tuple[str, bool]] = {}
        self._lock = threading.Lock()

    def request(
        self, method: str, path: str, body: Any = None, *, content_type: str = "application/json", **query: str
    ) -> Answer:
        """One request; a body that is a text is sent as it is, anything else as JSON.

        Connections are kept, one a thread, and opened anew once where the server closed one.
        """
        target = f"{path}?{urlencode(query)}" if query else path
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        data = None
        if body is not None:
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            headers["Content-Type"] = content_type
        for attempt in (0, 1):
            connection = self._connection()
            try:
                connection.request(method, target, data, headers)
                response = connection.getresponse()
                text = response.read()
                break
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                if attempt:
                    raise
        warnings = tuple(response.headers.get_all("Warning") or ())
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = text.decode(errors="replace")
        return Answer(status=response.status, body=parsed, warnings=warnings)

    def path_of(self, item: Object) -> str:
        """The path of an object; its kind has to be known to the server, else an `AnswerError`."""
        metadata = item["metadata"]
        return self.path(item["apiVersion"], item["kind"], metadata["name"], metadata.get("namespace"))

    def path(self, version: str, kind: str, name: str | None = None, namespace: str | None = None) -> str:
        """The path of an object, or of all objects of a kind, in one namespace or in all."""
        plural, namespaced = self._kind(version, kind)
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if namespaced and (namespace or name):
            base += f"/namespaces/{quote(namespace or 'default')}"
        return f"{base}/{plural}" + (f"/{quote(name)}" if name else "")

    def _kind(self, version: str, kind: str) -> tuple[str, bool]:
        with self._lock:
            if (version, kind) not in self._kinds:
                answer = self.request("GET", f"/apis/{version}" if "/" in version else f"/api/{version}")
                for resource in answer.body.get("resources", ()) if answer.ok else ():
                    if "/" not in resource["name"]:
                        self._kinds[version, resource["kind"]] = (resource["name"], resource["namespaced"])
            if (version, kind) not in self._kinds:
                raise AnswerError(f"The API server serves no {kind} in {version}.")
            return self._kinds[version, kind]

    def apply(
        self, item: Object, *, text: str | None = None, manager: str = "andamio", dry_run: bool = False
    ) -> Answer:
        """Apply an object server-side as Argo CD does, forced; fields that the server does not know are refused.

        With `text`, its YAML, the server itself reads what a file says.
        """
        query = {"fieldManager": manager, "fieldValidation": "Strict", "force": "true"}
        if dry_run:
            query["dryRun"] = "All"
        return self.request("PATCH", self.path_of(item), text or item, content_type=_APPLY, **query)

    def create(self, item: Object) -> Answer:
        """Create an object; fields that the server does not know are refused."""
        metadata = item["metadata"]
        path = self.path(item["apiVersion"], item["kind"], None, metadata.get("namespace"))
        return self.request("POST", path, item, fieldValidation="Strict")

    def merge(self, path: str, patch: Object) -> Answer:
        """Patch what lies at a path: named fields are set, null removes."""
        return self.request("PATCH", path, patch, content_type=_MERGE)

    def get(self, item: Object) -> Answer:
        """The object as the server has it."""
        return self.request("GET", self.path_of(item))

    def delete(self, item: Object) -> Answer:
        """Delete an object."""
        return self.request("DELETE", self.path_of(item))

    def all_of(self, version: str, kind: str, *, namespace: str | None = None, **query: str) -> list[dict[str, Any]]:
        """All objects of a kind, in one namespace or in all; an `AnswerError` where the server does not give them."""
        answer = self.request("GET", self.path(version, kind, None, namespace), **query)
        if not answer.ok:
            raise AnswerError(answer.message)
        items: list[dict[str, Any]] = answer.body["items"]
        return items

    def each(self, do: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        """Do something for every item, eight at once; results in the order of the items."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(do, items))

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _connection(self) -> http.client.HTTPSConnection:
        found: http.client.HTTPSConnection | None = getattr(self._local, "connection", None)
        if found is None:
            found = http.client.HTTPSConnection(self._host, self._port, context=self._tls, timeout=_SECONDS)
            self._local.connection = found
            self._connections.append(found)
        return found
