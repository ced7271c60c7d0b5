"""A catalog is synthesized in a test as on the command line, but nothing is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from andamio.contract.platform import Platform
from andamio.loading import CatalogError
from andamio.model import Cluster, Oidc, Postgres, Service
from andamio.testing import Synthesized, minimal_environment, minimal_platform, synthesize


def test_importing_the_helpers_starts_nothing() -> None:
    code = "import sys, andamio.testing; print([m for m in ('jsii', 'cdk8s', 'cdktf') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_both_planes_are_there(small: Synthesized) -> None:
    assert any(path.startswith("terraform/stacks/dev-data/") for path in small.files)
    assert any(path.startswith("k8s/production/orders/") for path in small.files)


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = synthesize(minimal_platform([Service(name="unwritten", team="core")]), planes=("kubernetes",))
    assert found.environment("dev").find("Deployment", "unwritten")
    assert list(tmp_path.iterdir()) == []


def test_the_same_catalog_is_built_once(shop: Synthesized, tienda: Platform, project: Path) -> None:
    assert synthesize(project / "catalog", planes=("kubernetes",)) is shop
    assert synthesize(str(project / "catalog"), planes=["kubernetes"], composition=project) is shop
    assert synthesize(tienda, planes=("kubernetes",), composition=project) is shop


def test_another_catalog_is_built_anew(small: Synthesized) -> None:
    one = synthesize(minimal_platform([Service(name="one", team="core")]), planes=("kubernetes",))
    two = synthesize(minimal_platform([Service(name="two", team="core")]), planes=("kubernetes",))
    assert one.environment("dev").find("Deployment", "one")
    assert two.environment("dev").find("Deployment", "two")
    assert one is not two


def test_a_catalog_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="does not exist"):
        synthesize(tmp_path / "nothing")


def test_what_does_not_exist_gives_the_nearest(small: Synthesized) -> None:
    with pytest.raises(LookupError, match=r'there is no environment "production2". Did you mean "production"\?'):
        small.environment("production2")
    with pytest.raises(LookupError, match=r'there is no stack "dev-date". Did you mean "dev-data"\?'):
        small.stack("dev-date")


def test_a_plane_that_was_not_built_says_so(shop: Synthesized) -> None:
    with pytest.raises(LookupError, match="the terraform plane was not built; call synthesize"):
        shop.stack("dev-data")
    with pytest.raises(LookupError, match="the terraform plane was not built"):
        _ = shop.findings


def test_what_breaks_a_rule_is_built_and_told() -> None:
    services = [Service(name="broken", team="core", calls=("nobody",), database=Postgres())]
    found = synthesize(minimal_platform(services)).findings
    assert any(f.file == "catalog/services/broken.py" and f.value == "nobody" for f in found), found


def test_on_the_free_plan_policies_are_read_by_address() -> None:
    cluster = Cluster(
        version="1.35",
        plan="free",
        api_allow=("203.0.113.0/28",),
        oidc=Oidc(issuer="https://login.company.example", client="kubernetes"),
    )
    dev = minimal_environment("dev", "development", number=1, cluster=cluster)
    free = synthesize(minimal_platform(environments=(dev,)), planes=("kubernetes",)).environment("dev").reach()
    standard = synthesize(minimal_platform(), planes=("kubernetes",)).environment("dev").reach()
    # Without Cilium there is no entity for the world: the gateway is open to every address, pods among them.
    assert free.ports("kube-system/kube-dns", "gateway/public")
    assert not standard.ports("kube-system/kube-dns", "gateway/public")
