"""The grants of an environment."""

from __future__ import annotations

from typing import Any

from andamio.cdk8s import App
from andamio.contract.platform import EnvironmentView
from andamio.kubernetes.grants import grants_view
from andamio.model import NodePool, Postgres, Taint
from andamio.testing.schema import violations
from k8s.grants_chart import GrantsChart
from tests.kubernetes.shop import Body, environment, find, names, pod, service, shop

SHARED_CLUSTER = service("catalog", database=Postgres(placement="shared"))
DEDICATED = service("orders", database=Postgres(placement="dedicated", extensions=("citext",)))


def grants(view: EnvironmentView) -> list[Body]:
    return list(GrantsChart(App(), "database-grants", grants_view(view)).to_json())


def both(**more: Any) -> list[Body]:
    return grants(shop(SHARED_CLUSTER, DEDICATED, **more))


def test_every_object_is_valid_and_lies_in_the_grants_namespace() -> None:
    for body in both():
        assert violations(body, "1.35") == [], (body["kind"], body["metadata"]["name"])
        place = body["metadata"]["name" if body["kind"] == "Namespace" else "namespace"]
        assert place == "database-grants"


def test_each_cluster_has_a_job_with_the_sql_of_its_own_databases() -> None:
    found = both()
    assert names(found, "Job") == {"grants-postgres", "grants-postgres-orders"}
    sql = find(found, "ConfigMap", "grants-postgres-orders")["data"]["grants.sql"]
    assert 'ALTER DATABASE "orders" OWNER TO "orders_owner"' in sql
    assert 'CREATE EXTENSION IF NOT EXISTS "citext"' in sql
    assert "catalog" not in sql


def test_databases_are_granted_before_their_services_are_deployed() -> None:
    assert both(deployed=False) == both()


def test_only_the_admin_store_is_read_and_only_for_the_admin_credential() -> None:
    found = both()
    assert names(found, "ExternalSecret") == {"admin-postgres", "admin-postgres-orders"}
    spec = find(found, "ExternalSecret", "admin-postgres")["spec"]
    assert spec["secretStoreRef"]["name"] == "key-store-admin"
    assert {item["remoteRef"]["key"] for item in spec["data"]} == {"admin/postgres"}


def test_the_server_is_verified_against_the_clusters_authority() -> None:
    content = find(both(), "ExternalSecret", "admin-postgres")["spec"]["target"]["template"]["data"]
    assert "sslmode=verify-full" in content["pg_service.conf"]
    (container,) = pod(find(both(), "Job", "grants-postgres"))["containers"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert f"sslrootcert={mounts['admin']}/ca" in content["pg_service.conf"]
    assert "ca" in content


def test_a_job_runs_again_in_each_sync_and_after_its_secret() -> None:
    found = both()
    job, secret = find(found, "Job", "grants-postgres"), find(found, "ExternalSecret", "admin-postgres")
    annotations = job["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/hook"] == "Sync"
    assert annotations["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"
    waves = [int(body["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"]) for body in (secret, job)]
    assert waves[0] < waves[1]


def test_a_job_reaches_its_cluster_and_the_name_server_and_nothing_else() -> None:
    found = both()
    assert names(found, "NetworkPolicy") == {"deny-all", "allow-dns", "allow-postgres", "allow-postgres-orders"}
    spec = find(found, "NetworkPolicy", "allow-postgres")["spec"]
    labels = find(found, "Job", "grants-postgres")["spec"]["template"]["metadata"]["labels"]
    assert spec["podSelector"]["matchLabels"] == labels
    assert spec["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.10.0.0/16"}}]


def test_the_job_may_do_nothing_in_kubernetes_and_nothing_as_root() -> None:
    spec = pod(find(both(), "Job", "grants-postgres"))
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_job_bears_the_taints_of_the_systems_nodes() -> None:
    pools = (
        NodePool(name="system", role="system", flavor="b3-8", min=1, max=3, taints=(Taint(key="system"),)),
        NodePool(name="apps", role="applications", flavor="b3-16", min=1, max=5),
    )
    spec = pod(find(both(at=environment(pools=pools)), "Job", "grants-postgres"))
    assert spec["nodeSelector"] == {"andamio.dev/pool": "system"}
    assert spec["tolerations"] == [{"key": "system", "operator": "Exists", "effect": "NoSchedule"}]
