"""The real Argo CD brings an environment up from its root Application, in the computed order, and keeps it so.

kwok runs no containers and no operator runs: a stand-in says that objects of the operators' kinds are ready (see
`stand_in`), and charts are folders with the definitions that they bring (see `argo`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from andamio.contract.platform import Platform
from andamio.contract.views import context
from andamio.kubernetes.addons.application_health import GATES_LABEL
from andamio.kubernetes.projects import NAMESPACES
from andamio.kubernetes.units import unit_waves, units
from tests.conftest import MADE_HEALTHY
from tests.engines.argo import NEEDED, Repository, Shop, shop, state
from tests.engines.argo_faults import FENCED, FOREIGN_REPOSITORY, MIGRATION, REMOVED, Seen, break_and_mend, remove
from tests.engines.cluster import until
from tests.engines.needs import need
from tests.engines.slow import SECONDS, Release, slow_job

SLOW = "slow-first-child"
HEAL_SECONDS = 60
TOGETHER = 30
"""Seconds from the first to the last object of a wave; one that waited for another would take longer."""


def _slow_first_child(repository: Repository) -> None:
    """Let the first Application's sync take a while, by a Job that does not end."""
    repository.write(repository.file(f"platform/Job.{SLOW}.yaml"), slow_job(SLOW, "default"))


