"""Makes the compact list of what Terraform does when an argument of a resource changes.

Reads `*-provider-behaviour.json` in the folder: for each resource type `force_new`, `defaults`,
`whole_numbers`, `updatable` and `rules`, read from the providers' own schemas. Of the rules only
enumerations are kept; their sentences go. The table of corrections is added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from andamio.knowledge.extract.behaviour_corrections import CORRECTIONS, RESOURCES, Correction
from andamio.knowledge.extract.files import ExtractionError, write_json

_CHOICES: Final = re.compile(r"value must be one of: \[(.*)\]")


def extract(folder: Path, data: Path, resources: tuple[str, ...] = RESOURCES) -> list[Path]:
    """Write `data`/recreate.json and return its path in a list.

    Raises:
        ExtractionError: the folder has no such file, or the files lack one of the resource types.
    """
    behaviour: dict[str, Mapping[str, Any]] = {}
    for path in sorted(folder.glob("*-provider-behaviour.json")):
        behaviour.update(json.loads(path.read_text(encoding="utf-8")))
    missing = sorted(set(resources) - behaviour.keys())
    if missing:
        raise ExtractionError(f"{folder}: no behaviour of {', '.join(missing)}")
    path = data / "recreate.json"
    write_json(path, {"resources": {name: compact(name, behaviour[name]) for name in resources}})
    return [path]


def compact(name: str, behaviour: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of one resource type, the corrections added; empty parts are left out."""
    correction = CORRECTIONS.get(name, Correction(why=""))
    choices = {path: list(values) for path, values in correction.choices}
    for path, rule in behaviour.get("rules", {}).items():
        found = _CHOICES.search(rule)
        if found:
            choices[path] = re.findall(r'"([^"]*)"', found[1])
    kept: dict[str, Any] = {
        "recreates": sorted({*behaviour.get("force_new", ()), *correction.recreates}),
        "fixed": sorted(correction.fixed),
        "growsOnly": sorted(correction.grows_only),
        "choices": choices,
        "defaults": behaviour.get("defaults", {}),
        "wholeNumbers": sorted(behaviour.get("whole_numbers", ())),
        "updatable": behaviour.get("updatable", True),
    }
    return {key: value for key, value in kept.items() if value not in ([], {})}
