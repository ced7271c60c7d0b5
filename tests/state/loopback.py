"""A small OVHcloud on this machine: the parts of its API and of its object storage that state needs.

Signatures are verified, buckets keep versions, writes are conditional. A hook may stop a request before it is carried
out or after, before its answer leaves.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

APPLICATION = {
    "OVH_APPLICATION_KEY": "ak-7d1c",
    "OVH_APPLICATION_SECRET": "as-secret-19f3",
    "OVH_CONSUMER_KEY": "ck-secret-88e0",
}
TOKEN = "bearer-secret-5a5a"  # noqa: S105 - of the stand-in


class DropError(Exception):
    """End the connection without an answer."""


class Cloud:
    """The server and everything that it holds. Use as a context manager."""

    def __init__(self) -> None:
        self.users: dict[str, dict] = {}
        self.policies: dict[str, str] = {}
        self.keys: dict[str, dict[str, str]] = {}
        self.buckets: dict[str, dict] = {}
        self.objects: dict[str, list[dict]] = {}
        """Bucket → versions in the order of writing."""
        self.requests: list[tuple[str, str]] = []
        self.hook: Callable[[int, str, str, str], tuple[int, bytes] | None] = lambda number, stage, method, path: None
        self.conditional = True
        self.skew = 0.0
        self.age = 0.0
        """Days ago that what is written now counts as written."""
        self.user_status = ["ok"]
        self.taken: set[str] = set()
        self._ids = itertools.count(100)
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Cloud:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def environment(self) -> dict[str, str]:
        return {"OVH_ENDPOINT": f"{self.address}/1.0", "AWS_ENDPOINT_URL_S3": self.address, **APPLICATION}

    @property
    def secrets(self) -> list[str]:
        keys = [secret for keys in self.keys.values() for secret in keys.values()]
        passwords = [user["password"] for user in self.users.values()]
        return [*keys, *passwords, TOKEN, *(v for k, v in APPLICATION.items() if k != "OVH_APPLICATION_KEY")]

    def put(self, bucket: str, key: str, body: bytes | None) -> str:
        """Write a version, or with None a delete marker."""
        version = f"v{next(self._ids)}"
        formatted = (datetime.now(tz=UTC) - timedelta(days=self.age)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.objects.setdefault(bucket, []).append(
            {
                "key": key,
                "version": version,
                "body": body,
                "modified": formatted,
            }
        )
        return version

    def current(self, bucket: str, key: str) -> dict | None:
        found = [one for one in self.objects.get(bucket, []) if one["key"] == key]
        return found[-1] if found and found[-1]["body"] is not None else None

    def add_user(self, description: str, *, roles: tuple[str, ...] = ("objectstore_operator",)) -> str:
        user = str(next(self._ids))
        self.users[user] = {
            "id": int(user),
            "username": f"user-{user}",
            "description": description,
            "status": "ok",
            "roles": [{"id": "1", "name": role} for role in roles],
            "password": f"password-secret-{user}",
        }
        return user

    def add_key(self, user: str) -> str:
        access = _hash(f"access{next(self._ids)}".encode())
        self.keys.setdefault(user, {})[access] = _hash(f"secret{access}".encode())
        return access

    # The API, under /1.0.

    def api(self, method: str, path: str, body: dict | None) -> tuple[int, object]:
        if path == "/auth/time":
            return 200, int(time.time())
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if parts[:2] != ["cloud", "project"]:
            return 404, {"class": "Client::NotFound", "message": "no such path"}
        match method, parts[3:]:
            case "GET", ["user"]:
                return 200, [{k: v for k, v in one.items() if k != "password"} for one in self.users.values()]
            case "POST", ["user"]:
                user = self.add_user(body["description"], roles=tuple(body["roles"]))
                self.users[user]["status"] = self.user_status[0]
                return 200, self.users[user]
            case "GET", ["user", user, "policy"] if user in self.users:
                return 200, {"policy": self.policies.get(user, "")}
            case "POST", ["user", user, "policy"] if user in self.users:
                self.policies[user] = body["policy"]
                return 200, None
            case "GET", ["user", user, "s3Credentials"] if user in self.users:
                return 200, [{"access": a, "tenantId": parts[2], "userId": user} for a in self.keys.get(user, {})]
            case "POST", ["user", user, "s3Credentials"] if user in self.users:
                access = self.add_key(user)
                return 200, {"access": access, "secret": self.keys[user][access], "tenantId": parts[2], "userId": user}
            case "POST", ["user", user, "s3Credentials", access, "secret"] if access in self.keys.get(user, {}):
                return 200, {"secret": self.keys[user][access]}
            case "GET", ["region", _, "storage", name] if name in self.buckets:
                return 200, self.buckets[name]
            case "POST", ["region", region, "storage"]:
                if body["name"] in self.buckets or body["name"] in self.taken:
                    return 409, {"class": "Client::Conflict", "message": "bucket already exists"}
                self.buckets[body["name"]] = {**body, "region": region, "objects": []}
                self.objects[body["name"]] = []
                return 200, self.buckets[body["name"]]
            case "PUT", ["region", _, "storage", name] if name in self.buckets:
                self.buckets[name].update(body)
                return 200, None
        return 404, {"class": "Client::NotFound", "message": "no such thing"}

    # Object storage, at the root.

    def storage(
        self, method: str, path: str, query: dict, headers: dict, body: bytes, access: str
    ) -> tuple[int, bytes, dict]:
        bucket, _, key = unquote(path).lstrip("/").partition("/")
        if bucket not in self.buckets:
            return 404, _error("NoSuchBucket"), {}
        user = next(user for user, keys in self.keys.items() if access in keys)
        if not self.policies.get(user):
            return 403, _error("AccessDenied"), {}
        if method == "GET" and not key and "versions" in query:
            return 200, self._versions(bucket, query), {}
        if method == "GET" and not key:
            return 200, b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", {}
        if method in ("GET", "HEAD"):
            found = self.current(bucket, key)
            if "versionId" in query:
                found = next(
                    (o for o in self.objects[bucket] if o["version"] == query["versionId"] and o["body"]), None
                )
            return (200, found["body"], {}) if found else (404, _error("NoSuchKey"), {})
        if method == "PUT":
            if headers.get("If-None-Match") == "*" and self.conditional and self.current(bucket, key):
                return 412, _error("PreconditionFailed"), {}
            return (
                200,
                b"",
                {"x-amz-version-id": self.put(bucket, key, body), "ETag": f'"{_hash(body)}"'},
            )
        if method == "DELETE":
            self.put(bucket, key, None)
            return 204, b"", {}
        return 405, _error("MethodNotAllowed"), {}

    def _versions(self, bucket: str, query: dict) -> bytes:
        latest = {}
        entries = []
        for one in reversed(self.objects[bucket]):
            if one["key"].startswith(query.get("prefix", "")):
                first = latest.setdefault(one["key"], one["version"]) == one["version"]
                kind = "Version" if one["body"] is not None else "DeleteMarker"
                entries.append(
                    (
                        one["key"],
                        f"<{kind}><Key>{escape(one['key'])}</Key><VersionId>{one['version']}</VersionId>"
                        f"<IsLatest>{str(first).lower()}</IsLatest><LastModified>{one['modified']}</LastModified>"
                        f"<Size>{len(one['body'] or b'')}</Size></{kind}>",
                    )
                )
        entries.sort(key=lambda entry: entry[0])
        start = int(query.get("key-marker", "0") or 0) if query.get("key-marker", "").isdigit() else 0
        page = entries[start : start + 5]
        more = start + 5 < len(entries)
        rest = (
            f"<IsTruncated>true</IsTruncated><NextKeyMarker>{start + 5}</NextKeyMarker>"
            if more
            else "<IsTruncated>false</IsTruncated>"
        )
        body = "".join(text for _, text in page)
        return f'<?xml version="1.0"?><ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{rest}{body}</ListVersionsResult>'.encode()


def _hash(data: bytes) -> str:
    """32 hexadecimal digits, as keys of object storage are."""
    return hashlib.sha256(data).hexdigest()[:32]


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code} it is</Message></Error>".encode()


def _handler(cloud: Cloud) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def log_message(self, *_: object) -> None:
            pass

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate((timestamp or time.time()) + cloud.skew, usegmt=True)

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with cloud._lock:
                cloud.requests.append((self.command, self.path.split("?")[0]))
                number = len(cloud.requests)
            with suppress(DropError, BrokenPipeError, ConnectionResetError):
                forced = cloud.hook(number, "before", self.command, self.path)
                status, data, headers = (*forced, {}) if forced else self._answer(body)
                forced = None if forced else cloud.hook(number, "after", self.command, self.path)
                if forced:
                    status, data, headers = *forced, {}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data if self.command != "HEAD" else b"")

        def _answer(self, body: bytes) -> tuple[int, bytes, dict]:
            parts = urlsplit(self.path)
            with cloud._lock:
                if parts.path == "/token":
                    form = dict(parse_qsl(body.decode()))
                    known = (form.get("client_id"), form.get("client_secret")) == ("client", "client-secret-31cc")
                    return (200, json.dumps({"access_token": TOKEN}).encode(), {}) if known else (401, b"{}", {})
                if parts.path.startswith("/1.0/"):
                    if parts.path != "/1.0/auth/time" and not self._api_signed(body):
                        return 403, b'{"class": "Client::Forbidden", "message": "Invalid signature"}', {}
                    status, answer = cloud.api(
                        self.command, parts.path.removeprefix("/1.0"), json.loads(body) if body else None
                    )
                    return status, b"" if answer is None else json.dumps(answer).encode(), {}
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                access, wrong = self._s3_signed(body, query)
                if wrong:
                    return 403, _error(wrong), {}
                return cloud.storage(self.command, parts.path, query, self.headers, body, access)

        def _api_signed(self, body: bytes) -> bool:
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                return True
            text = "+".join(
                (
                    APPLICATION["OVH_APPLICATION_SECRET"],
                    APPLICATION["OVH_CONSUMER_KEY"],
                    self.command,
                    cloud.address + self.path,
                    body.decode(),
                    self.headers.get("X-Ovh-Timestamp", ""),
                )
            )
            return (
                self.headers.get("X-Ovh-Application") == APPLICATION["OVH_APPLICATION_KEY"]
                and self.headers.get("X-Ovh-Consumer") == APPLICATION["OVH_CONSUMER_KEY"]
                and self.headers.get("X-Ovh-Signature") == "$1$" + hashlib.sha1(text.encode()).hexdigest()  # noqa: S324
            )

        def _s3_signed(self, body: bytes, query: dict) -> tuple[str, str]:
            found = re.fullmatch(
                r"AWS4-HMAC-SHA256 Credential=(\w+)/(\d{8})/([\w-]+)/s3/aws4_request, ?"
                r"SignedHeaders=([\w;-]+), ?Signature=(\w+)",
                self.headers.get("Authorization", ""),
            )
            if not found:
                return "", "AccessDenied"
            access, day, region, names, signature = found.groups()
            secret = next((keys[access] for keys in cloud.keys.values() if access in keys), None)
            if secret is None:
                return "", "InvalidAccessKeyId"
            if abs(cloud.skew) > 900:
                return "", "RequestTimeTooSkewed"
            asked = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))
            hashed = self.headers["x-amz-content-sha256"]
            if hashed not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
                return "", "XAmzContentSHA256Mismatch"
            head = "".join(f"{name}:{' '.join(self.headers[name].split())}\n" for name in names.split(";"))
            request = f"{self.command}\n{urlsplit(self.path).path}\n{asked}\n{head}\n{names}\n{hashed}"
            scope = f"{self.headers['x-amz-date']}\n{day}/{region}/s3/aws4_request"
            text = f"AWS4-HMAC-SHA256\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
            key = f"AWS4{secret}".encode()
            for part in (day, region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            right = hmac.new(key, text.encode(), "sha256").hexdigest() == signature
            return (access, "") if right else ("", "SignatureDoesNotMatch")

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815

    return Handler
