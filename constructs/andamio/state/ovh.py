"""OVHcloud's API: credentials from the environment, signed requests, errors in words.

Sources: the client that OVHcloud's Terraform provider uses (go-ovh): variables, endpoints, signature version 1 of
application keys, OAuth2 client credentials, "two methods at once is an error", "OAuth2 takes no custom endpoint".
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from andamio.checks.finding import did_you_mean
from andamio.state.errors import NoAnswerError, OutsideError, SettingError, clean
from andamio.state.http import PAUSE, TIMEOUT, Response, check_address, is_loopback, send, send_safely
from andamio.state.secret import Secret

__all__ = ["ENDPOINTS", "Access", "ApiError", "OvhApi", "path"]

ENDPOINTS: Mapping[str, tuple[str, str]] = {
    "ovh-eu": ("https://eu.api.ovh.com/1.0", "https://www.ovh.com/auth/oauth2/token"),
    "ovh-ca": ("https://ca.api.ovh.com/1.0", "https://ca.ovh.com/auth/oauth2/token"),
    "ovh-us": ("https://api.us.ovhcloud.com/1.0", "https://us.ovhcloud.com/auth/oauth2/token"),
}
"""Name of an endpoint → address of its API, and where it gives out OAuth2 tokens."""

_METHODS: Mapping[str, tuple[str, ...]] = {
    "application key": ("OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY"),
    "OAuth2 client": ("OVH_CLIENT_ID", "OVH_CLIENT_SECRET"),
    "access token": ("OVH_ACCESS_TOKEN",),
}


class ApiError(OutsideError):
    """The API answered with an error."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Access:
    """Where the API is, and by which credentials we may use it."""

    endpoint: str
    """Its address, without a last `/`."""

    token_address: str
    """Where OAuth2 tokens are given out; empty for an endpoint of one's own."""

    method: str
    """`application key`, `OAuth2 client` or `access token`."""

    values: Mapping[str, Secret]
    """The variables of that method."""

    @property
    def sandbox(self) -> bool:
        """Whether the API is on this machine, so never OVHcloud's own."""
        return is_loopback(self.endpoint)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Access:
        """The access that the variables of `environment` (default: of this process) give.

        Raises:
            SettingError: when none, a part, or more than one method is set, or the endpoint is not known.
        """
        found = os.environ if environment is None else environment
        endpoint, tokens = _endpoint(found.get("OVH_ENDPOINT", "").strip() or "ovh-eu")
        method = _method(found)
        if method == "OAuth2 client" and not tokens:
            raise SettingError(
                f"OVH_ENDPOINT is {endpoint} and OVH_CLIENT_ID is set: OAuth2 works with {_named()} only. "
                "Use an application key or OVH_ACCESS_TOKEN with an endpoint of your own."
            )
        values = {name: Secret(found[name].strip()) for name in _METHODS[method]}
        return cls(endpoint=endpoint, token_address=tokens, method=method, values=values)


def _named() -> str:
    return ", ".join(ENDPOINTS)


def _endpoint(given: str) -> tuple[str, str]:
    if given in ENDPOINTS:
        return ENDPOINTS[given]
    if "://" in given:
        return check_address(given, "OVH_ENDPOINT"), ""
    hint = did_you_mean(given, ENDPOINTS)
    raise SettingError(
        f'OVH_ENDPOINT = "{clean(given)}" is not known. {hint + " " if hint else ""}Use {_named()} or an address.'
    )


def _method(found: Mapping[str, str]) -> str:
    given = {method: [name for name in names if found.get(name, "").strip()] for method, names in _METHODS.items()}
    used = [method for method, names in given.items() if names]
    if not used:
        choices = "; ".join(f"{' + '.join(names)} ({method})" for method, names in _METHODS.items())
        raise SettingError(f"No credentials for OVHcloud's API. Set one of these in the environment: {choices}.")
    if len(used) > 1:
        both = " and ".join(f"{given[method][0]} ({method})" for method in used)
        raise SettingError(
            f"Two kinds of credentials for OVHcloud's API are set at once: {both}. Unset all but one kind."
        )
    missing = [name for name in _METHODS[used[0]] if name not in given[used[0]]]
    if missing:
        raise SettingError(
            f"Credentials for OVHcloud's API are incomplete: {', '.join(given[used[0]])} is set, "
            f"{' and '.join(missing)} is not."
        )
    return used[0]


def path(*parts: str, **query: str | int) -> str:
    """A path of the API with each part quoted: `path("cloud", "project", id)`."""
    text = "".join(f"/{quote(str(part), safe='')}" for part in parts)
    return f"{text}?{urlencode(query)}" if query else text


