"""The sandbox's stand-in for operators as a thread of the tests, which also stands in for External Secrets."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from andamio.engines.client import Client
from andamio.sandbox.operators import standing_in
from andamio.sandbox.operators.statuses import STOOD_IN, StoodIn, ready


def _ready(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"conditions": ready(body)}


SECRETS: Final = tuple(
    StoodIn(version="external-secrets.io/v1", kind=kind, status=_ready, why="the tests of Argo CD have no key store")
    for kind in ("ClusterSecretStore", "ExternalSecret")
)


class StandIn:
    """Looks every second until the `with` block ends."""

    def __init__(self, client: Client, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._standing_in = standing_in.StandIn(client, folder=folder, kinds=(*STOOD_IN, *SECRETS))
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stand-in")
        self.errors: list[str] = []

    @property
    def made_healthy(self) -> Mapping[str, frozenset[str]]:
        """Kind → objects that it made healthy."""
        return self._standing_in.made_healthy

    def __enter__(self) -> Self:
        self._standing_in.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        assert self.errors == []

    def _run(self) -> None:
        while not self._end.wait(1):
            try:
                self._standing_in.look()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(str(error))
                return
