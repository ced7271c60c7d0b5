"""The cloud is slow, throttles, fails, gives up waiting and loses things when it is told to, and only then."""

from __future__ import annotations

import time

import pytest

from andamio.sandbox.cloud.refusal import Refusal
from tests.sandbox.zoo import P, Zoo

BUCKET = "ovh_cloud_project_storage"
KUBE = "ovh_cloud_project_kube"


def bucket(name: str) -> dict[str, object]:
    return {**P, "region_name": "GRA", "name": name}


def test_a_change_takes_as_long_as_it_is_told_to(zoo: Zoo) -> None:
    zoo.cloud.configure("delays", {BUCKET: 0.3})
    begun = time.monotonic()
    zoo.make(BUCKET, bucket("slow"))
    assert time.monotonic() - begun >= 0.3
    zoo.cloud.configure("delays", {"*": 0.2, BUCKET: 0})
    begun = time.monotonic()
    zoo.make(BUCKET, bucket("quick"))
    assert time.monotonic() - begun < 0.2


@pytest.mark.parametrize("name", [BUCKET, "*"])
def test_too_many_requests_are_refused_as_often_as_it_is_told(zoo: Zoo, name: str) -> None:
    before = zoo.cloud.kinds()
    zoo.cloud.configure("throttled", {name: 2})
    for _ in range(2):
        with pytest.raises(Refusal, match="HTTP Error 429"):
            zoo.make(BUCKET, bucket("throttled"))
    assert zoo.cloud.kinds() == before
    zoo.make(BUCKET, bucket("throttled"))


def test_a_read_is_throttled_too(zoo: Zoo) -> None:
    made = zoo.make(BUCKET, bucket("read"))
    zoo.cloud.configure("throttled", {BUCKET: 1})
    with pytest.raises(Refusal, match="HTTP Error 429"):
        zoo.provider(BUCKET).read(BUCKET, made)
    assert zoo.provider(BUCKET).read(BUCKET, made) is not None


def test_a_change_that_fails_changes_nothing(zoo: Zoo) -> None:
    before = zoo.cloud.kinds()
    zoo.cloud.configure("faults", {BUCKET: 1})
    with pytest.raises(Refusal, match="fails, as it was told to"):
        zoo.make(BUCKET, bucket("failing"))
    assert zoo.cloud.kinds() == before


def test_what_timed_out_exists_and_a_second_try_is_told_so_where_names_are_unique(zoo: Zoo) -> None:
    zoo.cloud.configure("timeouts", {BUCKET: 1})
    with pytest.raises(Refusal, match="timeout while waiting for"):
        zoo.make(BUCKET, bucket("late"))
    assert zoo.cloud.find(BUCKET, name="late")
    with pytest.raises(Refusal, match="already"):
        zoo.make(BUCKET, bucket("late"))


def test_what_is_lost_is_gone_with_what_lay_in_it(zoo: Zoo) -> None:
    made = zoo.made["kube"]
    zoo.cloud.configure("losses", {KUBE: 1})
    assert zoo.cloud.find("ovh_cloud_project_kube_nodepool", kube_id=made["id"])
    assert zoo.provider(KUBE).read(KUBE, made) is None
    assert not zoo.cloud.find("ovh_cloud_project_kube_nodepool", kube_id=made["id"])


def test_other_types_are_left_alone(zoo: Zoo) -> None:
    for setting in ("throttled", "faults", "timeouts", "losses"):
        zoo.cloud.configure(setting, {KUBE: 5})
    made = zoo.make(BUCKET, bucket("alone"))
    assert zoo.provider(BUCKET).read(BUCKET, made) is not None
