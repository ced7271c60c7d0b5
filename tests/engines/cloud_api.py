"""What `andamio state doctor` asks of OVHcloud's API, answered from the imitated cloud. Signatures are not verified."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from andamio.sandbox.cloud.store import Cloud
from andamio.state.ovh import Access, OvhApi

KEYS = {
    "OVH_APPLICATION_KEY": "ak-sandbox",
    "OVH_APPLICATION_SECRET": "as-sandbox",
    "OVH_CONSUMER_KEY": "ck-sandbox",
}
LISTS = {
    ("network", "private"): "ovh_cloud_project_network_private",
    ("containerRegistry",): "ovh_cloud_project_containerregistry",
}
IDS = {("kube",): "ovh_cloud_project_kube", ("database", "service"): "ovh_cloud_project_database"}


class CloudApi:
    """The server; use as a context manager."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
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

    def client(self) -> OvhApi:
        """A client of it."""
        address = f"http://127.0.0.1:{self._server.server_address[1]}/1.0"
        return OvhApi(Access.from_environment({"OVH_ENDPOINT": address, **KEYS}), pause=0.01)

    def answer(self, where: str) -> Any:
        """What lies at a path; None when nothing does."""
        parts = tuple(unquote(part) for part in where.strip("/").split("/"))
        if parts == ("auth", "time"):
            return int(time.time())
        if parts[:2] != ("cloud", "project"):
            return None
        project, rest = parts[2], parts[3:]
        if rest == ("user",):
            return [_user(one) for one in self._of("ovh_cloud_project_user", project)]
        if rest[:1] == ("user",):
            return self._of_user(rest[1], rest[-1])
        if rest[:1] == ("region",) and rest[2:3] == ("storage",):
            found = self._of("ovh_cloud_project_storage", project)
            return next((_bucket(one.body) for one in found if one.body["name"] == rest[3]), None)
        if rest in LISTS:
            return [self._shown(one) for one in self._of(LISTS[rest], project)]
        if rest in IDS:
            return [one.id for one in self._of(IDS[rest], project)]
        if rest[:-1] in IDS:
            return next((self._shown(one) for one in self._of(IDS[rest[:-1]], project) if one.id == rest[-1]), None)
        if rest[:1] == ("region",) and rest[2:] == ("gateway",):
            found = self._of("ovh_cloud_project_gateway", project)
            return [self._shown(one) for one in found if one.body["region"] == rest[1]]
        return None

    def _of_user(self, user: str, what: str) -> Any:
        if what == "policy":
            found = self._cloud.find("ovh_cloud_project_user_s3_policy", user_id=user)
            return {"policy": found[0].body["policy"]} if found else {"policy": ""}
        found = self._cloud.find("ovh_cloud_project_user_s3_credential", user_id=user)
        return [{"access": one.body["access_key_id"]} for one in found]

    def _of(self, kind: str, project: str) -> list[Any]:
        return self._cloud.find(kind, service_name=project)

    @staticmethod
    def _shown(one: Any) -> dict[str, Any]:
        return {**{name: one.body.get(name) for name in ("name", "description", "engine", "status")}, "id": one.id}


def _bucket(body: dict[str, Any]) -> dict[str, Any]:
    encryption, versioning = body["encryption"] or {}, body["versioning"] or {}
    return {
        "name": body["name"],
        "versioning": {"status": versioning.get("status")},
        "encryption": {"sseAlgorithm": encryption.get("sse_algorithm")},
    }


def _user(one: Any) -> dict[str, Any]:
    roles = [{"name": name} for name in one.body["role_names"] or [one.body["role_name"]]]
    return {"id": int(one.id), "description": one.body["description"], "status": "ok", "roles": roles}


def _handler(api: CloudApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = api.answer(urlsplit(self.path).path.removeprefix("/1.0"))
            status = 404 if found is None else 200
            body = json.dumps({"message": "no such thing"} if found is None else found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
