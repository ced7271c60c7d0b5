"""`andamio outputs pull`: what Terraform's stacks tell, as the file that the catalog reads.

The values come from `terraform output -json` in each stack's folder, or straight from the state objects. They become
`CloudOutputs` or `SharedOutputs`; a sensitive output, or a value that looks like a secret, is refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY, CloudOutputs, SharedOutputs, Source
from andamio.contract.stacks import Stack
from andamio.state.errors import OutsideError, SettingError, clean
from andamio.state.files import write_whole
from andamio.state.object_storage import ObjectStorage
from andamio.state.target import SHARED, Target, shown
from andamio.state.terraform_state import DamagedError, Output, parse

__all__ = ["Change", "Pulled", "Reader", "from_storage", "pull"]

Reader = Callable[[str], Mapping[str, Output]]
"""Gives the outputs of the stack of a name; none when it was not deployed."""

_TOKENS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\."),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b"),
    re.compile(r"\b(?:ghp|gho|ghs|glpat|hvs|hvb|xox[abp])[_.-][A-Za-z0-9_.-]{10,}"),
    re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{32,}(?![0-9a-fA-F-])"),
    re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"),
)
_RUN = re.compile(r"[A-Za-z0-9+/_]{16,}")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field whose value is another one than before."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What was pulled."""

    path: Path
    changes: tuple[Change, ...]
    written: bool
    """Whether the file's bytes changed."""

    outputs: CloudOutputs | SharedOutputs


def from_storage(target: Target, storage: ObjectStorage) -> Reader:
    """Reads outputs straight from the state objects in a bucket."""

    def read(stack: str) -> Mapping[str, Output]:
        data = storage.get(target.key(stack))
        if data is None:
            return {}
        try:
            return parse(data).outputs
        except DamagedError as error:
            raise OutsideError(
                f"The state of {stack} is damaged: {error}. Run `andamio state doctor {target.name}`."
            ) from None

    return read


def pull(target: Target, read: Reader, *, source: Source, catalog: Path, dry_run: bool = False) -> Pulled:
    """Write `cloud/<target>.json` in the folder `catalog`, when it changes.

    Raises:
        OutsideError: when an output is missing, sensitive, secret-like or not of its type; the file stays as it was.
        SettingError: when the file cannot be written.
    """
    shared = target.name == SHARED
    table: Mapping[str, Stack] = SHARED_PUBLISHED_BY if shared else PUBLISHED_BY
    values = _collect(target, table, read)
    model: type[CloudOutputs] | type[SharedOutputs] = SharedOutputs if shared else CloudOutputs
    try:
        outputs = model.model_validate_json(json.dumps({"source": source, **values}))
    except ValidationError as error:
        raise OutsideError(_invalid(target, table, error)) from None
    path = catalog / "cloud" / f"{target.name}.json"
    after = outputs.model_dump(mode="json")
    changes = tuple(_changes(_before(path, model), after))
    text = json.dumps(after, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if dry_run:
        return Pulled(path=path, changes=changes, written=False, outputs=outputs)
    return Pulled(path=path, changes=changes, written=write_whole(path, text), outputs=outputs)


def _collect(target: Target, table: Mapping[str, Stack], read: Reader) -> dict[str, Any]:
    values: dict[str, Any] = {}
    missing: dict[str, list[str]] = {}
    for kind, stack in target.stacks.items():
        names = [name for name, publisher in table.items() if publisher is kind]
        found = read(stack) if names else {}
        for name in names:
            if name not in found:
                missing.setdefault(stack, []).append(name)
                continue
            if found[name].sensitive:
                raise OutsideError(
                    f"Output {name} of {stack} is sensitive: a secret crosses through a key store, never through "
                    "catalog/cloud. Nothing was written."
                )
            if any(_secret_like(text) for text in _texts(found[name].value)):
                raise OutsideError(
                    f"Output {name} of {stack} looks like a secret. An id or an address belongs there. "
                    "Nothing was written."
                )
            values[name] = found[name].value
    if missing:
        first = next(iter(missing))
        told = "; ".join(f"{stack} lacks {', '.join(names)}" for stack, names in missing.items())
        raise OutsideError(
            f"Not everything is deployed yet: {told}. Deploy {first} first: `{target.chdir(first)} apply`. "
            "Nothing was written."
        )
    return values


def _secret_like(text: str) -> bool:
    """Whether `text` has the form of a key, a token or a password in an address.

    Public ids at OVHcloud are UUIDs, numbers or words in lower case; long runs that mix cases and digits as if at
    random are not among them.
    """
    if any(pattern.search(text) for pattern in _TOKENS):
        return True
    return any(
        any(c.islower() for c in run)
        and any(c.isupper() for c in run)
        and any(c.isdigit() for c in run)
        and _entropy(run) > 3.0
        for run in _RUN.findall(text)
    )


def _entropy(text: str) -> float:
    """Bits a character."""
    return -sum(share * math.log2(share) for share in (text.count(c) / len(text) for c in set(text)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _invalid(target: Target, table: Mapping[str, Stack], error: ValidationError) -> str:
    told = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        stack = target.stacks.get(table[name]) if name in table else None
        told.append(f"output {'.'.join(map(str, one['loc']))} of {stack}: {clean(one['msg'])}")
    return f"What the stacks tell is not what the catalog expects: {'; '.join(told)}. Nothing was written."


def _before(path: Path, model: type[CloudOutputs] | type[SharedOutputs]) -> dict[str, Any]:
    """The values that stand in the file; the defaults where there is none or it is damaged."""
    try:
        return model.model_validate_json(path.read_bytes()).model_dump(mode="json")
    except FileNotFoundError:
        return model().model_dump(mode="json")
    except (OSError, ValidationError):
        return {}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, Mapping):
            known = old if isinstance(old, Mapping) else {}
            for key in sorted({*value, *known}):
                if known.get(key) != value.get(key):
                    yield Change(field=f"{name}.{key}", before=_shown(known.get(key)), after=_shown(value.get(key)))
        elif old != value:
            yield Change(field=name, before=_shown(old), after=_shown(value))


def _shown(value: Any) -> str:
    return "nothing" if value is None else clean(value if isinstance(value, str) else json.dumps(value), limit=120)


def check_published(target: Target, stack: str) -> Path:
    """The folder of a stack.

    Raises:
        SettingError: when it is not published.
    """
    folder = target.stack_folder(stack)
    if not (folder / "cdk.tf.json").is_file():
        raise SettingError(f"{shown(folder / 'cdk.tf.json')} does not exist. Run `andamio synth` (or `make synth`).")
    return folder
