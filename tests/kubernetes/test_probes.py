"""Probes of a container."""

from __future__ import annotations

from andamio.model import Http, Probe, Probes, Schedule

from .shop import Body, built, find, pod, service

NAMES = {"startupProbe", "readinessProbe", "livenessProbe"}


def probes(**fields: object) -> Body:
    (container,) = pod(find(built(service(**fields)), "CronJob" if "schedule" in fields else "Deployment"))[
        "containers"
    ]
    return {name: container[name] for name in NAMES & set(container)}


def test_an_http_service_is_asked_on_its_port() -> None:
    found = probes(http=Http(port=9000))
    assert set(found) == NAMES
    assert {probe["httpGet"]["port"] for probe in found.values()} == {9000}
    assert found["startupProbe"]["failureThreshold"] * found["startupProbe"]["periodSeconds"] == 150


def test_a_grpc_service_is_asked_by_grpc() -> None:
    found = probes(http=Http(port=9000, protocol="grpc"))
    assert [probe["grpc"] for probe in found.values()] == [{"port": 9000}] * 3
    assert found["livenessProbe"]["periodSeconds"] == 20


def test_a_worker_and_a_job_have_no_probe_by_path() -> None:
    assert probes() == {}
    assert probes(schedule=Schedule(cron="0 3 * * *")) == {}


def test_a_worker_may_be_asked_by_a_command() -> None:
    alive = Probe(command=("alive", "--quick"), period=7, timeout=3, failures=4)
    found = probes(probes=Probes(startup=None, readiness=None, liveness=alive))
    assert found == {
        "livenessProbe": {
            "exec": {"command": ["alive", "--quick"]},
            "periodSeconds": 7,
            "timeoutSeconds": 3,
            "failureThreshold": 4,
        }
    }


def test_a_probe_may_be_left_out() -> None:
    assert set(probes(http=Http(), probes=Probes(liveness=None))) == NAMES - {"livenessProbe"}