@pytest.fixture(scope="module")
def synced(tienda: Platform, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop's development environment, brought up from its root; what did not come up fails every test."""
    need(*NEEDED)
    folder = tmp_path_factory.mktemp("argo with a space")
    with shop(tienda, project, folder, change=_slow_first_child, server=True) as found:
        with Release(found.client, SLOW, "default"):
            found.start_root(project / "dist", "dev")
            assert found.settle(seconds=600) == {}
        yield found


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _first_sync(application: dict[str, Any]) -> tuple[datetime, datetime]:
    """When an Application's first sync began and ended, by its history."""
    first = min(application["status"]["history"], key=lambda entry: entry["id"])
    assert first["id"] == 0
    return _time(first["deployStartedAt"]), _time(first["deployedAt"])


def test_everything_that_is_declared_becomes_synced_and_healthy(synced: Shop, project: Path) -> None:
    found = synced.applications()
    assert set(found) == synced.expected()
    assert len(found) == len(list((project / "dist/k8s/dev/applications").glob("Application.*.yaml"))) + 1
    for name, body in found.items():
        assert state(body).startswith("Synced Healthy Succeeded"), name
        assert not body["status"].get("conditions"), name


def test_the_history_of_syncs_shows_the_computed_order(synced: Shop, tienda: Platform) -> None:
    found = synced.applications()
    waves = {**unit_waves(units(context(tienda.views["dev"]), databases=True)), NAMESPACES: 0}
    assert set(waves) < set(found)
    services = set(found) - set(waves) - {"root"}
    last = max(waves.values()) + 1
    waves |= dict.fromkeys(services, last)
    gating = {name for name in waves if GATES_LABEL not in found[name]["metadata"].get("labels", {})}
    for wave in range(last):
        ended = {name: _first_sync(found[name])[1] for name in gating if waves[name] == wave}
        begun = {n: _time(found[n]["metadata"]["creationTimestamp"]) for n in waves if waves[n] == wave + 1}
        assert ended
        assert max(ended.values()) <= min(begun.values()), (wave, ended, begun)


def test_a_first_child_that_takes_its_time_holds_back_all_that_comes_after(synced: Shop) -> None:
    begun, ended = _first_sync(synced.application("platform"))
    assert (ended - begun).total_seconds() >= SECONDS
    made = {name: _time(body["metadata"]["creationTimestamp"]) for name, body in synced.applications().items()}
    assert min(when for name, when in made.items() if name not in ("root", "platform", NAMESPACES)) >= ended


def test_services_are_made_together_after_the_platform(synced: Shop, tienda: Platform) -> None:
    found = synced.applications()
    services = {service.name for service in tienda.views["dev"].services}
    made = {_time(found[name]["metadata"]["creationTimestamp"]) for name in services}
    assert len(services) == 14
    assert (max(made) - min(made)).total_seconds() <= TOGETHER


def test_nothing_stays_out_of_sync_after_everything_is_rendered_anew(synced: Shop) -> None:
    _compared(synced, hard=True)
    assert synced.settle(seconds=180) == {}
    before = {name: body["status"]["operationState"]["startedAt"] for name, body in synced.applications().items()}
    _compared(synced, hard=False)
    assert synced.unsettled() == {}
    after = {name: body["status"]["operationState"]["startedAt"] for name, body in synced.applications().items()}
    assert after == before


def _compared(found: Shop, *, hard: bool) -> None:
    """Have every Application compared, children first: what a comparison leaves at a child is no change to the root."""
    children = set(found.applications()) - {"root"}
    for names in (children, {"root"}):
        before = {name: found.application(name)["status"]["reconciledAt"] for name in names}
        found.argo.refresh(*sorted(names), hard=hard)
        assert until(lambda names=names, before=before: all(_again(found, name, before[name]) for name in names))


def _again(found: Shop, name: str, before: str) -> bool:
    body = found.application(name)
    asked = "argocd.argoproj.io/refresh" in body["metadata"].get("annotations", {})
    return not asked and body["status"]["reconciledAt"] > before


def test_the_command_shows_no_difference_for_any_application(synced: Shop) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = dict(zip(synced.expected(), pool.map(_diff(synced), synced.expected()), strict=True))
    assert len(done) > 30
    assert {name: told for name, told in done.items() if told != (0, "")} == {}


def _diff(synced: Shop) -> Callable[[str], tuple[int, str]]:
    def diff(name: str) -> tuple[int, str]:
        told = synced.argo.run("app", "diff", name)
        return told.returncode, told.stdout + (told.stderr if told.returncode else "")

    return diff


def test_the_command_shows_a_difference_where_there_is_one(synced: Shop) -> None:
    with synced.repository.on_a_branch("other"), synced.repository.changed("orders/ConfigMap.orders.yaml") as body:
        body["data"]["CHANGED"] = "on a branch"

    def shown() -> bool:
        # Argo CD remembers for a while which branches there are.
        done = synced.argo.run("app", "diff", "orders", "--revision", "other")
        return done.returncode == 1 and "CHANGED: on a branch" in done.stdout

    assert until(shown, seconds=90)


def test_what_somebody_edits_is_set_back_within_a_minute(synced: Shop) -> None:
    client = synced.client
    path = client.path("apps/v1", "Deployment", "orders", "orders")
    image = client.request("GET", path).body["spec"]["template"]["spec"]["containers"][0]["image"]
    container = {"name": "orders", "image": "docker.io/library/edited:1"}
    edit = {"spec": {"template": {"spec": {"containers": [container]}}}}
    answer = client.request("PATCH", path, edit, content_type="application/strategic-merge-patch+json")
    assert answer.ok, answer.message

    def restored() -> bool:
        return client.request("GET", path).body["spec"]["template"]["spec"]["containers"][0]["image"] == image

    assert not restored()
    assert until(restored, seconds=HEAL_SECONDS)


def test_what_somebody_deletes_comes_back_within_a_minute(synced: Shop) -> None:
    client = synced.client
    gone = [
        client.path("v1", "Service", "orders", "orders"),
        client.path("networking.k8s.io/v1", "NetworkPolicy", "deny-all", "orders"),
        client.path("external-secrets.io/v1", "ClusterSecretStore", "key-store"),
    ]
    before = {path: client.request("GET", path).body["metadata"]["uid"] for path in gone}
    for path in gone:
        assert client.request("DELETE", path).ok

    def back() -> bool:
        found = [client.request("GET", path) for path in gone]
        return all(
            one.ok and one.body["metadata"]["uid"] != before[path] for one, path in zip(found, gone, strict=True)
        )

    assert until(back, seconds=HEAL_SECONDS)
    assert synced.settle(seconds=180) == {}


def test_only_kinds_of_missing_operators_were_made_healthy_by_the_stand_in(
    synced: Shop, record_property: Callable[[str, object], None]
) -> None:
    for kind, places in sorted(synced.stand_in.made_healthy.items()):
        record_property(MADE_HEALTHY, f"{len(places):>4} {kind}: {', '.join(sorted(places))}")
    assert set(synced.stand_in.made_healthy) == {
        "Certificate",
        "ClusterIssuer",
        "ClusterSecretStore",
        "ExternalSecret",
        "Gateway",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
    }


@pytest.fixture(scope="module")
def broken(synced: Shop) -> Seen:
    """What happened when commits were bad; afterwards all is as before."""
    return break_and_mend(synced)


def test_a_failing_migration_stops_its_own_service_only(broken: Seen) -> None:
    assert broken.failed_job
    assert MIGRATION in broken.states
    assert not broken.states[MIGRATION].startswith("Synced"), broken.states[MIGRATION]
    assert broken.image_meanwhile == broken.old_image
    untouched = set(broken.states) - {"root", MIGRATION, "search", NAMESPACES, *FENCED}
    assert {name for name in untouched if not broken.states[name].startswith("Synced Healthy")} == set()


def test_a_service_that_fails_does_not_keep_the_root_from_new_commits(broken: Seen) -> None:
    assert broken.root_followed
    assert broken.root["status"]["operationState"]["phase"] == "Succeeded"
    assert broken.other_followed


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("payments", "Role is not permitted in project commerce"),
        ("accounts", "namespace orders is not permitted in project"),
        ("shipping", "Namespace is not permitted in project"),
        (NAMESPACES, "ClusterRole is not permitted in project namespaces"),
        ("search", f"application repo {FOREIGN_REPOSITORY} is not permitted in project"),
    ],
)
def test_a_project_refuses_what_lies_outside_its_fence(broken: Seen, service: str, words: str) -> None:
    assert words in broken.states[service]


