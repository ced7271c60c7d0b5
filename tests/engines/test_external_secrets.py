"""External Secrets itself brings what Terraform made into every namespace, and loses nothing when something fails.

Credentials are made by Terraform against the imitated cloud, served by its key store, and read by the real operator
through `dist/k8s/dev` as it is: only the key store's address is another.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from andamio.contract.platform import Platform
from andamio.contract.secrets import service_links
from andamio.engines.external_secrets import NEEDED as OPERATOR
from andamio.engines.external_secrets import ExternalSecrets
from andamio.sandbox.key_store import KeyStore
from andamio.sandbox.key_store.answers import answer
from andamio.sandbox.models.keys import SECRET, write_secret
from andamio.sandbox.operators.reloader import Reloader
from tests.engines.cluster import NEEDED, control_plane, prepared, read, until
from tests.engines.deployment import Deployment
from tests.engines.needs import need
from tests.engines.secrets_chain import (
    Chain,
    all_secrets,
    events,
    manual,
    mounted,
    reader,
    ready,
    reasons,
    rewritten,
    server_of,
    soon,
    templates,
)

SERVICES = "andamio.dev/service=true"
STACKS = ("dev-keys", "dev-data", "dev-gitops")
TOKEN = "platform/key-store-token"  # noqa: S105 - a path


@pytest.fixture(scope="module")
def chain(
    project: Path, tienda: Platform, deployed: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chain]:
    need(*NEEDED, *OPERATOR)
    environment = tienda.views["dev"].environment
    with (
        deployed.branch(tmp_path_factory.mktemp("secrets"), *STACKS) as deployment,
        KeyStore(deployment.cloud.path, folder=tmp_path_factory.mktemp("key-store")) as server,
        control_plane(environment) as plane,
    ):
        cluster = prepared(environment, project / "dist" / "k8s" / "dev", plane)
        before = server_of(cluster, "key-store")
        after = f"{server.url}/api/{deployment.platform.outputs['dev'].key_store_id}"
        cluster.written = [
            replace(one, text=one.text.replace(before, after)) if one.kind == "ClusterSecretStore" else one
            for one in cluster.written
        ]
        cluster.answers = cluster.apply()
        assert not [one.message for one in cluster.answers.values() if not one.ok]
        found = Chain(deployment, server, cluster, Reloader(cluster.client, namespaces=SERVICES))
        found.give_token()
        with ExternalSecrets(plane, looks_at_stores=5):
            yield found


@pytest.fixture
def whole(chain: Chain) -> Chain:
    """Everything arrived before the test."""
    chain.write_manual()
    chain.heal()
    chain.reloader.look()
    return chain


def test_what_terraform_wrote_arrives_and_what_people_have_to_write_is_named(chain: Chain) -> None:
    by_hand = {
        f"{service.name}/{name}"
        for service in chain.deployment.platform.views["dev"].services
        for name, link in service_links(service)
        if link.writer == "person"
    }
    assert by_hand
    assert soon(lambda: chain.store_is_ready() and chain.not_ready() == by_hand), reasons(chain)
    for name in by_hand:
        condition = next(one for one in chain.external()[name]["status"]["conditions"] if one["type"] == "Ready")
        assert condition["reason"] == "SecretSyncedError"
        assert chain.secret(*name.split("/")) == {}
    chain.write_manual()
    chain.ask(*by_hand)
    assert soon(lambda: not chain.not_ready()), reasons(chain)


def test_every_workload_finds_the_secrets_and_keys_that_it_mounts(whole: Chain) -> None:
    found_mounts = list(mounted(whole.cluster))
    assert len(found_mounts) > 30
    missing = [
        (where, name, key)
        for where, namespace, name, keys in found_mounts
        for key in keys or ("",)
        if key not in (found := whole.secret(namespace, name)) and not (key == "" and found)
    ]
    assert missing == []


def test_values_are_those_of_the_key_store(whole: Chain) -> None:
    for one in whole.cluster.of_kind("ExternalSecret"):
        if "template" not in one.body["spec"]["target"]:
            found = whole.secret(one.namespace, one.name)
            for item in one.body["spec"]["data"]:
                wanted = whole.stored(item["remoteRef"]["key"])[item["remoteRef"]["property"]]
                assert found[item["secretKey"]] == wanted
                assert wanted


def test_the_pull_account_and_the_administrator_have_the_form_that_their_readers_take(whole: Chain) -> None:
    account = whole.stored("platform/registry-pull")
    pull = whole.get("Secret", "orders", "registry-pull", "v1")
    assert pull["type"] == "kubernetes.io/dockerconfigjson"
    (host,) = (content := json.loads(whole.secret("orders", "registry-pull")[".dockerconfigjson"])["auths"])
    assert host == account["host"]
    assert base64.b64decode(content[host]["auth"]).decode() == f"{account['username']}:{account['password']}"
    admin = whole.stored("admin/postgres")
    service = whole.secret("database-grants", "admin-postgres")
    assert f"password={admin['password']}\n" in service["pg_service.conf"]
    assert service["ca"].strip() == admin["ca"].strip()


def test_the_operator_rewrites_nothing_that_dist_says(whole: Chain) -> None:
    """Else Argo CD would call it out of sync: the generation counts changes of what is declared."""
    kinds = ("ExternalSecret", "ClusterSecretStore")
    before = {name: one["metadata"]["generation"] for name, one in whole.external().items()}
    assert {name: found for name, one in whole.external().items() if (found := rewritten(one))} == {}
    whole.cluster.written, every = [one for one in whole.cluster.written if one.kind in kinds], whole.cluster.written
    try:
        assert whole.cluster.changed_by_applying_again() == []
    finally:
        whole.cluster.written = every
    assert {name: one["metadata"]["generation"] for name, one in whole.external().items()} == before


def test_a_credential_that_terraform_makes_anew_arrives_and_restarts_its_workload_alone(whole: Chain) -> None:
    assert until(lambda: not whole.cluster.unsettled())
    before, running = whole.secret("orders", "events"), templates(whole)
    workspace = whole.deployment.workspace
    workspace.apply("dev-data", "-replace=ovh_cloud_project_database_user.orders-events")
    assert workspace.plan("dev-data").empty
    whole.ask("orders/events")
    assert soon(lambda: whole.secret("orders", "events") != before), reasons(whole)
    after = whole.secret("orders", "events")
    assert after == whole.stored("services/orders/events")
    assert (after["certificate"], after["key"]) != (before["certificate"], before["key"])
    restarts = whole.reloader.look()
    assert [(one.kind, one.namespace, one.name, one.secrets) for one in restarts] == [
        ("Deployment", "orders", "orders", ("events",))
    ]
    assert whole.reloader.look() == ()
    assert until(lambda: not whole.cluster.unsettled()), whole.cluster.unsettled()
    assert {name for name, one in templates(whole).items() if one != running[name]} == {"orders/orders"}


def test_what_a_person_changes_arrives_and_restarts_its_workload(whole: Chain) -> None:
    values = dict.fromkeys(whole.secret("notifications", "smtp"), "rotated")
    write_secret(whole.cloud, whole.store, "services/notifications/manual/smtp", values)
    whole.ask("notifications/smtp")
    assert soon(lambda: whole.secret("notifications", "smtp") == values)
    assert [one.name for one in whole.reloader.look()] == ["notifications"]


def test_a_killed_key_store_takes_no_secret_and_a_restarted_one_is_used_again(whole: Chain) -> None:
    before = all_secrets(whole)
    whole.server.stop()
    try:
        whole.ask("orders/database", "database-grants/admin-postgres")
        assert soon(lambda: whole.not_ready() >= {"orders/database", "database-grants/admin-postgres"})
        assert all_secrets(whole) == before
    finally:
        whole.server.start()
    whole.heal()
    assert all_secrets(whole) == before
    assert whole.reloader.look() == ()


def test_a_secret_that_vanished_from_the_key_store_stays_in_the_cluster(whole: Chain) -> None:
    before = all_secrets(whole)
    lost = whole.stored("services/orders/database")
    kept = whole.cloud.get(SECRET, f"{whole.store}/services/orders/database")
    assert kept is not None
    whole.cloud.remove(SECRET, f"{whole.store}/services/orders/database")
    whole.ask("orders/database", "orders/events")
    assert soon(lambda: whole.not_ready() == {"orders/database"}), reasons(whole)
    assert all_secrets(whole) == before
    whole.deployment.workspace.apply("dev-data")  # Terraform writes what is missing again
    whole.heal()
    assert whole.stored("services/orders/database") == lost
    assert all_secrets(whole) == before


@pytest.mark.parametrize("values", [{}, {"username": "x"}])
def test_a_secret_without_its_keys_empties_nothing(whole: Chain, values: dict[str, Any]) -> None:
    path = "services/notifications/manual/smtp"
    before, kept = whole.secret("notifications", "smtp"), whole.stored(path)
    write_secret(whole.cloud, whole.store, path, values)
    try:
        whole.ask("notifications/smtp")
        assert soon(lambda: whole.not_ready() == {"notifications/smtp"}), reasons(whole)
        assert whole.secret("notifications", "smtp") == before
    finally:
        write_secret(whole.cloud, whole.store, path, kept)
    whole.heal()


def test_a_null_and_an_empty_text_are_values_and_arrive_as_nothing(whole: Chain) -> None:
    """The operator's own reading, so `docs/secrets.md` warns of it."""
    write_secret(whole.cloud, whole.store, "services/notifications/manual/smtp", {"username": None, "password": ""})
    whole.ask("notifications/smtp")
    assert soon(lambda: whole.secret("notifications", "smtp") == {"username": "", "password": ""})
    assert "notifications/smtp" not in whole.not_ready()


