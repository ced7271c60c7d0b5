"""Finds the compositions: a project's own `infra/` and `k8s/`, or the ones that come with the package."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from andamio.contract.platform import EnvironmentView, Platform
from andamio.contract.shares import ChartShare, StackShare

__all__ = ["Composition"]

_PACKAGES = ("infra", "k8s")


@dataclass(frozen=True, kw_only=True)
class Composition:
    """Where `infra/` and `k8s/` lie."""

    root: Path
    """The folder that holds both."""

    @classmethod
    def find(cls, project: Path) -> Composition:
        """The compositions of `project`, or, when it has none, those of the installed package."""
        if all((project / name / "main.py").is_file() for name in _PACKAGES):
            return cls(root=project)
        package = Path(__file__).parents[1]
        shipped = package / "composition"
        return cls(root=shipped if shipped.is_dir() else package.parents[1])

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders whose code decides what is built."""
        return tuple(self.root / name for name in _PACKAGES)

    def stacks(self, platform: Platform) -> list[StackShare]:
        """Every stack of `platform`, in the order of deployment."""
        return list(self._main("infra").stacks(platform))

    def charts(self, view: EnvironmentView) -> Iterator[ChartShare]:
        """Every folder of one environment."""
        return cast("Iterator[ChartShare]", self._main("k8s").shares(view))

    def _main(self, package: str) -> Any:
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        loaded = sys.modules.get(package)
        if loaded is not None and self.root / package not in [Path(p) for p in getattr(loaded, "__path__", [])]:
            for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
                del sys.modules[name]
        return importlib.import_module(f"{package}.main")