def test_nothing_outside_a_fence_reaches_the_cluster(broken: Seen) -> None:
    assert broken.intruders == []


def test_bad_commits_that_are_taken_back_leave_nothing_behind(broken: Seen) -> None:
    assert broken.after == {}


def test_a_deleted_namespace_comes_back_with_all_that_was_in_it(synced: Shop) -> None:
    client = synced.client
    path = client.path("v1", "Namespace", "accounts")
    before = client.request("GET", path).body["metadata"]
    assert client.request("DELETE", path).ok

    def back() -> bool:
        found = client.request("GET", path)
        return found.ok and found.body["metadata"]["uid"] != before["uid"]

    assert until(back, seconds=60)
    assert synced.settle(seconds=180) == {}
    labels = client.request("GET", path).body["metadata"]["labels"]
    assert labels == before["labels"]
    assert client.all_of("apps/v1", "Deployment", namespace="accounts")


def test_a_removed_service_goes_but_for_the_namespace_of_what_has_data(synced: Shop) -> None:
    client = synced.client
    kinds = (("apps/v1", "Deployment"), ("v1", "Service"), ("networking.k8s.io/v1", "NetworkPolicy"))

    def left(name: str) -> set[str]:
        return {kind for version, kind in kinds if client.all_of(version, kind, namespace=name)}

    def namespace(name: str) -> Any:
        answer = client.request("GET", client.path("v1", "Namespace", name))
        return answer.body["metadata"] if answer.ok else {}

    before = {name: namespace(name)["uid"] for name in REMOVED}
    assert left("shipping") == {kind for _, kind in kinds}
    remove(synced, *REMOVED)
    assert until(lambda: not any(synced.application(name) for name in REMOVED), seconds=240)
    assert {name: left(name) for name in REMOVED} == {name: set() for name in REMOVED}
    for name, has_data in REMOVED.items():
        if has_data:
            assert (namespace(name)["uid"], namespace(name).get("deletionTimestamp")) == (before[name], None)
        else:
            assert until(lambda name=name: not namespace(name), seconds=60)
    assert synced.settle(seconds=180) == {}
