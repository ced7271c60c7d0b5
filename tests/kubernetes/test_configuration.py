"""The ConfigMap of a service."""

from __future__ import annotations

from andamio.kubernetes.configuration import CHECKSUM, checksum
from andamio.model import Pool, Postgres

from .shop import built, find, pod, service


def test_a_change_of_configuration_rolls_the_pods_and_its_order_does_not() -> None:
    def stamp(**config: str) -> str:
        return str(
            find(built(service(config=config)), "Deployment")["spec"]["template"]["metadata"]["annotations"][CHECKSUM]
        )

    assert stamp(A="1", B="2") == stamp(B="2", A="1") != stamp(A="1", B="3")
    assert stamp(A="1") == checksum({"A": "1"})


def test_configuration_comes_as_environment_variables_with_the_size_of_the_pool() -> None:
    declared = service(config={"LOG": "info"}, database=Postgres(pool=Pool(client_connections=7)))
    found = built(declared)
    assert find(found, "ConfigMap")["data"] == {"LOG": "info", "DATABASE_POOL_SIZE": "7"}
    assert pod(find(found, "Deployment"))["containers"][0]["envFrom"] == [{"configMapRef": {"name": "orders"}}]
