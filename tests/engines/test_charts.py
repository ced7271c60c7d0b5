"""Stand-in charts are rendered by the real Helm with the values of `dist/`, and a cluster takes what they make."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from andamio.contract.platform import Platform
from andamio.sandbox.charts import ChartRepository, GitSource
from andamio.sandbox.charts.templates import IMAGES
from tests.engines.chart_sources import ENVIRONMENTS, rendered, sources
from tests.engines.needs import need

DEFINITIONS = ("argo-cd-crds", "external-secrets-crds", "cert-manager-crds", "gateway-api-crds", "istio-crds")
SOURCE = GitSource(
    url="https://git.example/kubernetes-sigs/gateway-api", tag="v1.2.3", path="config/crd", files="gateway-api-crds"
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory):
    need(*DEFINITIONS)
    with ChartRepository([SOURCE], folder=tmp_path_factory.mktemp("a folder") / "charts") as repository:
        yield repository


def within(values: Any) -> Iterator[Any]:
    """Everything that stands in values."""
    yield values
    for one in values.values() if isinstance(values, dict) else values if isinstance(values, list) else ():
        yield from within(one)


@pytest.mark.parametrize("helm", ["helm", "helm-4"])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_chart_that_dist_names_is_rendered_with_its_values(
    project: Path, repository: ChartRepository, environment: str, helm: str
) -> None:
    need(helm)
    found = {
        source["chart"]: rendered(repository, namespace, source, helm)
        for namespace, source in sources(project, environment)
    }
    assert len(found) == 9
    assert all(found.values()), [chart for chart, bodies in found.items() if not bodies]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_pods_are_as_the_values_ask(project: Path, repository: ChartRepository, environment: str) -> None:
    need("helm")
    for namespace, source in sources(project, environment):
        asked = list(within(source["helm"].get("valuesObject", {})))
        for body in rendered(repository, namespace, source, "helm"):
            if body["kind"] not in ("Deployment", "StatefulSet", "Job"):
                continue
            name, pod = body["metadata"]["name"], body["spec"]["template"]["spec"]
            assert body["metadata"]["namespace"] == namespace, name
            assert pod["nodeSelector"] == {"andamio.dev/pool": "system"} or name == "argocd-redis-ha-haproxy", name
            assert pod["tolerations"][0]["key"] == "andamio.dev/system", name
            assert pod["priorityClassName"] in ("andamio-system", "system-cluster-critical"), name
            assert pod["securityContext"]["runAsNonRoot"] is True, name
            for container in pod["containers"]:
                assert container["image"].startswith(IMAGES)
                assert container["resources"]["requests"]["memory"], name
                assert container["resources"] in asked, name
                assert container["securityContext"]["readOnlyRootFilesystem"] is True, name


def test_production_has_budgets_and_more_than_one_of_what_may_not_be_away(
    project: Path, repository: ChartRepository
) -> None:
    need("helm")
    bodies = [body for n, source in sources(project, "production") for body in rendered(repository, n, source, "helm")]
    budgets = {body["metadata"]["name"] for body in bodies if body["kind"] == "PodDisruptionBudget"}
    replicas = {one["metadata"]["name"]: one["spec"]["replicas"] for one in bodies if "replicas" in one.get("spec", {})}
    assert {"cert-manager-webhook", "external-secrets-webhook", "argocd-repo-server"} <= budgets
    assert all(replicas[name] > 1 for name in budgets), (budgets, replicas)


def test_a_folder_at_a_tag_of_a_git_repository_is_served(repository: ChartRepository, tmp_path: Path) -> None:
    url = repository.instead[SOURCE.url]
    subprocess.run(["git", "clone", "--quiet", "--branch", SOURCE.tag, url, str(tmp_path / "x")], check=True)
    assert len(list((tmp_path / "x" / SOURCE.path).glob("*.yaml"))) > 5


def test_charts_are_the_same_bytes_each_time(repository: ChartRepository, tmp_path: Path) -> None:
    with ChartRepository([SOURCE], folder=tmp_path / "again") as again:
        first, second = (one.folder / "served" for one in (repository, again))
        names = sorted(file.relative_to(first) for file in first.rglob("*.tgz"))
        assert len(names) >= 9
        assert [(first / name).read_bytes() == (second / name).read_bytes() for name in names] == [True] * len(names)


def test_every_chart_of_the_knowledge_has_a_stand_in(tienda: Platform) -> None:
    from andamio.knowledge.charts import charts
    from andamio.sandbox.charts.workloads import CHARTS

    assert {chart.name for chart in charts()} == set(CHARTS)
