"""Synthesizes a catalog inside a test: both planes, in memory, nothing written to `dist/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from andamio.checks import run as checks
from andamio.checks.finding import Finding, did_you_mean
from andamio.checks.output import Output
from andamio.contract.platform import Platform
from andamio.loading import load
from andamio.synthesis.build import PLANES, Built, build
from andamio.synthesis.composition import Composition
from andamio.synthesis.digest import Digester
from andamio.testing.objects import EnvironmentObjects
from andamio.testing.stacks import StackResources

__all__ = ["Synthesized", "synthesize"]

_kept: dict[tuple[str, Path, tuple[str, ...]], Synthesized] = {}


def synthesize(
    catalog: Path | str | Platform, *, composition: Path | None = None, planes: Sequence[str] = PLANES
) -> Synthesized:
    """Build what `catalog` says: a catalog folder, or a platform such as `minimal_platform` makes.

    `composition` is the folder that holds `infra/` and `k8s/`; default: the one around the catalog folder if it has
    them, else what comes with the package. `planes` limits it to `("kubernetes",)` or `("terraform",)`, which is
    faster; default: both. The same catalog is built once in a process.

    Raises `CatalogError` for a catalog that cannot be read and `BuildError` for one that cannot be built. What breaks
    a rule is built all the same: ask `findings`.
    """
    platform = catalog if isinstance(catalog, Platform) else load(Path(catalog))
    around = Path.cwd() if isinstance(catalog, Platform) else Path(catalog).resolve().parent
    found = Composition.find(around) if composition is None else Composition(root=composition.resolve())
    key = (Digester("").key(platform), found.root, tuple(sorted(planes)))
    if key not in _kept:
        _kept[key] = Synthesized(platform, build(platform, found, planes=planes, cache=None))
    return _kept[key]


class Synthesized:
    """What became of a catalog."""

    def __init__(self, platform: Platform, built: Built) -> None:
        self.platform = platform
        """The catalog."""

        self._built = built
        self._environments: dict[str, EnvironmentObjects] = {}

    @cached_property
    def output(self) -> Output:
        """Everything as plain data: objects by path, stacks by name. Do not change it."""
        return self._built.output()

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Path below `dist/` → text of every file."""
        return {
            path: file.read().decode()
            for plane in sorted(self._built.files)
            for path, file in sorted(self._built.files[plane].items())
        }

    def environment(self, name: str) -> EnvironmentObjects:
        """The Kubernetes objects of an environment.

        Raises `LookupError`, with the nearest name, when there is none.
        """
        self._need("kubernetes")
        if name not in self.platform.views:
            raise _unknown("environment", name, self.platform.views)
        if name not in self._environments:
            environment = self.platform.views[name].environment
            prefix = f"k8s/{name}/"
            self._environments[name] = EnvironmentObjects(
                name,
                (document for document in self.output.objects if document.environment == name),
                files={path.removeprefix(prefix): text for path, text in self.files.items() if path.startswith(prefix)},
                # Only the standard plan comes with Cilium, to which a pod is never an address (OVHcloud, MKS plans).
                pod_range=None if environment.cluster.plan == "standard" else environment.network.pods,
            )
        return self._environments[name]

    def stack(self, name: str) -> StackResources:
        """A Terraform stack, such as `dev-data` or `shared-keys`.

        Raises `LookupError`, with the nearest name, when there is none.
        """
        self._need("terraform")
        stacks: Mapping[str, Mapping[str, Any]] = self.output.stacks
        if name not in stacks:
            raise _unknown("stack", name, stacks)
        return StackResources(name, stacks[name])

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks find in the catalog and in what was made of it, sorted by file.

        Nothing is compared with an earlier `dist/`.
        """
        self._need(*PLANES)
        return tuple(checks.run(self.platform, output=self.output))

    def _need(self, *planes: str) -> None:
        missing = [plane for plane in planes if plane not in self._built.files]
        if missing:
            raise LookupError(f"the {missing[0]} plane was not built; call synthesize() without `planes`")


def _unknown(what: str, name: str, known: Mapping[str, object]) -> LookupError:
    hint = did_you_mean(name, known) or f"There are: {', '.join(known)}"
    return LookupError(f'there is no {what} "{name}". {hint}')
