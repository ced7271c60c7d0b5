"""Certificates that TLS itself takes and refuses."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from andamio.sandbox.cloud.certificates import Certificate, authority, certificate


def test_tls_trusts_what_the_authority_signed(tmp_path: Path) -> None:
    ca = authority("seed", "authority")
    assert _handshake(tmp_path, certificate("seed", "server", by=ca, hosts=("localhost",)), ca) == "server"


def test_a_certificate_that_is_its_own_authority_serves_localhost(tmp_path: Path) -> None:
    own = authority("seed", "localhost")
    assert _handshake(tmp_path, own, own) == "localhost"


def test_tls_refuses_another_authority_and_another_host(tmp_path: Path) -> None:
    ca, other = authority("seed", "authority"), authority("seed", "somebody else")
    server = certificate("seed", "server", by=ca, hosts=("localhost",))
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(tmp_path, server, other)
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(tmp_path, certificate("seed", "elsewhere", by=ca, hosts=("example.com",)), ca)


def test_the_same_seed_makes_the_same_certificate() -> None:
    ca = authority("seed", "authority")
    assert certificate("a", "server", by=ca).der == certificate("a", "server", by=ca).der
    assert certificate("a", "server", by=ca).der != certificate("b", "server", by=ca).der
    assert authority("a", "authority").key_pem != authority("b", "authority").key_pem


def _handshake(folder: Path, server: Certificate, trusted: Certificate) -> str:
    """Shake hands in memory; returns the common name that the client saw."""
    chain = folder / "chain.pem"
    chain.write_text(server.key_pem + server.pem, encoding="utf-8")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)
    asking = ssl.create_default_context(cadata=trusted.pem)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        asking.wrap_bio(to_client, to_server, server_hostname="localhost"),
        serving.wrap_bio(to_server, to_client, server_side=True),
    )
    done: set[int] = set()
    for _ in range(10):
        for index, end in enumerate(ends):
            if index not in done:
                try:
                    end.do_handshake()
                    done.add(index)
                except ssl.SSLWantReadError:
                    continue
    assert done == {0, 1}
    subject = dict(part[0] for part in ends[0].getpeercert()["subject"])
    return str(subject["commonName"])
