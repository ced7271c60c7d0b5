"""Objects that passed every rule, in the slim form that rules which compare objects still need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from andamio.checks.slim import slim
from andamio.synthesis.cache import ShareCache
from andamio.synthesis.digest import code_digest

__all__ = ["Passed", "rules_digest"]

_SHARE = "passed/objects"
_PACKAGES = ("checks", "contract", "knowledge", "model")

Objects = Mapping[str, Mapping[str, Any]]


class Passed:
    """Shares whose objects need not be read again as a whole: unchanged, and passed by the very same rules.

    Kept in the cache as one result under the digest of the rules and of what they know of environments.
    """

    def __init__(self, store: ShareCache, rules: str) -> None:
        """`rules` is `rules_digest`, and a digest of all else than the objects that a rule on one object reads."""
        self._store = store
        self._rules = rules
        known = store.known(_SHARE, rules)
        found = (store.result(rules) or {}) if known is not None else {}
        self._objects: dict[str, Any] = {share: entry for share, entry in found.items() if _is_entry(entry)}

    def objects(self, share: str, key: str) -> Objects | None:
        """The slim objects of `share` as built from `key`; None when they have to be read as a whole."""
        entry = self._objects.get(share)
        if entry is None or entry["key"] != key:
            return None
        found: Objects = entry["objects"]
        return found

    def remember(self, shares: Mapping[str, str], objects: Mapping[str, Objects]) -> None:
        """Note that all of `shares` (name → key) passed; `objects` gives those that were read as a whole."""
        kept = {share: entry for share, entry in self._objects.items() if shares.get(share) == entry["key"]}
        for share, bodies in objects.items():
            slimmed = {path: slim(body) for path, body in bodies.items()}
            kept[share] = {"key": shares[share], "objects": slimmed}
        if kept != self._objects:
            self._store.keep(_SHARE, self._rules, {}, kept)
            self._store.save(planes=("passed",))


def _is_entry(entry: object) -> bool:
    """Whether `entry` has the form that `Passed.remember` gives it."""
    return isinstance(entry, dict) and isinstance(entry.get("key"), str) and isinstance(entry.get("objects"), dict)


def rules_digest() -> str:
    """The digest of the code of all rules and of what they are made of."""
    package = Path(__file__).parents[1]
    return code_digest([package / name for name in _PACKAGES])
