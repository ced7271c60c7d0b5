"""The committed schemas: loading them, trimming a new one, and checking synthesized stacks against them.

A schema file has the form of `terraform providers schema -json`. The committed ones hold the selected resources
only, without descriptions, and the provider's version under `provider_versions` (which Terraform leaves out).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from andamio.bindings.selection import SELECTIONS, Selection

_FOLDER = Path(__file__).parent / "schemas"
_BLOCK_KEYS = ("nesting_mode", "min_items", "max_items")
_ATTRIBUTE_KEYS = ("type", "required", "optional", "computed", "sensitive", "deprecated", "write_only")


class SchemaError(ValueError):
    """A schema file cannot be read, or does not hold the provider or resource that is asked for."""


@dataclass(frozen=True)
class ProviderSchema:
    """One provider of a schema file. `version` is empty where the file does not say."""

    name: str
    source: str
    version: str
    body: Mapping[str, Any]


def read_schema(path: Path, provider: str = "") -> ProviderSchema:
    """One provider of a file that `terraform providers schema -json` printed.

    Args:
        path: the file.
        provider: its name (`ovh`) or source (`ovh/ovh`). Default: the only provider of the file.

    Raises:
        SchemaError: when the file is not such a schema, or has no such provider, or several.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        schemas = content["provider_schemas"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SchemaError(
            f"{path} is not a provider schema ({type(error).__name__}). "
            "Write one with `terraform providers schema -json`."
        ) from error
    fits = [address for address in schemas if not provider or f"/{address}".endswith(f"/{provider}")]
    if len(fits) != 1:
        known = ", ".join(address.split("/", 1)[1] for address in schemas) or "none"
        wanted = f"the provider {provider}" if provider else "exactly one provider"
        raise SchemaError(f"{path} does not hold {wanted}. It holds: {known}.")
    address = fits[0]
    version = content.get("provider_versions", {}).get(address, "")
    return ProviderSchema(address.rpartition("/")[2], address.split("/", 1)[1], version, schemas[address])


@cache
def committed_schema(name: str) -> ProviderSchema:
    """The committed schema of a provider: `ovh`, `harbor` or `helm`."""
    return read_schema(_FOLDER / f"{name}.json")


def schema_path(selection: Selection) -> Path:
    """Where the committed schema of a selection lies."""
    return _FOLDER / f"{selection.name}.json"


def trim(schema: ProviderSchema, selection: Selection) -> str:
    """The text of a schema file with the selected resources only and without prose.

    Raises:
        SchemaError: when the schema lacks a selected resource or data source.
    """
    groups = {}
    for group, names in (
        ("resource_schemas", selection.resources),
        ("data_source_schemas", selection.data_sources),
    ):
        types = [f"{selection.name}_{name}" for name in sorted(names)]
        missing = [name for name in types if name not in schema.body.get(group, {})]
        if missing:
            raise SchemaError(f"The schema of {schema.source} lacks {', '.join(missing)}.")
        groups[group] = {name: {"block": _bare_block(schema.body[group][name]["block"])} for name in types}
    provider = {"block": _bare_block(schema.body["provider"]["block"])}
    return _compact(selection, provider, groups)


def _bare_block(block: Mapping[str, Any]) -> dict[str, Any]:
    bare: dict[str, Any] = {}
    if block.get("attributes"):
        bare["attributes"] = {name: _bare_attribute(given) for name, given in block["attributes"].items()}
    if block.get("block_types"):
        bare["block_types"] = {
            name: {
                "block": _bare_block(given["block"]),
                **{key: given[key] for key in _BLOCK_KEYS if key in given},
            }
            for name, given in block["block_types"].items()
        }
    return bare


def _bare_attribute(given: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: given[key] for key in _ATTRIBUTE_KEYS if given.get(key)}
    if "nested_type" in given:
        nested = given["nested_type"]
        attributes = {name: _bare_attribute(inner) for name, inner in nested["attributes"].items()}
        bare["nested_type"] = {"attributes": attributes, "nesting_mode": nested["nesting_mode"]}
    return bare


def _compact(selection: Selection, provider: Any, groups: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a resource, so that a new version of the provider shows as lines that changed."""

    def line(value: object) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))

    def block(name: str) -> str:
        rows = ",\n".join(f"{line(key)}:{line(value)}" for key, value in sorted(groups[name].items()))
        return f"{line(name)}:{{\n{rows}\n}}"

    address = line(selection.address)
    return (
        f'{{"format_version":"1.0","provider_versions":{{{address}:{line(selection.version)}}},\n'
        f'"provider_schemas":{{{address}:{{\n'
        f'{block("data_source_schemas")},\n"provider":{line(provider)},\n{block("resource_schemas")}\n}}}}}}\n'
    )


def check_terraform_json(stack: Mapping[str, Any]) -> list[str]:
    """What is wrong with a synthesized stack (the content of a `cdk.tf.json`), by the committed schemas.

    Looks at `resource`, `data` and `provider`: unknown types and arguments, missing and read-only ones, blocks
    of another shape or number, values of another type. Expressions (`${...}`) fit anywhere but as blocks.
    Types of Terraform's own (`terraform_data`, `terraform_remote_state`) are not looked at.
    """
    from andamio.bindings.checking import check_stack

    return check_stack(stack, {name: committed_schema(name) for name in SELECTIONS})
