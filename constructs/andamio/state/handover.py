"""Hands what `andamio state init` made to its Terraform stack, so that each thing has one owner.

Terraform imports it: a file beside the stack's own holds an `import` block for each thing that the stack's state does
not own yet. The blocks hold ids, no secret (the provider imports the S3 credential without its secret key). Once the
state owns everything, the file goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from andamio.state.errors import RefusedError, SettingError, clean
from andamio.state.files import write_whole
from andamio.state.target import Target, shown
from andamio.state.terraform_state import TerraformState

__all__ = ["IMPORTS", "Handover", "check_stack", "handover", "write_imports"]

IMPORTS = "imports.tf.json"
"""Name of the file with the `import` blocks."""

_HEADER = "Written by `andamio state init`: Terraform takes over what it made. It goes once that is done."


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What the stack's state does not own yet."""

    imports: Mapping[str, str]
    """Address → id, as the provider imports it."""

    stale: tuple[str, ...]
    """Addresses under which the state owns something else that is gone: they have to leave the state first."""


def check_stack(target: Target) -> None:
    """Make sure that the published state stack is there and is the catalog's.

    Raises:
        SettingError: when it is not.
    """
    path = target.stack_folder(target.stack) / "cdk.tf.json"
    synth = "Run `andamio synth` (or `make synth`) first"
    try:
        document = json.loads(path.read_bytes())
        backend = document["terraform"]["backend"]["s3"]
        where = (backend["bucket"], backend["key"])
        missing = [a for a in target.addresses.values() if not _holds(document, a)]
    except FileNotFoundError:
        raise SettingError(f"{shown(path)} does not exist. {synth}.") from None
    except OSError as error:
        raise SettingError(f"{shown(path)} cannot be read ({clean(error.strerror or error)}).") from None
    except (ValueError, KeyError, TypeError):
        raise SettingError(f"{shown(path)} is not a stack with a backend of the kind s3. {synth}.") from None
    wanted = (target.place.bucket, target.key(target.stack))
    if where != wanted:
        raise SettingError(
            f"{shown(path)} keeps its state in s3://{clean('/'.join(map(str, where)))}, the catalog says "
            f"s3://{'/'.join(wanted)}. {synth}."
        )
    if missing:
        raise SettingError(f"{shown(path)} lacks {', '.join(missing)}. {synth}.")


def _holds(document: Any, address: str) -> bool:
    kind, _, name = address.partition(".")
    return name in document.get("resource", {}).get(kind, {})


def handover(target: Target, state: TerraformState | None, *, user: str, access_key: str) -> Handover:
    """What of user, bucket, policy and credential `state` (None: there is none yet) does not own."""
    project, place = target.place.project, target.place
    things = {
        "user": (f"{project}/{user}", ("id", user)),
        "bucket": (f"{project}/{place.state_region}/{place.bucket}", ("name", place.bucket)),
        "policy": (f"{project}/{user}", ("user_id", user)),
        "credential": (f"{project}/{user}/{access_key}", ("id", access_key)),
    }
    imports, stale = {}, []
    for what, address in target.addresses.items():
        import_id, (attribute, value) = things[what]
        owned = state.owned.get(address) if state else None
        if owned is None or owned.get(attribute) != value:
            imports[address] = import_id
        if owned is not None and owned.get(attribute) != value:
            stale.append(address)
    return Handover(imports=imports, stale=tuple(stale))


def imports_path(target: Target) -> Path:
    """Where the `import` blocks stand."""
    return target.stack_folder(target.stack) / IMPORTS


def write_imports(target: Target, imports: Mapping[str, str]) -> Path | None:
    """Write the file with the `import` blocks, or remove it when there is nothing to import; returns its path or None.

    Raises:
        RefusedError: when a file of that name is there that we did not write.
        SettingError: when it cannot be written.
    """
    path = imports_path(target)
    try:
        before = json.loads(path.read_bytes())
        ours = isinstance(before, dict) and before.get("//") == _HEADER
    except FileNotFoundError:
        ours = True
    except (OSError, ValueError):
        ours = False
    if not ours:
        raise RefusedError(f"{shown(path)} is not ours. Move it away, then run the command again.")
    if not imports:
        path.unlink(missing_ok=True)
        return None
    blocks = [{"to": address, "id": imports[address]} for address in sorted(imports)]
    write_whole(path, json.dumps({"//": _HEADER, "import": blocks}, indent=2) + "\n")
    return path
