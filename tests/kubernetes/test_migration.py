"""The migration Job of a service."""

from __future__ import annotations

from andamio.model import Cache, Http, Migration, Postgres

from .shop import Body, built, find, pod, service

MIGRATED = service(
    http=Http(),
    cache=Cache(),
    database=Postgres(),
    migration=Migration(command=("migrate", "up"), timeout=120, retries=3),
)


def migration() -> Body:
    return find(built(MIGRATED), "Job", "orders-migration")


def wave(body: Body) -> int:
    return int(body["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


def test_a_migration_runs_in_the_sync_after_the_secrets_and_before_the_workload() -> None:
    found = built(MIGRATED)
    assert migration()["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "Sync"
    secret, workload = find(found, "ExternalSecret", "database-owner"), find(found, "Deployment")
    assert wave(secret) < wave(migration()) < wave(workload)
    for body in found:
        if body["kind"] in ("NetworkPolicy", "ServiceAccount", "ConfigMap", "ResourceQuota", "Namespace"):
            assert wave(body) == wave(secret)


def test_it_runs_the_command_in_the_same_image_within_its_time() -> None:
    (container,) = pod(migration())["containers"]
    assert container["command"] == ["migrate", "up"]
    assert container["image"] == pod(find(built(MIGRATED), "Deployment"))["containers"][0]["image"]
    assert (migration()["spec"]["activeDeadlineSeconds"], migration()["spec"]["backoffLimit"]) == (120, 3)


def test_it_has_the_owners_credential_and_no_other() -> None:
    (container,) = pod(migration())["containers"]
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/run/secrets/database-owner"]


def test_nothing_of_the_workload_takes_its_pods_for_replicas() -> None:
    found = built(MIGRATED)
    labels = migration()["spec"]["template"]["metadata"]["labels"]
    selectors = [
        find(found, "Deployment")["spec"]["selector"]["matchLabels"],
        find(found, "Service")["spec"]["selector"],
        find(found, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
    ]
    for selector in selectors:
        assert not selector.items() <= labels.items()


def test_it_is_not_probed_and_does_not_drain() -> None:
    (container,) = pod(migration())["containers"]
    assert not {"livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "ports"} & set(container)
