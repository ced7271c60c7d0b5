"""AWS Signature Version 4, as S3 wants it: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from andamio.state.secret import Secret

__all__ = ["signed_headers"]


def signed_headers(
    method: str,
    url: str,
    *,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    access_key: str,
    secret_key: Secret,
    region: str,
    now: datetime | None = None,
) -> dict[str, str]:
    """`headers` with those that sign the request; `url` has no query, `query` holds it unquoted.

    The address's path has to be quoted already. `now` is the moment of signing; default: this one.
    """
    moment = (now or datetime.now(tz=UTC)).strftime("%Y%m%dT%H%M%SZ")
    hashed = hashlib.sha256(body).hexdigest()
    parts = urlsplit(url)
    signed = {name.lower(): value.strip() for name, value in headers.items()}
    signed |= {"host": parts.netloc, "x-amz-content-sha256": hashed, "x-amz-date": moment}
    names = ";".join(sorted(signed))
    request = "\n".join(
        (
            method,
            parts.path or "/",
            canonical_query(query),
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            names,
            hashed,
        )
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret_key.reveal()}".encode()
    for part in (moment[:8], region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    sent = {name: value for name, value in signed.items() if name != "host"}
    sent["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return sent


def canonical_query(query: Mapping[str, str]) -> str:
    """The query as it is signed and as it is sent: sorted, quoted."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))