def test_a_revoked_token_takes_no_secret_and_the_documented_rotation_brings_another(whole: Chain) -> None:
    before = all_secrets(whole)
    (token,) = (
        one
        for one in whole.cloud.find("ovh_me_identity_user_token")
        if one.body["token"] == whole.stored(TOKEN)["token"]
    )
    whole.cloud.remove(token.kind, token.id)
    assert soon(lambda: not whole.store_is_ready())
    whole.ask()
    assert soon(lambda: whole.not_ready() == set(whole.external()))
    assert all_secrets(whole) == before
    for stack in ("dev-keys", "dev-gitops"):
        whole.deployment.workspace.apply(stack)
    whole.give_token()
    assert whole.stored(TOKEN)["token"] != token.body["token"]
    whole.heal()
    assert all_secrets(whole) == before


@pytest.mark.parametrize(
    ("namespace", "store", "path"),
    [
        ("default", "key-store", "services/orders/database"),
        ("argocd", "key-store", "services/orders/database"),
        ("orders", "key-store-admin", "admin/postgres"),
        ("cert-manager", "key-store-admin", "admin/postgres"),
    ],
)
def test_the_stores_alone_give_nothing_to_a_namespace_outside_their_conditions(
    whole: Chain, namespace: str, store: str, path: str
) -> None:
    client = whole.cluster.client
    item = reader(namespace, store, path)
    refused = client.create(item)
    assert refused.status == 403
    bindings = whole.cluster.of_kind("ValidatingAdmissionPolicyBinding")
    for one in bindings:
        assert client.delete(one.body).ok
    try:
        client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        assert soon(lambda: client.create(item).status in (201, 409))
        assert soon(lambda: ready(whole.get("ExternalSecret", namespace, "thief")) == "False")
        assert soon(lambda: f'using cluster store "{store}" is not allowed' in events(whole, namespace))
        assert whole.secret(namespace, "thief") == {}
    finally:
        for one in bindings:
            assert client.apply(one.body, text=one.text).ok
        # What was there before its policy can still go, though External Secrets has to take its finalizer off.
        assert soon(lambda: client.create(item).status == 403)
        client.delete(item)
        assert soon(lambda: f"{namespace}/thief" not in whole.external())


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_every_secret_is_in_the_key_store_of_its_environment_or_named_for_a_person(
    project: Path, deployed: Deployment, tmp_path: Path, environment: str
) -> None:
    """Asked with the token that the environment's stacks made, of that environment's key store."""
    cloud = deployed.cloud.copy(tmp_path / "cloud.sqlite")
    platform, store = deployed.platform, deployed.platform.outputs[environment].key_store_id
    try:
        token = json.loads((cloud.get(SECRET, f"{store}/{TOKEN}") or {})["version"]["data"])["token"]

        def ask(path: str, whose: str = store) -> Any:
            return answer(cloud, "GET", f"/api/{whose}/v1/secret/data/{path}", {"X-Vault-Token": token})

        wanted: dict[str, set[str]] = {}
        for one in read(project / "dist" / "k8s" / environment):
            if one.kind == "ExternalSecret":
                for item in one.body["spec"]["data"]:
                    reference = item["remoteRef"]
                    wanted.setdefault(reference["key"], set()).add(reference["property"])
        assert len(wanted) > 15
        by_hand = manual(platform, environment)
        missing = {path for path in wanted if ask(path).status == 404}
        assert missing == set(by_hand)
        for path, keys in by_hand.items():
            write_secret(cloud, store, path, dict.fromkeys(keys, "by hand"))
        lacking = {path: keys - set(ask(path).body["data"]["data"]) for path, keys in wanted.items()}
        assert {path: keys for path, keys in lacking.items() if keys} == {}
        others = [platform.shared_outputs.key_store_id] + [
            outputs.key_store_id for name, outputs in platform.outputs.items() if name != environment
        ]
        assert {ask("platform/registry-pull", other).status for other in others} == {403}
    finally:
        cloud.close()
