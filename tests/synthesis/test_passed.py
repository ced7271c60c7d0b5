from __future__ import annotations

from pathlib import Path

from andamio.synthesis.cache import ShareCache
from andamio.synthesis.passed import Passed

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "a", "namespace": "a", "labels": {"x": "y"}},
    "spec": {"template": {"spec": {"containers": [{"image": "i:1"}]}}},
}


def passed(folder: Path, rules: str = "r1") -> Passed:
    return Passed(ShareCache(folder), rules)


def test_nothing_passed_before_somebody_says_so(tmp_path: Path) -> None:
    assert passed(tmp_path).objects("kubernetes/dev/a", "k1") is None


def test_an_unchanged_share_is_remembered_in_a_slim_form(tmp_path: Path) -> None:
    passed(tmp_path).remember({"kubernetes/dev/a": "k1"}, {"kubernetes/dev/a": {"dev/a/D.yaml": DEPLOYMENT}})
    found = passed(tmp_path).objects("kubernetes/dev/a", "k1")
    assert found is not None
    assert found["dev/a/D.yaml"]["metadata"] == {"name": "a", "namespace": "a"}
    assert "i:1" not in str(found)


def test_a_changed_share_or_other_rules_are_looked_at_again(tmp_path: Path) -> None:
    passed(tmp_path).remember({"kubernetes/dev/a": "k1"}, {"kubernetes/dev/a": {"dev/a/D.yaml": DEPLOYMENT}})
    assert passed(tmp_path).objects("kubernetes/dev/a", "k2") is None
    assert passed(tmp_path, "r2").objects("kubernetes/dev/a", "k1") is None


def test_what_is_no_longer_there_is_dropped(tmp_path: Path) -> None:
    passed(tmp_path).remember({"a": "1", "b": "1"}, {"a": {"a/x": DEPLOYMENT}, "b": {"b/x": DEPLOYMENT}})
    passed(tmp_path).remember({"a": "1"}, {})
    assert passed(tmp_path).objects("a", "1") is not None
    assert passed(tmp_path).objects("b", "1") is None


def test_entries_of_the_planes_stay(tmp_path: Path) -> None:
    store = ShareCache(tmp_path)
    store.keep("kubernetes/dev/a", "k1", {"n": 1}, {})
    store.save(planes=("kubernetes",))
    passed(tmp_path).remember({"a": "1"}, {"a": {"a/x": DEPLOYMENT}})
    assert ShareCache(tmp_path).known("kubernetes/dev/a", "k1") == {"n": 1}
