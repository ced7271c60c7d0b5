"""The whole way from catalog to published folder, and what each failure leaves behind."""

import shutil
from pathlib import Path

import pytest

from andamio.loading import CatalogError
from andamio.synthesis import run as module
from andamio.synthesis.build import CacheLostError
from andamio.synthesis.run import CheckError, Project, synthesize
from tests.properties.projects import reference_tree, tree


@pytest.fixture
def shop(project, tmp_path_factory, tmp_path) -> Project:
    """A copy of the reference project, synthesized, with its cache."""
    folder = Path(shutil.copytree(reference_tree(project, tmp_path_factory), tmp_path / "shop"))
    return Project.at(catalog=folder / "catalog")


def edit(shop: Project, service: str, old: str, new: str) -> None:
    path = shop.catalog / f"services/{service}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_run_of_one_plane_leaves_the_other_plane_alone(shop) -> None:
    edit(shop, "cart", "stabilization=600", "stabilization=700")
    before = tree(shop.out)
    outcome = synthesize(shop, planes=("terraform",))
    assert outcome.report.in_step
    assert tree(shop.out) == before
    outcome = synthesize(shop, planes=("kubernetes",))
    assert [*outcome.report.changed] == ["k8s/production/cart/HorizontalPodAutoscaler.cart.yaml"]


def test_a_dry_run_tells_and_writes_nothing(shop) -> None:
    edit(shop, "cart", "stabilization=600", "stabilization=700")
    before = tree(shop.out)
    assert not synthesize(shop, dry=True).report.in_step
    assert tree(shop.out) == before


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [('"products"', '"prodcts"', CheckError), ("http=Http()", "http=Htp()", CatalogError)],
)
def test_a_catalog_with_a_mistake_publishes_nothing(shop, old, new, error) -> None:
    before = tree(shop.out)
    edit(shop, "cart", old, new)
    with pytest.raises(error, match=r"catalog/services/cart\.py"):
        synthesize(shop)
    assert tree(shop.out) == before


def test_a_damaged_cache_is_built_anew_and_kept_again(shop) -> None:
    before = tree(shop.out)
    for path in shop.cache.rglob("*.json"):
        data = bytearray(path.read_bytes())
        data[-2] ^= 1
        path.write_bytes(data)
    told: list[str] = []
    outcome = synthesize(shop, progress=told.append)
    assert any("cache" in line for line in told)
    assert tree(shop.out) == before
    assert outcome.report.in_step
    assert synthesize(shop).built.rebuilt == ()


def test_a_cache_that_is_lost_again_and_again_is_told(shop, monkeypatch) -> None:
    def lost(*arguments, **options) -> None:
        raise CacheLostError("key")

    monkeypatch.setattr(module, "build", lost)
    with pytest.raises(CacheLostError):
        synthesize(shop)
