"""The Service in front of a service's pods."""

from __future__ import annotations

import pytest

from andamio.model import Http

from .shop import built, find, names, service


@pytest.mark.parametrize(("protocol", "told"), [("http", "http"), ("h2c", "kubernetes.io/h2c"), ("grpc", "grpc")])
def test_the_service_listens_on_80_and_tells_the_protocol(protocol: str, told: str) -> None:
    spec = find(built(service(http=Http(port=8081, protocol=protocol))), "Service")["spec"]
    assert spec["ports"] == [{"name": "http", "port": 80, "targetPort": 8081, "appProtocol": told}]
    assert spec["selector"] == {"app.kubernetes.io/name": "orders"}


def test_a_worker_has_no_address() -> None:
    assert names(built(service()), "Service") == set()
