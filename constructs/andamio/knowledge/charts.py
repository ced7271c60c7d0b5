"""Third-party Helm charts: where they come from, what they support and which values they know.

Most charts accept an unknown key silently, so a typing mistake changes nothing and fails
nothing. `unknown_values` finds such keys from the committed list of a chart version's keys, in
which a free-form map (node selectors, annotations, flags) is marked open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from andamio.knowledge import data
from andamio.knowledge.chart_support import SUPPORT, KubernetesSupport
from andamio.knowledge.nearest import nearest
from andamio.knowledge.shapes import SHAPES

Node: TypeAlias = "bool | str | list[Any] | dict[str, Any]"
"""A place in a chart's values.

`True`: anything goes. `False`: a scalar or a list; keys below it are unknown. A text: one of the
Kubernetes shapes of `andamio.knowledge.shapes`. A list of one node: a list of such. A mapping:
the known keys; the key `*` stands for every other key, which makes the map an open one.
"""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One version of a chart."""

    name: str
    """The chart's name in its repository."""

    version: str
    """The chart's version, with the leading `v` where upstream writes one."""

    app_version: str | None
    """The version of the application that it installs. None: the chart states none."""

    repository: str
    """URL of the Helm repository."""

    kube_version: str | None
    """The chart's own `kubeVersion` constraint. None: the chart states none."""

    support: KubernetesSupport | None
    """The Kubernetes versions that the project supports or tests. None: nothing was found."""


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A key in a chart's values that the chart does not know."""

    path: str
    """Where, such as `controller.replica`; list items as `[0]`, odd keys quoted."""

    nearest: str | None
    """The known key beside it that is most like it. None: none is close."""


@cache
def charts() -> tuple[Chart, ...]:
    """Every chart version that is known, by name and version."""
    index = data.read("charts/index.json")
    return tuple(
        Chart(
            name=entry["name"],
            version=entry["version"],
            app_version=entry.get("appVersion"),
            repository=entry["repository"],
            kube_version=entry.get("kubeVersion"),
            support=SUPPORT.get((entry["name"], entry["version"])),
        )
        for entry in index["charts"]
    )


def chart(name: str, version: str) -> Chart | None:
    """Return the chart of that name and version, or None where it is not known."""
    return next((known for known in charts() if (known.name, known.version) == (name, version)), None)


def known_versions(name: str) -> tuple[str, ...]:
    """Return the versions known of a chart; empty where the chart is not known at all."""
    return tuple(known.version for known in charts() if known.name == name)


def unknown_values(name: str, version: str, values: Mapping[str, Any]) -> list[Unknown]:
    """Return the keys of `values` that the chart does not know, in the order of `values`.

    A key below an unknown key is not reported again.

    Raises:
        LookupError: the chart or its version is not known.
    """
    if chart(name, version) is None:
        known = ", ".join(known_versions(name)) or "no version of it"
        raise LookupError(f"chart {name} {version} is not known (known: {known})")
    tree = data.read(f"charts/{name}-{version}.json")["values"]
    return list(_unknown(values, tree, ""))


def _unknown(value: object, node: Node, path: str) -> Iterator[Unknown]:
    if node is True:
        return
    if isinstance(node, str):
        node = SHAPES[node]
    if isinstance(value, Mapping):
        known: Mapping[str, Any] = node if isinstance(node, dict) else {}
        for key, below in value.items():
            here = _join(path, str(key))
            if str(key) in known and key != "*":
                yield from _unknown(below, known[str(key)], here)
            elif "*" in known:
                yield from _unknown(below, known["*"], here)
            else:
                yield Unknown(path=here, nearest=nearest(str(key), known))
    elif isinstance(value, list | tuple) and isinstance(node, list):
        for index, item in enumerate(value):
            yield from _unknown(item, node[0], f"{path}[{index}]")


def _join(path: str, key: str) -> str:
    shown = key if all(letter.isalnum() or letter in "_-" for letter in key) and key else f'["{key}"]'
    if not path or shown.startswith("["):
        return path + shown
    return f"{path}.{shown}"
