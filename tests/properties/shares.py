"""Builds the shares of many platforms by one set of processes, each share once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from andamio.contract.platform import Platform
from andamio.contract.shares import ChartShare, StackShare
from andamio.synthesis.composition import Composition
from andamio.synthesis.digest import Digester
from andamio.synthesis.stacks import StackJob, merged
from andamio.synthesis.worker import Failure, Pool, Task

__all__ = ["ShareBuilder"]

_AT_ONCE = 40


class ShareBuilder:
    """What shares become, remembered by the digest of what they are built from."""

    def __init__(self, composition: Composition) -> None:
        self._composition = composition
        self._pool = Pool(paths=(composition.root,))
        self._digester = Digester("")
        self._built: dict[str, Mapping[str, Any]] = {}

    def stop(self) -> None:
        """End the building processes."""
        self._pool.stop()

    def keys(self, platform: Platform) -> dict[str, str]:
        """Each share of `platform` and the digest of its input; `collect` builds what they stand for."""
        return {name: key for name, key, _ in self._shares(platform)}

    def build(self, platforms: Iterable[Platform]) -> None:
        """Build what is not built yet of `platforms`. Raises `RuntimeError` with the trace of a share that fails."""
        wanted: dict[str, ChartShare | StackShare] = {}
        for platform in platforms:
            wanted.update({key: share for _, key, share in self._shares(platform) if key not in self._built})
        charts = [(key, share) for key, share in wanted.items() if isinstance(share, ChartShare)]
        stacks = [(key, share) for key, share in wanted.items() if isinstance(share, StackShare)]
        groups = [
            *(("kubernetes", charts[at : at + _AT_ONCE]) for at in range(0, len(charts), _AT_ONCE)),
            *(("terraform", group) for group in _without_namesakes(stacks)),
        ]
        tasks = [Task(plane=plane, jobs=tuple(_job(share) for _, share in group)) for plane, group in groups]
        results = self._pool.run(tasks) if tasks else []
        if results and isinstance(results[0], Failure):
            raise RuntimeError(f"{results[0].kind}: {results[0].message}\n{results[0].trace}")
        for (plane, group), found in zip(groups, results, strict=True):
            for (key, _), result in zip(group, found, strict=True):
                self._built[key] = result["documents"] if plane == "kubernetes" else {"": merged(result.values())}

    def documents(self, platform: Platform) -> dict[str, Mapping[str, Any]]:
        """Share → what it became: file or an empty name → plain data. Only what was built before."""
        return {name: self._built[key] for name, key in self.keys(platform).items()}

    def _shares(self, platform: Platform) -> list[tuple[str, str, ChartShare | StackShare]]:
        found: list[tuple[str, str, ChartShare | StackShare]] = []
        for view in platform.views.values():
            for chart in self._composition.charts(view):
                name = f"k8s/{chart.environment}/{chart.folder}"
                found.append((name, self._digester.key(name, chart.chart, chart.view), chart))
        for stack in self._composition.stacks(platform):
            parts = [(part.name, part.view) for part in stack.parts]
            found.append((f"terraform/{stack.name}", self._digester.key(stack.name, stack.view, *parts), stack))
        return found


def _without_namesakes(stacks: list[tuple[str, StackShare]]) -> list[list[tuple[str, StackShare]]]:
    """Groups in which no two stacks have one name, as they lie in one app."""
    groups: list[dict[str, tuple[str, StackShare]]] = []
    for key, share in stacks:
        group = next((group for group in groups if share.name not in group), None)
        if group is None:
            group = {}
            groups.append(group)
        group[share.name] = (key, share)
    return [list(group.values()) for group in groups]


def _job(share: ChartShare | StackShare) -> ChartShare | StackJob:
    if isinstance(share, ChartShare):
        return share
    return StackJob(share=share, parts=tuple(part.name for part in share.parts))
