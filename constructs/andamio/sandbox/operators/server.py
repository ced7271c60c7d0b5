"""The process that stands in for operators in one cluster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from andamio.sandbox.loopback import OwnServer
from andamio.sandbox.operators.standing_in import MADE_HEALTHY

__all__ = ["Operators"]


class Operators(OwnServer):
    """Stands in for the operators of one cluster; it listens nowhere.

    Args:
        kubeconfig: The administrator's.
        reloaded: Labels of the namespaces in which workloads are restarted when their Secrets change.
        folder: As for every server of the sandbox.
        tied: As for every server of the sandbox.
        ports: Taken and not used, so that it is made like the others.
    """

    name: ClassVar[str] = "operators"
    ports_needed: ClassVar[int] = 0

    def __init__(
        self,
        kubeconfig: Path,
        *,
        reloaded: str = "",
        folder: Path | None = None,
        tied: bool = True,
        ports: Sequence[int] = (),
    ) -> None:
        super().__init__(folder=folder, tied=tied, ports=ports)
        self._kubeconfig = kubeconfig
        self._reloaded = reloaded

    def made_healthy(self) -> dict[str, Any]:
        """Kind → why a stand-in sets its status, and which objects it made healthy."""
        found: dict[str, Any] = json.loads((self.folder / MADE_HEALTHY).read_bytes())
        return found

    def _arguments(self) -> list[str]:
        (self.folder / MADE_HEALTHY).unlink(missing_ok=True)
        return [
            *("operators", "--kubeconfig", str(self._kubeconfig), "--folder", str(self.folder)),
            *("--reloaded", self._reloaded),
        ]

    def _ready(self) -> bool:
        return (self.folder / MADE_HEALTHY).is_file()
