"""Extraction of what re-creates, from providers' facts made up here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from andamio.knowledge.extract.behaviour import compact, extract
from andamio.knowledge.extract.behaviour_corrections import CORRECTIONS, RESOURCES
from andamio.knowledge.extract.files import ExtractionError

FACTS = {
    "demo_bucket": {
        "force_new": ["region", "name"],
        "rules": {"status": 'value must be one of: ["off" "on"]', "name": "validated"},
        "defaults": {"size": 1},
        "whole_numbers": ["size"],
        "updatable": True,
        "sdk": "v2",
    }
}


def test_enumerations_stay_and_sentences_go() -> None:
    assert compact("demo_bucket", FACTS["demo_bucket"]) == {
        "recreates": ["name", "region"],
        "choices": {"status": ["off", "on"]},
        "defaults": {"size": 1},
        "wholeNumbers": ["size"],
        "updatable": True,
    }


def test_corrections_are_added() -> None:
    kept = compact("ovh_cloud_project_kube", {"force_new": ["region"], "updatable": True})
    assert kept["recreates"] == ["region"]
    assert kept["fixed"] == ["nodes_subnet_id", "plan"]


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "demo-provider-behaviour.json").write_text(json.dumps(FACTS))
    one = extract(tmp_path, tmp_path / "one", ("demo_bucket",))
    two = extract(tmp_path, tmp_path / "two", ("demo_bucket",))
    assert one[0].read_bytes() == two[0].read_bytes()


def test_a_missing_resource_type_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="no behaviour of demo_bucket"):
        extract(tmp_path, tmp_path, ("demo_bucket",))


def test_corrections_concern_known_types_and_say_why() -> None:
    assert CORRECTIONS.keys() <= set(RESOURCES)
    assert all(correction.why for correction in CORRECTIONS.values())
