"""What re-creates is known for everything that holds data."""

from __future__ import annotations

import pytest

from andamio.knowledge.recreate import behaviour, known_types, recreates


def test_a_cluster_is_made_anew_for_its_network_and_region() -> None:
    kube = behaviour("ovh_cloud_project_kube")
    assert {"private_network_id", "region", "ip_allocation_policy.pods_ipv4_cidr"} <= kube.recreates
    assert "plan" in kube.fixed
    assert "version" in kube.grows_only
    assert "name" not in kube.recreates
    assert kube.choices["plan"] == ("free", "standard")


def test_every_change_of_a_topic_makes_it_anew() -> None:
    topic = behaviour("ovh_cloud_project_database_kafka_topic")
    assert not topic.updatable
    assert {"partitions", "replication", "retention_hours", "name"} <= topic.recreates


def test_a_database_keeps_its_engine_region_and_network() -> None:
    database = behaviour("ovh_cloud_project_database")
    assert {"engine", "nodes.region", "nodes.network_id"} <= database.recreates
    assert {"plan", "flavor", "disk_size"} <= database.grows_only
    assert "disk_size" in database.whole_numbers


def test_a_bucket_and_a_key_store() -> None:
    assert recreates("ovh_cloud_project_storage") == {"name", "region_name"}
    assert recreates("ovh_okms") == {"region"}
    assert behaviour("ovh_cloud_project_storage").choices["versioning.status"] == (
        "disabled",
        "enabled",
        "suspended",
    )


def test_defaults_are_values() -> None:
    assert behaviour("harbor_project").defaults["vulnerability_scanning"] is True


def test_no_argument_answers_in_two_ways() -> None:
    for name in known_types():
        known = behaviour(name)
        assert not known.recreates & known.fixed, name
        assert not known.recreates & known.grows_only, name


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(LookupError, match="ovh_cloud_project_instance is not known"):
        recreates("ovh_cloud_project_instance")
