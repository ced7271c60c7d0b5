"""One HTTP request: no redirects (a signature holds for one address only), no plain text beyond this machine."""

from __future__ import annotations

import http.client
import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from andamio.state.errors import NoAnswerError, OutsideError, SettingError, clean

__all__ = ["PAUSE", "TIMEOUT", "Response", "check_address", "is_loopback", "send", "send_safely"]

TIMEOUT = 30.0
"""Seconds until a request counts as unanswered."""

PAUSE = 0.5
"""Seconds before the first repetition; each further one waits twice as long."""

_ATTEMPTS = 4
_REPEATED = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""

    body: bytes


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """Gives every answer back as it is: neither raises for errors nor follows redirects."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        """Return the answer."""
        return response

    https_response = http_response


def is_loopback(url: str) -> bool:
    """Whether `url` names this machine: `localhost` or an address such as 127.0.0.1."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(url: str, setting: str) -> str:
    """Return `url` without a last `/`.

    Raises:
        SettingError: when it is no HTTP address, or is plain `http` to another machine: credentials would travel
            in clear text.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise SettingError(f'{setting} = "{clean(url)}" is not an address such as https://eu.api.ovh.com/1.0.')
    if parts.username or parts.password:
        raise SettingError(f"{setting} holds a user name or password; give credentials in their own variables.")
    if parts.scheme == "http" and not is_loopback(url):
        raise SettingError(
            f'{setting} = "{clean(url)}" is plain http: credentials would travel in clear text. Use https.'
        )
    return url.rstrip("/")


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = TIMEOUT,
) -> Response:
    """Send one request, once.

    Raises:
        NoAnswerError: when no complete answer came within `timeout` seconds.
    """
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)  # noqa: S310
    handlers: list[urllib.request.BaseHandler] = [_AnyStatus()]
    if is_loopback(url):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    where = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
    try:
        with opener.open(request, timeout=timeout) as answer:
            return Response(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=answer.read(),
            )
    except TimeoutError:
        raise NoAnswerError(f"{where} did not answer within {timeout:g} s.") from None
    except urllib.error.URLError as error:
        reason = error.reason
        if isinstance(reason, TimeoutError):
            raise NoAnswerError(f"{where} did not answer within {timeout:g} s.") from None
        raise NoAnswerError(f"{where} cannot be reached: {clean(reason)}.") from None
    except (http.client.HTTPException, OSError) as error:
        why = clean(error) or type(error).__name__
        raise NoAnswerError(f"{where} ended the connection without a whole answer: {why}.") from None


def send_safely(
    build: Callable[[], tuple[str, str, Mapping[str, str], bytes | None]],
    *,
    timeout: float = TIMEOUT,
    pause: float = PAUSE,
) -> Response:
    """Send a request that may be repeated without harm, up to four times while the other side is in trouble.

    `build` gives method, address, headers and body anew each time, because a signature holds the time.

    Raises:
        NoAnswerError: when the last attempt got no answer.
    """
    answer: Response | None = None
    failure: OutsideError | None = None
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        method, url, headers, body = build()
        try:
            answer, failure = send(method, url, headers=headers, body=body, timeout=timeout), None
        except NoAnswerError as error:
            answer, failure = None, error
            continue
        if answer.status not in _REPEATED:
            return answer
    if answer is None:
        raise failure or NoAnswerError("no answer")
    return answer
