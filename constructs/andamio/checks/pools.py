"""Node pools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_environment
from andamio.checks.rule import rule
from andamio.contract.labels import POOL_LABEL
from andamio.contract.names import pools_per_zone
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.flavors import FLAVORS, flavor
from andamio.knowledge.ovh.limits import NODE_POOL_NAME

_ROLES = ("system", "applications")
_LABEL_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_LABEL_PREFIX = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_KEPT_PREFIXES = ("kubernetes.io", "k8s.io", "andamio.dev")
"""Prefixes of labels that are Kubernetes' or Andamio's own (NodeRestriction admission for the former two)."""


@rule("AND080", severity=Severity.ERROR, title="There are nodes for the system and for applications", acceptable=False)
def both_roles_exist(platform: Platform) -> Iterator[Finding]:
    """The platform's own workloads and the services run on nodes of their own.

    The platform's own workloads and the services run on nodes of their own, so that a service that takes all memory of
    its node does not take Argo CD or the gateway with it. Each selects nodes by role; without any its pods never start.
    """
    for environment in platform.environments:
        roles = {pool.role for pool in environment.pools}
        for role in _ROLES:
            if role not in roles:
                yield at_environment(
                    platform,
                    environment,
                    "pools",
                    value=[pool.name for pool in environment.pools],
                    means=f"no pool has the role {role}",
                    fix=f'Add NodePool(name="{role[:6]}", role="{role}", …)',
                )


@rule("AND081", severity=Severity.ERROR, title="A pool's minimum is not above its maximum", acceptable=False)
def bounds_are_in_order(platform: Platform) -> Iterator[Finding]:
    """The autoscaler moves between `min` and `max` nodes a zone; OVHcloud refuses a minimum above the maximum."""
    for environment in platform.environments:
        for index, pool in enumerate(environment.pools):
            if pool.min > pool.max:
                yield at_environment(
                    platform,
                    environment,
                    f"pools[{index}].min",
                    value=pool.min,
                    means=f"is more than max, which is {pool.max}",
                    fix=f"Set min={pool.max} or less, or raise max",
                )


@rule("AND082", severity=Severity.ERROR, title="A node's flavor is one that is known")
def flavors_are_known(platform: Platform) -> Iterator[Finding]:
    """The flavor decides what fits a node.

    Of one that is not known nothing can be said about capacity, and most often it is misspelt, which OVHcloud would say
    after minutes. Known are general (b3, b2), processor (c3), memory (r3) and shared (d2) flavors.
    """
    for environment in platform.environments:
        for index, pool in enumerate(environment.pools):
            if flavor(pool.flavor) is None:
                names = [known.name for known in FLAVORS]
                hint = did_you_mean(pool.flavor, names) or f"Choose one such as {names[0]} or {names[1]}"
                yield at_environment(
                    platform,
                    environment,
                    f"pools[{index}].flavor",
                    value=pool.flavor,
                    means="no such flavor is known",
                    fix=hint,
                )


@rule("AND083", severity=Severity.ERROR, title="System nodes are always there")
def system_nodes_stay(platform: Platform) -> Iterator[Finding]:
    """The platform's workloads run always: DNS, the gateway, Argo CD.

    At least one system pool keeps a node. Outside of development there have to be two over all zones, so that one may
    be drained.
    """
    for environment in platform.environments:
        pools = [pool for pool in environment.pools if pool.role == "system"]
        nodes = sum(pool.min for pool in pools) * max(1, len(environment.zones))
        least = 1 if environment.tier == "development" else 2
        if pools and nodes < least:
            index = environment.pools.index(pools[0])
            yield at_environment(
                platform,
                environment,
                f"pools[{index}].min",
                value=pools[0].min,
                means=f"the system has {nodes} nodes at least, and needs {least}",
                fix="Raise min of a system pool",
            )


@rule("AND085", severity=Severity.ERROR, title="Pools have names that are valid and differ", acceptable=False)
def names_are_valid(platform: Platform) -> Iterator[Finding]:
    """OVHcloud names nodes after their pool, and nodes are DNS labels: lower-case letters, digits and `-` inside.

    In a region of three zones the zone's letter is added, so `apps-a` beside `apps` would be made twice.
    """
    for environment in platform.environments:
        seen: dict[str, str] = {}
        for name, pool, _ in pools_per_zone(environment):
            index = [p.name for p in environment.pools].index(pool)
            means = NODE_POOL_NAME.problem(name) or NODE_POOL_NAME.problem(pool)
            if name in seen:
                means = f"the pool {name} would be made twice"
                index = max(i for i, p in enumerate(environment.pools) if p.name == pool)
            seen[name] = pool
            if means:
                yield at_environment(
                    platform,
                    environment,
                    f"pools[{index}].name",
                    value=pool,
                    means=means,
                    fix="Choose another name",
                )
                break


@rule("AND089", severity=Severity.ERROR, title="Labels and taints of nodes are valid and free")
def labels_are_valid(platform: Platform) -> Iterator[Finding]:
    """The API server refuses other labels, after the pool was made.

    A label's key is an optional DNS name and `/`, then up to 63 letters, digits, `-`, `_`, `.`; values are the same
    (Kubernetes: labels and selectors). Keys under kubernetes.io and k8s.io are Kubernetes' own, which nodes may not
    set; `andamio.dev` is Andamio's, whose pods select nodes by it.

    A taint on all application pools keeps every service away: services tolerate none.
    """
    for environment in platform.environments:
        for index, pool in enumerate(environment.pools):
            for key, value in pool.labels.items():
                if problem := _key_problem(key) or _value_problem(value):
                    field = f'pools[{index}].labels["{key}"]'
                    fix = "Choose a key of your own, such as example.com/purpose, and a short value"
                    yield at_environment(platform, environment, field, value=value, means=problem, fix=fix)
            for at, taint in enumerate(pool.taints):
                kept = "/" in taint.key and taint.key.startswith("andamio.dev/")
                problem = _value_problem(taint.value) or (None if kept else _key_problem(taint.key))
                if problem:
                    field = f"pools[{index}].taints[{at}]"
                    fix = "Choose a key of your own, such as example.com/only, and a short value"
                    yield at_environment(platform, environment, field, value=taint.key, means=problem, fix=fix)
        applications = [pool for pool in environment.pools if pool.role == "applications"]
        closed = [pool for pool in applications if any(t.effect != "PreferNoSchedule" for t in pool.taints)]
        if applications and len(closed) == len(applications):
            yield at_environment(
                platform,
                environment,
                f"pools[{environment.pools.index(closed[0])}].taints",
                value=[taint.key for taint in closed[0].taints],
                means="every application pool has a taint, and services tolerate none",
                fix="Leave the taints of one application pool out",
            )


def _key_problem(key: str) -> str | None:
    prefix, slash, name = key.rpartition("/")
    if slash and not _LABEL_PREFIX.fullmatch(prefix):
        return "what stands before `/` is no DNS name"
    if not _LABEL_NAME.fullmatch(name):
        return "the key is no valid label name"
    if any(prefix == kept or prefix.endswith(f".{kept}") for kept in _KEPT_PREFIXES) or key == POOL_LABEL:
        return f"keys under {prefix} are not yours to set"
    return None


def _value_problem(value: str) -> str | None:
    return None if not value or _LABEL_NAME.fullmatch(value) else "the value is no valid label value"
