"""Which tests one process runs, and when: what shares something costly stays together, what takes long begins first.

A module's tests stay together, as its fixtures would be made anew in every process. On real engines these take a minute
each, so a module runs as several pieces only where a parameter makes them anew anyway: an environment, or the program
that runs stacks. The stacks that this has deployed are shared by all modules of Terraform's.
"""

from __future__ import annotations

from xdist.scheduler.loadscope import LoadScopeScheduling

__all__ = ["Together", "on_engines", "rank"]

_VARIANTS = ("dev", "staging", "production", "terraform", "opentofu")
_SHARED = "tests/engines/test_terraform"
_LONGEST = ("test_argo_cd", "test_sandbox", "test_terraform", "test_apply", "test_external_secrets", "test_addons")
"""Modules on engines that take minutes; what begins last has to be short, or processes wait for one."""


class Together(LoadScopeScheduling):
    """Gives each process whole pieces, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return piece(nodeid)


def piece(nodeid: str) -> str:
    """The piece that a test belongs to."""
    module, _, test = nodeid.partition("::")
    if not on_engines(nodeid):
        return module
    first = test.partition("[")[2].rstrip("]").split("-")[0]
    variant = f"[{first}]" if first in _VARIANTS else ""
    return (_SHARED if module.startswith(_SHARED) else module) + variant


def on_engines(nodeid: str) -> bool:
    """Whether a test runs on real engines, which may still be building."""
    return nodeid.startswith(("tests/engines/", "tests/soak/"))


def rank(nodeid: str) -> int:
    """Where a test comes in the order: first those that need no engine, then the longest of the others."""
    if not on_engines(nodeid):
        return -1
    name = nodeid.partition("::")[0].rpartition("/")[2]
    return next((place for place, known in enumerate(_LONGEST) if name.startswith(known)), len(_LONGEST))
