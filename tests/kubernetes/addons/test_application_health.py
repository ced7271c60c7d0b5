import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from andamio.engines import path
from andamio.kubernetes.addons.application_health import APPLICATION_HEALTH
from tests.engines.needs import need

INTERPRETERS = ("lua", "lua5.1", "luajit")
"""What speaks the same Lua as `glua`, the command of the interpreter that Argo CD itself uses."""

HEALTHY = {"health": {"status": "Healthy"}, "sync": {"status": "Synced"}, "operationState": {"phase": "Succeeded"}}


def _lua(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'["{key}"] = {_lua(item)}' for key, item in value.items()) + "}"
    return str(value) if isinstance(value, int) else f'"{value}"'


@pytest.fixture
def health(tmp_path: Path) -> Any:
    program = next((found for name in INTERPRETERS if (found := shutil.which(name))), None)
    if program is None:
        need("glua")
        program = str(path("glua"))

    def judge(status: dict[str, Any] | None, labels: dict[str, str] | None = None) -> str:
        metadata: dict[str, Any] = {"name": "child"}
        if labels is not None:
            metadata["labels"] = labels
        obj: dict[str, Any] = {"metadata": metadata}
        if status is not None:
            obj["status"] = status
        script = tmp_path / "check.lua"
        script.write_text(
            f"obj = {_lua(obj)}\nlocal function check()\n{APPLICATION_HEALTH}end\nprint(check().status)\n",
            encoding="utf-8",
        )
        done = subprocess.run([program, str(script)], capture_output=True, text=True, check=True, timeout=30)
        return done.stdout.strip()

    return judge


def test_a_child_holds_the_wave_until_its_first_sync_has_ended(health: Any) -> None:
    assert health(None) == "Progressing"
    assert health({}) == "Progressing"
    assert health({"health": {"status": "Healthy"}}) == "Progressing"
    assert health({**HEALTHY, "operationState": {"phase": "Running"}}) == "Progressing"
    assert health(HEALTHY) == "Healthy"


def test_a_child_that_is_behind_its_commit_holds_the_wave(health: Any) -> None:
    assert health({**HEALTHY, "sync": {"status": "OutOfSync"}}) == "Progressing"


@pytest.mark.parametrize("phase", ["Failed", "Error"])
def test_a_failed_sync_is_degraded(health: Any, phase: str) -> None:
    assert health({**HEALTHY, "operationState": {"phase": phase}}) == "Degraded"


def test_a_sync_that_failed_and_is_tried_again_does_not_keep_its_parent_from_the_commit_that_mends_it(
    health: Any,
) -> None:
    """Argo CD calls it "Running", and a parent waits for a child that progresses, for ever if it never succeeds."""
    assert health({**HEALTHY, "operationState": {"phase": "Running", "retryCount": 1}}) == "Degraded"
    assert health({**HEALTHY, "operationState": {"phase": "Running", "retryCount": 0}}) == "Progressing"
    assert health({**HEALTHY, "operationState": {"phase": "Succeeded", "retryCount": 3}}) == "Healthy"


def test_a_synced_child_is_as_healthy_as_its_objects(health: Any) -> None:
    for status in ("Progressing", "Degraded", "Missing", "Suspended"):
        assert health({**HEALTHY, "health": {"status": status}}) == status


@pytest.mark.parametrize(
    "status", [None, {}, {"operationState": {"phase": "Failed"}}, {"health": {"status": "Degraded"}}]
)
def test_a_service_never_gates_whatever_state_it_is_in(health: Any, status: dict[str, Any] | None) -> None:
    assert health(status, {"andamio.dev/gates": "false"}) == "Healthy"


def test_only_the_label_with_that_value_frees(health: Any) -> None:
    assert health({}, {"andamio.dev/gates": "true"}) == "Progressing"
    assert health({}, {}) == "Progressing"
