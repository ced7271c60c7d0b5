"""Every stack of the reference catalog, and what tests ask of it."""

from __future__ import annotations

import json
from functools import cache

from andamio.cdktf import Testing as Cdktf
from andamio.contract.platform import Platform
from andamio.contract.shares import builder
from andamio.contract.stacks import ENVIRONMENT_STACKS, SHARED_STACKS
from andamio.loading import load
from infra.main import stacks
from tests.conftest import ROOT

ENVIRONMENTS = ("dev", "staging", "production")
NAMES = [
    *(str(kind) for kind in SHARED_STACKS),
    *(f"{environment}-{kind}" for environment in ENVIRONMENTS for kind in ENVIRONMENT_STACKS),
]


@cache
def catalog() -> Platform:
    return load(ROOT / "catalog")


def built(platform: Platform) -> dict[str, dict]:
    """Name → content of `cdk.tf.json` of each stack."""
    found = {}
    for share in stacks(platform):
        stack = builder(share.stack)(Cdktf.app(), share.name, share.view)
        for part in share.parts:
            stack.add_part(part.name, part.view)
        assert stack.unpublished == (), share.name
        found[share.name] = json.loads(Cdktf.synth(stack))
    return found


def labels(stack: dict) -> dict[str, dict]:
    """Address → arguments of every resource."""
    return {
        f"{kind}.{label}": arguments
        for kind, found in stack.get("resource", {}).items()
        for label, arguments in found.items()
    }


def resources(everything: dict, name: str, kind: str) -> dict:
    return everything[name].get("resource", {}).get(kind, {})
