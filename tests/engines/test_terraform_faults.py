"""The cloud is slow, throttles, fails, gives up waiting and loses things under Terraform and OpenTofu."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from andamio.sandbox.terraform import TerraformError
from tests.engines.changes import larger_pool
from tests.engines.deployment import Deployment, change_service

STACK = "dev-data"
TOPIC = "ovh_cloud_project_database_kafka_topic"
DATABASE = "ovh_cloud_project_database"


def test_an_apply_that_is_throttled_keeps_what_it_did_and_the_next_ends_it(
    deployed: Deployment, tmp_path: Path
) -> None:
    with deployed.branch(tmp_path, STACK) as branch:
        topics = branch.cloud.find(TOPIC, service_name=branch.platform.views["dev"].environment.project)
        for one in topics:
            branch.cloud.remove(one.kind, one.id)
        branch.cloud.configure("throttled", {})
        branch.workspace.run(STACK, "apply", "-refresh-only", "-auto-approve", "-input=false")
        branch.cloud.configure("throttled", {TOPIC: 2})
        with pytest.raises(TerraformError) as refused:
            branch.workspace.apply(STACK)
        assert refused.value.said("HTTP Error 429")
        left = branch.workspace.plan(STACK).addresses("create")
        assert len([one for one in left if one.startswith(f"{TOPIC}.")]) == 2
        branch.workspace.apply(STACK)
        assert branch.workspace.plan(STACK).empty


def test_a_read_that_is_throttled_fails_the_plan_and_loses_nothing(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, STACK) as branch:
        branch.cloud.configure("throttled", {DATABASE: 1})
        with pytest.raises(TerraformError) as refused:
            branch.workspace.plan(STACK)
        assert refused.value.said("HTTP Error 429")
        assert branch.workspace.plan(STACK).empty


def test_an_update_that_fails_stays_to_be_done(deployed: Deployment, tmp_path: Path) -> None:
    pool = "ovh_cloud_project_database_postgresql_connection_pool"
    with deployed.branch(tmp_path, STACK) as branch:
        branch.put(larger_pool(branch.platform, "inventory"), STACK)
        branch.cloud.configure("faults", {pool: 1})
        with pytest.raises(TerraformError):
            branch.workspace.apply(STACK)
        assert branch.workspace.plan(STACK).addresses("update") == {f"{pool}.inventory-pool"}
        branch.workspace.apply(STACK)
        assert branch.workspace.plan(STACK).empty


def test_what_timed_out_is_refused_by_its_name_the_next_time(deployed: Deployment, tmp_path: Path) -> None:
    """It exists, and no state knows it: a topic's name is taken, so nothing is made twice."""
    with deployed.branch(tmp_path, STACK) as branch:
        payments = next(one for one in branch.platform.services if one.name == "payments")
        branch.put(change_service(branch.platform, "payments", publishes=(*payments.publishes, "card-refused")), STACK)
        branch.cloud.configure("timeouts", {TOPIC: 1})
        with pytest.raises(TerraformError) as first:
            branch.workspace.apply(STACK)
        assert first.value.said("Timeout while waiting")
        (late,) = branch.cloud.find(TOPIC, name="card-refused")
        with pytest.raises(TerraformError) as second:
            branch.workspace.apply(STACK)
        assert second.value.said(f"{TOPIC}.topic_card-refused")
        assert second.value.said("already")
        id_ = "/".join(str(late.body[name]) for name in ("service_name", "cluster_id", "id"))
        branch.workspace.run(STACK, "import", f"{TOPIC}.topic_card-refused", id_)
        branch.workspace.apply(STACK)
        assert branch.cloud.find(TOPIC, name="card-refused") == [late]
        assert branch.workspace.plan(STACK).empty


def test_a_lost_topic_is_made_again_once(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, STACK) as branch:
        before = len(branch.cloud.find(TOPIC))
        branch.cloud.configure("losses", {TOPIC: 1})
        (lost,) = branch.workspace.plan(STACK).addresses("create")
        assert lost.startswith(f"{TOPIC}.")
        assert len(branch.cloud.find(TOPIC)) == before - 1
        branch.workspace.apply(STACK)
        assert len(branch.cloud.find(TOPIC)) == before
        assert branch.workspace.plan(STACK).empty


def test_a_slow_cloud_is_waited_for(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, STACK) as branch:
        branch.put(larger_pool(branch.platform, "inventory"), STACK)
        branch.cloud.configure("delays", {"*": 2.5})
        begun = time.monotonic()
        branch.workspace.apply(STACK)
        assert time.monotonic() - begun >= 2.5
        assert branch.workspace.plan(STACK).empty
