"""What differs between `dist/` as the catalog gives it and the sandbox's own, value by value, and why.

Only two reasons are allowed: an address (`andamio.sandbox.addresses`), and what Terraform's stacks told about the cloud
(`catalog/cloud/`). Everything else is named as what it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.contract.stores import DOCUMENTED_PORTS
from andamio.sandbox.addresses import Addresses

__all__ = ["Change", "Comparison", "Reason", "summary"]

_LONGEST: Final = 90
_MANIFEST: Final = "manifest.json"
"""Sums of the other files, at both levels; they say nothing of their own."""

_DIGEST: Final = "checksum/"
"""Annotations that hold the digest of another object."""


class Reason(StrEnum):
    """Why a value differs."""

    ADDRESS = "address"
    OUTPUT = "cloud output"
    DIGEST = "digest of what differs"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A value that differs."""

    file: str
    path: str
    before: Any
    after: Any
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two folders `dist/` of one catalog.

    Given with them is what explains a difference: the sandbox's addresses, the catalog with the outputs of each side.
    """

    before: Path
    after: Path
    addresses: Addresses
    platform_before: Platform
    platform_after: Platform

    def changes(self) -> Iterator[Change]:
        """Every value that differs, file by file."""
        files = {path.relative_to(folder).as_posix() for folder in (self.before, self.after) for path in _files(folder)}
        for file in sorted(files):
            old, new = self.before / file, self.after / file
            if Path(file).name == _MANIFEST or (old.is_file() and new.is_file() and _same(old, new)):
                continue
            if not (old.is_file() and new.is_file()):
                yield Change(file=file, path="", before=old.is_file(), after=new.is_file(), reason=Reason.OTHER)
                continue
            for path, left, right in _leaves(_read(old), _read(new), ""):
                yield Change(file=file, path=path, before=left, after=right, reason=self._reason(path, left, right))

    def _reason(self, path: str, before: Any, after: Any) -> Reason:
        if _DIGEST in path:
            return Reason.DIGEST
        if isinstance(before, str) and isinstance(after, str):
            if self.addresses.rewrite_text(before) == after:
                return Reason.ADDRESS
            if self._told(before) == self._told(after):
                return Reason.OUTPUT
        if all(isinstance(one, str | int | None) and one in {None, *self._ports} for one in (before, after)):
            return Reason.OUTPUT
        return Reason.OTHER

    def _told(self, text: str) -> str:
        """A text with a mark in place of each address and each output of either side."""
        # The host of the key store is an output first, and then an address.
        text = self.addresses.rewrite_text(text).replace(self.addresses.key_store, "https://\0")
        for value in self._texts:
            text = text.replace(value, "\0")
        return text

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """Each output that is a text, long ones first, so that none is found inside another."""
        found: set[str] = set()
        for platform in (self.platform_before, self.platform_after):
            views = platform.views.values()
            shared: list[CloudOutputs | SharedOutputs] = [platform.shared_outputs, *(view.outputs for view in views)]
            for outputs in shared:
                found |= {value for value in outputs.model_dump(mode="json").values() if isinstance(value, str)}
        return tuple(sorted(found, key=lambda one: (-len(one), one)))

    @cached_property
    def _ports(self) -> set[Any]:
        ports = {port for some in DOCUMENTED_PORTS.values() for port in some}
        for platform in (self.platform_before, self.platform_after):
            for view in platform.views.values():
                ports |= {port for some in view.outputs.store_ports.values() for port in some}
        return ports | {str(port) for port in ports}


def summary(changes: Iterable[Change]) -> Iterator[str]:
    """Lines for people: each address once with its number of places, outputs by their number, the rest one by one."""
    found = list(changes)
    addressed = Counter((str(one.before), str(one.after)) for one in found if one.reason is Reason.ADDRESS)
    for (before, after), count in sorted(addressed.items()):
        yield f"  address, {count} places: {_short(before)} -> {_short(after)}"
    for reason in (Reason.OUTPUT, Reason.DIGEST):
        places = [one for one in found if one.reason is reason]
        if places:
            yield f"  {reason}, {len(places)} places in {len({one.file for one in places})} files"
    for one in found:
        if one.reason is Reason.OTHER:
            yield f"  other: {one.file} {one.path}: {_short(str(one.before))} -> {_short(str(one.after))}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _files(folder: Path) -> Iterator[Path]:
    """Files of `dist/`; what Terraform keeps beside them is hidden or an override."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or "_override." in part for part in parts):
            yield path


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _read(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        return _unfolded(json.loads(text))
    if file.suffix in (".yaml", ".yml"):
        return _unfolded(list(yaml.load_all(text, yaml.CSafeLoader)))
    return text.splitlines()


def _unfolded(value: Any) -> Any:
    """A document in which texts that are JSON themselves, such as a release's values, are taken apart too."""
    if isinstance(value, dict):
        return {key: _unfolded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unfolded(inner) for inner in value]
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return _unfolded(json.loads(value))
        except ValueError:
            return value
    return value


def _leaves(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Path, old and new value of each leaf that differs."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}, key=str):
            yield from _leaves(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            pair = (before[index : index + 1] or [None])[0], (after[index : index + 1] or [None])[0]
            yield from _leaves(*pair, f"{path}[{index}]")
    elif before is None and isinstance(after, Mapping | list):
        yield from _leaves(type(after)(), after, path)
    elif after is None and isinstance(before, Mapping | list):
        yield from _leaves(before, type(before)(), path)
    elif before != after:
        yield path, before, after
