"""Settings of the gitops stack reach Argo CD's ConfigMaps, and from there its programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from andamio.engines import EngineError
from andamio.engines.argo_cd_configuration import MANIFESTS, PROGRAMS, configuration, environment, release_values
from tests.engines.needs import need

ENVIRONMENTS = ("dev", "staging", "production")


def _values(project: Path, name: str) -> dict[str, Any]:
    return release_values(project / "dist" / "terraform" / "stacks" / f"{name}-gitops" / "cdk.tf.json", "argo-cd")


def _data(values: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {body["metadata"]["name"]: body.get("data", {}) for body in configuration(values)}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_settings_of_the_stack_lie_over_those_that_argo_cd_brings(project: Path, name: str) -> None:
    need(MANIFESTS)
    values = _values(project, name)
    found = _data(values)
    configs = values["configs"]
    settings = found["argocd-cm"]
    health = "resource.customizations.health.argoproj.io_Application"
    assert settings[health] == configs["cm"][health]
    assert settings["admin.enabled"] == "false"
    assert "CiliumEndpoint" in settings["resource.exclusions"]
    assert found["argocd-rbac-cm"] == {key: str(value) for key, value in configs["rbac"].items()}
    assert found["argocd-cmd-params-cm"]["controller.diff.server.side"] == "true"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_parameter_of_the_stack_reaches_a_program(project: Path, name: str) -> None:
    need(MANIFESTS)
    found = _data(_values(project, name))["argocd-cmd-params-cm"]
    assert found
    for key, value in found.items():
        only = {"argocd-cmd-params-cm": {key: value}}
        assert [program for program in PROGRAMS if value in environment(program, only).values()], key


def test_a_program_reads_its_own_parameters_only(project: Path) -> None:
    need(MANIFESTS)
    found = _data(_values(project, "dev"))
    controller = environment("application-controller", found)
    assert controller["ARGOCD_APPLICATION_CONTROLLER_SERVER_SIDE_DIFF"] == "true"
    assert controller["ARGOCD_APPLICATION_CONTROLLER_LOGFORMAT"] == "json"
    assert "ARGOCD_SERVER_INSECURE" not in controller
    assert environment("server", found)["ARGOCD_SERVER_INSECURE"] == "true"
    assert environment("repo-server", found)["ARGOCD_REPO_SERVER_LOGFORMAT"] == "json"


def test_a_part_of_the_values_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(EngineError, match=r"what chart argo-cd makes of configs\.cmp, configs\.gpg"):
        configuration({"configs": {"gpg": {}, "cm": {}, "cmp": {}}})


def test_a_release_that_a_stack_does_not_have_is_named(project: Path) -> None:
    stack = project / "dist" / "terraform" / "stacks" / "dev-gitops" / "cdk.tf.json"
    with pytest.raises(EngineError, match="has no Helm release 'argo-cdd'"):
        release_values(stack, "argo-cdd")
