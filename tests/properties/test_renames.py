"""A rename in the reference catalog: its files and its callers' change, its data stays where it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.properties.projects import reference_tree, run, tree

ENVIRONMENTS = ("dev", "staging", "production")


@pytest.fixture
def shop(project, tmp_path_factory, tmp_path) -> Path:
    """A copy of the reference project, synthesized."""
    return Path(shutil.copytree(reference_tree(project, tmp_path_factory), tmp_path / "shop"))


def rename(shop: Path, old: str, new: str, *, more: str = "") -> None:
    """Give a service another name in its file, its callers' files and the releases."""
    services = shop / "catalog/services"
    own = services / f"{old}.py"
    own.rename(services / f"{new}.py")
    for path in services.glob("*.py"):
        text = path.read_text()
        if path.stem == new:
            text = text.replace(f'name="{old}",', f'name="{new}",{more}', 1)
        lines = [
            line.replace(f'"{old}"', f'"{new}"') if line.lstrip().startswith("calls=") else line
            for line in text.splitlines(keepends=True)
        ]
        path.write_text("".join(lines))
    for path in (shop / "catalog/releases").glob("*.json"):
        found = json.loads(path.read_text())["services"]
        found = {new if name == old else name: image for name, image in found.items()}
        path.write_text(json.dumps({"services": found}))


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Paths that differ, the manifest left out, which lists all files."""
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return paths - {"manifest.json"}


def test_a_service_without_data_takes_its_own_files_and_its_entries_along(shop) -> None:
    before = tree(shop / "dist")
    rename(shop, "backoffice", "staff")
    done = run(shop, "synth")
    assert done.returncode == 0, done.stderr
    touched = changed(before, tree(shop / "dist"))
    called = ("accounts", "inventory", "orders", "products", "shipping")
    folders = {path.split("/")[2] for path in touched if path.startswith("k8s/")}
    # Those that it calls let the caller in by name; access and applications have an entry for each service.
    assert folders == {"backoffice", "staff", "access", "applications", *called}
    for name in called:
        assert {path.split("/")[3].split(".")[0] for path in touched if f"/{name}/" in path} == {"NetworkPolicy"}
    # The registry keeps what the releases name, by the name of the service.
    assert {path for path in touched if path.startswith("terraform/")} <= {
        "terraform/stacks/shared-registry-content/cdk.tf.json"
    }


def test_a_service_with_data_is_refused_with_what_to_write(shop) -> None:
    before = tree(shop / "dist")
    rename(shop, "products", "articles")
    done = run(shop, "synth")
    assert done.returncode == 1
    assert "AND063 catalog/services/articles.py: articles.renamed_from" in done.stderr
    assert 'renamed_from="products"' in done.stderr
    assert tree(shop / "dist") == before


def stack(shop: Path, environment: str) -> dict:
    return json.loads((shop / f"dist/terraform/stacks/{environment}-data/cdk.tf.json").read_text())


def resources(document: dict) -> dict[str, str]:
    """Address → the resource as text."""
    return {
        f"{kind}.{label}": json.dumps(body, sort_keys=True)
        for kind, blocks in document["resource"].items()
        for label, body in blocks.items()
    }


def test_a_told_rename_moves_every_resource_and_keeps_its_cloud_names(shop) -> None:
    before = {environment: resources(stack(shop, environment)) for environment in ENVIRONMENTS}
    rename(shop, "products", "articles", more='\n    renamed_from="products",')
    done = run(shop, "synth")
    assert done.returncode == 0, done.stderr
    for environment in ENVIRONMENTS:
        document = stack(shop, environment)
        after = resources(document)
        moves = {block["from"]: block["to"] for block in document["moved"] if block["to"] in after}
        labels = {old.split(".")[1]: new.split(".")[1] for old, new in moves.items()}
        own = {address for address in before[environment] if address not in after}
        assert own, "the service has resources"
        assert own <= moves.keys()
        assert {moves.get(address, address) for address in before[environment]} == after.keys()
        for address, body in before[environment].items():
            # Terraform's own addresses follow the new name; nothing that OVHcloud is told does.
            for old, new in labels.items():
                body = body.replace(f".{old}.", f".{new}.").replace(f'.{old}"', f'.{new}"')
            assert after[moves.get(address, address)] == body
        assert not [block for block in document.get("removed", []) if "products" in block["from"]]