class OvhApi:
    """Calls the API. Reads are repeated while it is in trouble; a write is sent once."""

    def __init__(self, access: Access, *, timeout: float = TIMEOUT, pause: float = PAUSE) -> None:
        self.access = access
        self.timeout = timeout
        self.pause = pause
        self._ahead: int | None = None
        self._token: Secret | None = None

    def get(self, where: str) -> Any:
        """What lies at the path `where`.

        Raises:
            ApiError: with the status, when the API refuses.
            NoAnswerError: when it does not answer.
        """
        self._prepare()
        answer = send_safely(
            lambda: ("GET", self.access.endpoint + where, self._headers("GET", where, b""), None),
            timeout=self.timeout,
            pause=self.pause,
        )
        return self._read("GET", where, answer)

    def find(self, where: str) -> Any:
        """As `get`, but None where the API says that there is no such thing."""
        try:
            return self.get(where)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def post(self, where: str, body: Any = None) -> Any:
        """Create; raises as `get`, and `NoAnswerError` also for an error of the server's own (5xx)."""
        return self._write("POST", where, body)

    def put(self, where: str, body: Any = None) -> Any:
        """Change; raises as `post`."""
        return self._write("PUT", where, body)

    def _write(self, method: str, where: str, body: Any) -> Any:
        self._prepare()
        data = b"" if body is None else json.dumps(body).encode()
        headers = self._headers(method, where, data)
        answer = send(method, self.access.endpoint + where, headers=headers, body=data, timeout=self.timeout)
        if answer.status >= 500:
            # A gateway may have given up on a request that was then carried out.
            raise NoAnswerError(str(self._error(method, where, answer)))
        return self._read(method, where, answer)

    def _prepare(self) -> None:
        """What has to be asked before a request can be signed: the API's clock, or a token."""
        method = self.access.method
        if method == "application key" and self._ahead is None:
            answer = send_safely(
                lambda: ("GET", f"{self.access.endpoint}/auth/time", {"Accept": "application/json"}, None),
                timeout=self.timeout,
                pause=self.pause,
            )
            told = self._read("GET", "/auth/time", answer)
            if not isinstance(told, int) or isinstance(told, bool):
                raise OutsideError(f"{self.access.endpoint}/auth/time does not give a time. Is OVH_ENDPOINT right?")
            self._ahead = told - int(time.time())
        if method == "OAuth2 client" and self._token is None:
            self._token = self._fetch_token()

    def _fetch_token(self) -> Secret:
        form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": self.access.values["OVH_CLIENT_ID"].reveal(),
                "client_secret": self.access.values["OVH_CLIENT_SECRET"].reveal(),
                "scope": "all",
            }
        ).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = send_safely(
            lambda: ("POST", self.access.token_address, headers, form), timeout=self.timeout, pause=self.pause
        )
        if answer.status != 200:
            raise ApiError(
                f"OVHcloud refuses the OAuth2 client (HTTP {answer.status}). Check OVH_CLIENT_ID, OVH_CLIENT_SECRET "
                "and OVH_ENDPOINT.",
                status=answer.status,
            )
        token = _json(answer).get("access_token") if isinstance(_json(answer), dict) else None
        if not isinstance(token, str) or not token:
            raise OutsideError(f"{self.access.token_address} gave no access token.")
        return Secret(token)

    def _headers(self, method: str, where: str, body: bytes) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if method != "GET":
            headers["Content-Type"] = "application/json"
        values = self.access.values
        if self.access.method == "application key":
            moment = str(int(time.time()) + (self._ahead or 0))
            signed = "+".join(
                (
                    values["OVH_APPLICATION_SECRET"].reveal(),
                    values["OVH_CONSUMER_KEY"].reveal(),
                    method,
                    self.access.endpoint + where,
                    body.decode(),
                    moment,
                )
            )
            headers["X-Ovh-Application"] = values["OVH_APPLICATION_KEY"].reveal()
            headers["X-Ovh-Consumer"] = values["OVH_CONSUMER_KEY"].reveal()
            headers["X-Ovh-Timestamp"] = moment
            # The API's own scheme: SHA-1 over the secret and the request.
            headers["X-Ovh-Signature"] = "$1$" + hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324
        else:
            token = self._token or values["OVH_ACCESS_TOKEN"]
            headers["Authorization"] = f"Bearer {token.reveal()}"
        return headers

    def _read(self, method: str, where: str, answer: Response) -> Any:
        if answer.status >= 400:
            raise self._error(method, where, answer)
        if not 200 <= answer.status < 300:
            raise OutsideError(
                f"{method} {self._shown(where)} answers HTTP {answer.status}. Is OVH_ENDPOINT the address of the API?"
            )
        return _json(answer, what=f"{method} {self._shown(where)}") if answer.body.strip() else None

    def _error(self, method: str, where: str, answer: Response) -> ApiError:
        try:
            told = json.loads(answer.body)
            why = clean(told["message"])
        except (ValueError, KeyError, TypeError):
            why = "no reason given"
        query = answer.headers.get("x-ovh-queryid", "")
        support = f" (query id {clean(query, limit=80)})" if query else ""
        hint = ""
        if answer.status == 401:
            hint = f" Check the {self.access.method}'s variables and OVH_ENDPOINT."
        elif answer.status == 403:
            hint = f" The {self.access.method} may not do this: give it the right, or use another."
        elif answer.status in (429, 500, 502, 503, 504):
            hint = " Run the command again later: it goes on where it stopped."
        return ApiError(
            f"{method} {self._shown(where)}: HTTP {answer.status}: {why.rstrip('.')}{support}.{hint}",
            status=answer.status,
        )

    def _shown(self, where: str) -> str:
        return clean(self.access.endpoint + where.split("?", maxsplit=1)[0])


def _json(answer: Response, *, what: str = "the API") -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        raise OutsideError(f"{what} does not answer with JSON. Is OVH_ENDPOINT the address of the API?") from None
