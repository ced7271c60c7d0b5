"""Faults that are planted to learn and to test with: each says what it does, what should happen, and whether it did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from andamio.loading import load
from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.faults import cloud, cluster, nodes, release
from andamio.sandbox.faults.scene import Fault, NotHealedError, Scene
from andamio.sandbox.reach import Reach
from andamio.sandbox.site import Site
from andamio.sandbox.up import revive

__all__ = ["FAULTS", "Fault", "NotHealedError", "plant"]

_PATIENCE: Final = 60.0
"""Seconds that Argo CD gets to end what it is at, such as healing the fault before."""

FAULTS: Final[dict[str, Fault]] = {
    fault.name: fault
    for fault in (
        cluster.DRIFT,
        cluster.DELETE,
        release.BAD_IMAGE,
        nodes.NODE_LOSS,
        cloud.CLOUD_TIMEOUT,
        cloud.STATE_LOCK,
        cluster.SECRET_ROTATION,
    )
}
"""Name → fault."""


def plant(site: Site, name: str, environment: str, *, tell: Callable[[str], None]) -> str:
    """Plant a fault in a deployed environment and watch; what happened.

    Raises:
        UnknownNameError: there is no such fault.
        SandboxError: the environment is not deployed and healthy, so nothing could be learnt.
        NotHealedError: what should happen did not. What was planted is taken away again as far as that goes.
    """
    fault = FAULTS.get(name)
    if fault is None:
        raise UnknownNameError(f"There is no fault {name!r}. Faults: {', '.join(FAULTS)}.")
    with site.record.locked(f"break {name}"):
        found = site.record.environments.get(environment)
        if found is None or found.phase != "deployed":
            raise SandboxError(
                f"{environment} is not deployed ({found.phase if found else 'unknown'}). Run `andamio sandbox up --env "
                f"{environment}` and `andamio sandbox deploy {environment}` first."
            )
        revive(site, load(site.project / "catalog"), environment, tell)
        with site.speaking(environment) as client:
            scene = Scene(site=site, environment=environment, client=client, reach=Reach.of(site), tell=tell)
            if begun := scene.unhealthy():
                tell(f"waiting for {begun[0]}")
                with suppress(NotHealedError):
                    scene.wait_until_healthy(seconds=_PATIENCE)
            open_ones = scene.unhealthy()
            if open_ones:
                raise SandboxError(
                    f"{environment} is not healthy to begin with: {open_ones[0]}. See `andamio sandbox status`."
                )
            tell(f"does: {fault.does}")
            tell(f"then: {fault.expects}")
            return fault.run(scene)
