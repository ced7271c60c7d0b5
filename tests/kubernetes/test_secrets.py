"""Secrets out of the key store."""

from __future__ import annotations

import pytest

from andamio.contract.secrets import SecretLink
from andamio.kubernetes.secrets import ExternalSecret, RegistryPullSecret, secrets_of, workload_secrets
from andamio.model import Cache, ManualSecret, Migration, Postgres

from .shop import service, view

LINK = SecretLink(path="services/orders/cache", keys=("host", "password"))


def secret() -> dict[str, object]:
    return ExternalSecret(name="cache", namespace="orders", link=LINK, refresh=300).body["spec"]


def test_every_key_is_asked_for_by_name() -> None:
    asked = [(item["secretKey"], item["remoteRef"]["key"], item["remoteRef"]["property"]) for item in secret()["data"]]
    assert asked == [(key, "services/orders/cache", key) for key in ("host", "password")]
    assert "dataFrom" not in secret()


def test_a_secret_outlives_an_outage_of_the_store() -> None:
    assert secret()["target"] == {"name": "cache", "creationPolicy": "Owner", "deletionPolicy": "Retain"}


def test_services_read_the_services_store() -> None:
    assert secret()["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "key-store"}


def test_the_pull_secret_is_one_that_the_kubelet_understands() -> None:
    spec = RegistryPullSecret(namespace="orders", refresh=300).body["spec"]
    template = spec["target"]["template"]
    assert template["type"] == "kubernetes.io/dockerconfigjson"
    assert set(template["data"]) == {".dockerconfigjson"}
    assert {item["secretKey"] for item in spec["data"]} == {"host", "username", "password"}


def test_the_refresh_of_the_service_holds_for_all_its_secrets() -> None:
    declared = view(service(cache=Cache(), secret_refresh=120)).service
    assert {body.body["spec"]["refreshInterval"] for body in secrets_of(declared)} == {"2m0s"}


@pytest.mark.parametrize("migrates", [True, False])
def test_the_workload_never_sees_the_owners_credential(migrates: bool) -> None:
    declared = service(
        database=Postgres(),
        migration=Migration(command=("up",)) if migrates else None,
        secrets=(ManualSecret(name="stripe", keys=("key",), instructions="From the payment provider's console."),),
    )
    assert workload_secrets(declared) == ("database", "stripe")
