"""X.509 certificates on the curve P-256, made from a seed: the same seed gives the same key and certificate.

Enough for a plugin's handshake on loopback and for the certificates that the imitated cloud hands out. Made from a
seed, such a key is no secret: nothing outside the sandbox may trust one.

Sources: SEC 1 (encodings, ECDSA), SEC 2 (the curve), RFC 5280 (certificates).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

__all__ = ["Certificate", "authority", "certificate"]

_P: Final = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_Point = tuple[int, int]

_EC_KEY, _P256 = "1.2.840.10045.2.1", "1.2.840.10045.3.1.7"
_ECDSA_SHA256, _COMMON_NAME, _ALTERNATIVE_NAME = "1.2.840.10045.4.3.2", "2.5.4.3", "2.5.29.17"
_BASIC_CONSTRAINTS = "2.5.29.19"
_FROM, _UNTIL = b"260101000000Z", b"451231235959Z"


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate with its key."""

    name: str
    secret: int
    der: bytes

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return _pem("CERTIFICATE", self.der)

    @property
    def key_pem(self) -> str:
        """The private key as PEM (SEC 1)."""
        point = _encoded(_public(self.secret))
        body = _sequence(_integer(1), _tag(4, self.secret.to_bytes(32, "big")), _tag(0xA0, _oid(_P256)))
        body = _sequence(body[_header(body) :], _tag(0xA1, _bits(point)))
        return _pem("EC PRIVATE KEY", body)


@cache
def authority(seed: str, name: str) -> Certificate:
    """A certificate that is its own authority, good for `localhost` too."""
    secret = _scalar(f"{seed}|{name}|key")
    return Certificate(name=name, secret=secret, der=_signed(seed, name, name, secret, secret, ("localhost",), True))


@cache
def certificate(seed: str, name: str, *, by: Certificate, hosts: tuple[str, ...] = ()) -> Certificate:
    """A certificate for `name` and its host names, signed by the authority `by`."""
    secret = _scalar(f"{seed}|{name}|key")
    return Certificate(name=name, secret=secret, der=_signed(seed, name, by.name, secret, by.secret, hosts, False))


def _signed(seed: str, name: str, issuer: str, secret: int, by: int, hosts: tuple[str, ...], own: bool) -> bytes:
    algorithm = _sequence(_oid(_ECDSA_SHA256))
    key = _sequence(_sequence(_oid(_EC_KEY), _oid(_P256)), _bits(_encoded(_public(secret))))
    extensions = _sequence(_oid(_BASIC_CONSTRAINTS), _tag(1, b"\xff"), _tag(4, _sequence(*([_tag(1, b"\xff")] * own))))
    if hosts:
        names = _sequence(*(_tag(0x82, host.encode()) for host in hosts))
        extensions += _sequence(_oid(_ALTERNATIVE_NAME), _tag(4, names))
    body = _sequence(
        _tag(0xA0, _integer(2)),
        _integer(_scalar(f"{seed}|{name}|serial") >> 130),
        algorithm,
        _named(issuer),
        _sequence(_tag(0x17, _FROM), _tag(0x17, _UNTIL)),
        _named(name),
        key,
        _tag(0xA3, _sequence(extensions)),
    )
    return _sequence(body, algorithm, _bits(_sign(by, body)))


def _sign(secret: int, body: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(body).digest(), "big")
    nonce = _scalar(f"{secret}|{digest}")
    point = _public(nonce)
    first = point[0] % _N
    second = pow(nonce, -1, _N) * (digest + first * secret) % _N
    return _sequence(_integer(first), _integer(second))


def _scalar(seed: str) -> int:
    return int.from_bytes(hashlib.sha512(seed.encode()).digest(), "big") % (_N - 1) + 1


def _plus(one: _Point | None, other: _Point | None) -> _Point | None:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % _P == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, _P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P)
    across = (slope * slope - one[0] - other[0]) % _P
    return across, (slope * (one[0] - across) - one[1]) % _P


def _public(secret: int) -> _Point:
    """The point of a number from 1 to the order of the curve; those alone are not at infinity."""
    result: _Point | None = None
    power: _Point | None = _G
    while secret:
        if secret & 1:
            result = _plus(result, power)
        power = _plus(power, power)
        secret >>= 1
    if result is None:
        raise ValueError("no number of a key")
    return result


def _encoded(point: _Point) -> bytes:
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _tag(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _header(encoded: bytes) -> int:
    return 2 if encoded[1] < 0x80 else 2 + (encoded[1] & 0x7F)


def _sequence(*parts: bytes) -> bytes:
    return _tag(0x30, b"".join(parts))


def _integer(value: int) -> bytes:
    return _tag(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _bits(body: bytes) -> bytes:
    return _tag(3, b"\0" + body)


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        body += bytes(reversed(groups))
    return _tag(6, body)


def _named(name: str) -> bytes:
    return _sequence(_tag(0x31, _sequence(_oid(_COMMON_NAME), _tag(0x0C, name.encode()))))


def _pem(kind: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])
