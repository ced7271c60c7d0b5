import json
import subprocess
import sys

import pytest

from andamio.bindings.generate import generate_command, render
from andamio.bindings.schema import SchemaError, committed_schema, read_schema, schema_path, trim
from andamio.bindings.selection import OVH, SELECTIONS


def test_the_committed_packages_are_what_the_generator_gives() -> None:
    assert generate_command(check=True) == []


def test_a_module_that_was_edited_by_hand_is_named(tmp_path) -> None:
    generate_command(provider="helm", out=tmp_path)
    package = tmp_path / "cdktf_cdktf_provider_helm"
    assert generate_command(provider="helm", out=tmp_path, check=True) == []

    (package / "release.py").write_text("# mine\n")
    (package / "provider.py").unlink()
    (package / "old.py").touch()
    assert generate_command(provider="helm", out=tmp_path, check=True) == [
        "cdktf_cdktf_provider_helm/old.py is not generated",
        "cdktf_cdktf_provider_helm/provider.py is missing",
        "cdktf_cdktf_provider_helm/release.py differs",
    ]


def test_a_file_of_somebody_else_is_not_replaced_or_removed(tmp_path) -> None:
    package = tmp_path / "cdktf_cdktf_provider_helm"
    package.mkdir()
    (package / "notes.py").write_text("mine = True\n")
    with pytest.raises(SchemaError, match=r"notes\.py was not generated"):
        generate_command(provider="helm", out=tmp_path)
    assert (package / "notes.py").read_text() == "mine = True\n"
    assert list(package.iterdir()) == [package / "notes.py"]


def test_a_module_that_is_no_longer_selected_goes(tmp_path) -> None:
    generate_command(provider="helm", out=tmp_path)
    package = tmp_path / "cdktf_cdktf_provider_helm"
    (package / "former.py").write_text((package / "release.py").read_text())
    generate_command(provider="helm", out=tmp_path)
    assert not (package / "former.py").exists()


def test_the_ovh_package_stays_below_half_a_megabyte(constructs) -> None:
    files = [path for path in (constructs / OVH.package).rglob("*") if path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files if path.is_file()) <= 500_000


def test_every_listed_resource_is_in_the_committed_schema() -> None:
    for name, selection in SELECTIONS.items():
        schema = committed_schema(name)
        assert schema.version == selection.version
        assert set(schema.body["resource_schemas"]) == {f"{name}_{one}" for one in selection.resources}
        assert set(schema.body["data_source_schemas"]) == {f"{name}_{one}" for one in selection.data_sources}


def keys_of(value, holder="") -> set[str]:
    """The keys that a schema uses, names of attributes, blocks and object members left out."""
    if holder == "type" or not isinstance(value, dict):
        return set()
    found = set() if holder in {"attributes", "block_types"} else set(value)
    return found.union(*(keys_of(inner, "" if holder in NAMING else key) for key, inner in value.items()))


NAMING = {"attributes", "block_types", "resource_schemas", "data_source_schemas", "provider_schemas"}


@pytest.mark.parametrize("name", SELECTIONS)
def test_the_committed_schema_holds_no_prose(name) -> None:
    body = committed_schema(name).body
    flags = {"type", "nested_type", "required", "optional", "computed", "sensitive", "deprecated", "write_only"}
    shape = {"block", "attributes", "block_types", "nesting_mode", "min_items", "max_items"}
    for group in ("resource_schemas", "data_source_schemas"):
        for one in body[group].values():
            assert keys_of(one) <= flags | shape


def as_terraform_prints_it(name):
    """A committed schema with what `terraform providers schema -json` adds."""

    def describe(value):
        if isinstance(value, list):
            return value
        if not isinstance(value, dict):
            return value
        described = {key: describe(inner) for key, inner in value.items()}
        if "type" in value and isinstance(value["type"], str | list):
            described |= {"description": "Some words.", "description_kind": "markdown"}
        return described

    schema = describe(json.loads(schema_path(SELECTIONS[name]).read_text()))
    del schema["provider_versions"]
    for body in schema["provider_schemas"].values():
        body["functions"] = {}
        for group in ("resource_schemas", "data_source_schemas"):
            for one in body[group].values():
                one["version"] = 1
    return schema


@pytest.mark.parametrize("name", SELECTIONS)
def test_a_schema_from_terraform_gives_the_same_package_and_the_same_trimmed_file(name, tmp_path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(as_terraform_prints_it(name)))
    schema = read_schema(path)
    assert schema.version == ""
    assert render(schema, version=SELECTIONS[name].version) == render(committed_schema(name))
    assert trim(schema, SELECTIONS[name]) == schema_path(SELECTIONS[name]).read_text()


def test_a_schema_of_several_providers_asks_which(tmp_path) -> None:
    schema = as_terraform_prints_it("ovh")
    schema["provider_schemas"] |= as_terraform_prints_it("helm")["provider_schemas"]
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(schema))
    with pytest.raises(SchemaError, match="It holds: ovh/ovh, hashicorp/helm"):
        read_schema(path)
    assert read_schema(path, "helm").source == "hashicorp/helm"
    assert read_schema(path, "ovh/ovh").name == "ovh"


def test_a_provider_that_nobody_pinned_needs_a_version(tmp_path) -> None:
    schema = as_terraform_prints_it("helm")
    schema["provider_schemas"] = {
        "registry.terraform.io/acme/acme": schema["provider_schemas"]["registry.terraform.io/hashicorp/helm"]
    }
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(schema))
    with pytest.raises(SchemaError, match="acme/acme does not say its version"):
        generate_command(schema=path, out=tmp_path)
    generate_command(schema=path, out=tmp_path, version="1.2.3")
    assert '("acme/acme", "1.2.3")' in (tmp_path / "cdktf_cdktf_provider_acme/provider.py").read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '"x"'])
def test_a_file_that_is_no_schema_gives_one_line(text, tmp_path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(text)
    command = [sys.executable, "-m", "andamio.bindings", "generate", "--schema", str(path), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "is not a provider schema" in done.stderr


def test_check_exits_with_one_when_something_differs(tmp_path) -> None:
    command = [sys.executable, "-m", "andamio.bindings", "generate", "--provider", "helm", "--out", str(tmp_path)]
    assert subprocess.run([*command, "--check"], capture_output=True, check=False).returncode == 1
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert subprocess.run([*command, "--check"], capture_output=True, check=False).returncode == 0
