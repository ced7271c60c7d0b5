"""The few calls to S3-compatible object storage that state needs: objects, their versions, conditional writes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from andamio.state.credentials import S3Credential
from andamio.state.errors import NoAnswerError, OutsideError, clean
from andamio.state.http import PAUSE, TIMEOUT, Response, is_loopback, send, send_safely
from andamio.state.signature import canonical_query, signed_headers

__all__ = ["ObjectStorage", "ObjectVersion", "StorageError"]

_EMPTY = b""


class StorageError(OutsideError):
    """Object storage answered with an error."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, kw_only=True)
class ObjectVersion:
    """One version of an object, or the marker of its deletion."""

    key: str
    version: str
    latest: bool
    deleted: bool
    """Whether it is a delete marker."""

    modified: str
    """When it was written, ISO 8601."""

    size: int
    """Bytes."""


class ObjectStorage:
    """One bucket, reached with one credential."""

    def __init__(
        self,
        *,
        endpoint: str,
        bucket: str,
        region: str,
        credential: S3Credential,
        timeout: float = TIMEOUT,
        pause: float = PAUSE,
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.bucket = bucket
        self.region = region.lower()
        self.credential = credential
        self.timeout = timeout
        self.pause = pause
        self.skew: float | None = None
        """Seconds by which the server's clock is ahead of ours, by its last answer."""

        parts = urlsplit(self.endpoint)
        # A bucket cannot stand before an address such as 127.0.0.1.
        self._root = (
            f"{self.endpoint}/{bucket}" if is_loopback(self.endpoint) else f"{parts.scheme}://{bucket}.{parts.netloc}"
        )

    def reach(self) -> None:
        """Ask for the bucket itself.

        Raises:
            StorageError: 404 when there is none, 403 when the credential may not, as do all calls here.
            NoAnswerError: when object storage does not answer, as do all calls here.
        """
        self._read("GET", "", {"list-type": "2", "max-keys": "1"})

    def get(self, key: str, *, version: str = "") -> bytes | None:
        """The object's bytes; None when there is none."""
        try:
            return self._read("GET", key, {"versionId": version} if version else {}).body
        except StorageError as error:
            if error.status == 404 and error.code != "NoSuchBucket":
                return None
            raise

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write an object unless there is one; whether the store says that it did.

        It is how Terraform takes its lock. A second call has to give False; a store that gives True again does not
        honour the condition.
        """
        answer = self._send("PUT", key, {}, body, {"If-None-Match": "*"})
        if answer.status in (409, 412):
            return False
        self._check("PUT", key, answer)
        return True

    def delete(self, key: str) -> None:
        """Delete an object; with versioning its versions stay."""
        self._check("DELETE", key, self._send("DELETE", key, {}, _EMPTY, {}))

    def versions(self, prefix: str = "", *, limit: int = 20_000) -> Iterator[ObjectVersion]:
        """Versions of the objects whose keys begin with `prefix`, of each key the newest first, `limit` at most."""
        after: dict[str, str] = {}
        given = 0
        while given < limit:
            query = {"versions": "", "prefix": prefix, "max-keys": "1000", **after}
            page = _xml(self._read("GET", "", query))
            for entry in page:
                if entry.tag not in ("Version", "DeleteMarker"):
                    continue
                given += 1
                yield ObjectVersion(
                    key=_text(entry, "Key"),
                    version=_text(entry, "VersionId"),
                    latest=_text(entry, "IsLatest") == "true",
                    deleted=entry.tag == "DeleteMarker",
                    modified=_text(entry, "LastModified"),
                    size=int(_text(entry, "Size") or 0),
                )
            if _text(page, "IsTruncated") != "true":
                return
            following = {
                "key-marker": _text(page, "NextKeyMarker"),
                "version-id-marker": _text(page, "NextVersionIdMarker"),
            }
            if following == after:
                raise OutsideError(f"Object storage lists the same page of {self.bucket} again and again.")
            after = {name: value for name, value in following.items() if value}

    def _read(self, method: str, key: str, query: Mapping[str, str]) -> Response:
        answer = send_safely(
            lambda: self._request(method, key, query, _EMPTY, {}), timeout=self.timeout, pause=self.pause
        )
        self._look_at_clock(answer)
        self._check(method, key, answer)
        return answer

    def _send(
        self, method: str, key: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]
    ) -> Response:
        method, url, signed, data = self._request(method, key, query, body, headers)
        answer = send(method, url, headers=signed, body=data, timeout=self.timeout)
        self._look_at_clock(answer)
        return answer

    def _request(
        self, method: str, key: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]
    ) -> tuple[str, str, dict[str, str], bytes | None]:
        url = f"{self._root}/{quote(key, safe='-_.~/')}"
        signed = signed_headers(
            method,
            url,
            query=query,
            headers=headers,
            body=body,
            access_key=self.credential.access_key,
            secret_key=self.credential.secret_key,
            region=self.region,
        )
        asked = canonical_query(query)
        return method, f"{url}?{asked}" if asked else url, signed, body if method == "PUT" else None

    def _look_at_clock(self, answer: Response) -> None:
        try:
            told = parsedate_to_datetime(answer.headers["date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
        self.skew = told - time.time()

    def _check(self, method: str, key: str, answer: Response) -> None:
        if 200 <= answer.status < 300:
            return
        code = why = ""
        if answer.body.strip():
            try:
                document = _xml(answer)
                code, why = _text(document, "Code"), _text(document, "Message")
            except OutsideError:
                why = "no reason given"
        what = f"{method} s3://{self.bucket}/{key}"
        message = (
            f"{what}: HTTP {answer.status} {clean(code, limit=60)}: {clean(why or 'no reason given').rstrip('.')}."
        )
        if answer.status >= 500 and method != "GET":
            raise NoAnswerError(message)
        raise StorageError(message, status=answer.status, code=code)


def _xml(answer: Response) -> ElementTree.Element:
    """The document, tags without their namespace. A document type is refused: entities could grow without end."""
    if b"<!DOCTYPE" in answer.body[:4096].upper():
        raise OutsideError("Object storage answers with an XML document type, which we do not read.")
    try:
        root = ElementTree.fromstring(answer.body)  # noqa: S314 - no document type, so no entities
    except ElementTree.ParseError:
        raise OutsideError("Object storage does not answer with XML. Is its address right?") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _text(element: ElementTree.Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
