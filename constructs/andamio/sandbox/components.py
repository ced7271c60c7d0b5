"""The parts of a sandbox in the order in which they start: how each is made, and what others need to know of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from andamio.contract.names import state_bucket
from andamio.contract.platform import Platform
from andamio.contract.stacks import Stack
from andamio.engines import MissingEngineError, files, path
from andamio.engines.argo_cd import NEEDED as ARGO_CD_NEEDED
from andamio.engines.argo_cd import OFTEN, ArgoCD
from andamio.engines.argo_cd_configuration import release_values
from andamio.engines.control_plane import PROGRAMS, ControlPlane
from andamio.engines.definitions import define
from andamio.engines.external_secrets import NEEDED as EXTERNAL_SECRETS_NEEDED
from andamio.engines.external_secrets import ExternalSecrets
from andamio.engines.nodes import nodes
from andamio.engines.runnable import Runnable
from andamio.engines.table import FILES
from andamio.kubernetes.addons import gateway_api, reloader
from andamio.kubernetes.addons.addon import GitFolder
from andamio.sandbox.certificate_access import allow, client_authority
from andamio.sandbox.charts import ChartRepository, GitSource
from andamio.sandbox.git_remote import GitRemote
from andamio.sandbox.key_store import KeyStore
from andamio.sandbox.object_storage import ObjectStorage
from andamio.sandbox.operators.server import Operators
from andamio.sandbox.parts import ARGO_CD, CHARTS, EXTERNAL_SECRETS, GIT, KEYS, OPERATORS, PLANE, STORAGE
from andamio.sandbox.site import Site

__all__ = [
    "ENVIRONMENT_PARTS",
    "NEEDED",
    "SHARED_PARTS",
    "Component",
    "Given",
    "Maker",
    "missing",
]


_CILIUM: Final = "cilium-crds"
_DEFINITIONS: Final = ("cert-manager-crds", "gateway-api-crds", "istio-crds")
"""Module files with the definitions that stand-in charts bring, beside those of what runs for real."""

NEEDED: Final = (
    *PROGRAMS,
    "kwok-stages",
    "helm",
    *ARGO_CD_NEEDED,
    *EXTERNAL_SECRETS_NEEDED,
    *_DEFINITIONS,
    _CILIUM,
)
"""Engines and module files that a sandbox takes."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a part is made of."""

    site: Site
    folder: Path
    ports: tuple[int, ...]
    """Ports that it had before; none at its first start."""

    environment: str
    """Name of its environment; empty when all share it."""

    platform: Platform
    charts: str
    """`stand-in` or `real`."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part that can be started."""

    program: Runnable
    facts: Callable[[], Mapping[str, str]]
    """Addresses and keys that others need, once it runs."""


Maker = Callable[[Given], Component]


class _Plane(ControlPlane):
    """A control plane whose administrator is also known by certificate, with what OVHcloud's clusters bring: Cilium."""

    def start(self) -> None:
        """Start it, give the administrator rights, define Cilium's kinds."""
        super().start()
        allow(self.client)
        define(self.client, _CILIUM)


def _plane(given: Given) -> Component:
    environment = given.platform.views[given.environment].environment
    plane = _Plane(
        nodes=nodes(environment),
        services=environment.network.services,
        folder=given.folder,
        tied=False,
        ports=given.ports,
        authority=client_authority(given.site),
    )

    def facts() -> Mapping[str, str]:
        return {
            "server": plane.server,
            "kubeconfig": str(plane.kubeconfig),
            "authority": str(given.folder / "certificates" / "apiserver.crt"),
        }

    return Component(program=plane, facts=facts)


class _Storage(ObjectStorage):
    """Object storage with the buckets of every state, which `andamio state init` makes at OVHcloud."""

    def __init__(self, *, buckets: Sequence[str], **settings: Any) -> None:
        super().__init__(**settings)
        self._buckets = tuple(buckets)

    def start(self) -> None:
        """Start it and make the buckets."""
        super().start()
        for name in self._buckets:
            self.make_bucket(name)


def _storage(given: Given) -> Component:
    shared = given.platform.shared
    buckets = [state_bucket(shared), *(state_bucket(shared, one) for one in given.platform.environments)]
    made = _Storage(buckets=buckets, folder=given.folder, tied=False, ports=given.ports)

    def facts() -> Mapping[str, str]:
        return {"endpoint": made.endpoint, "access_key": made.access_key, "secret_key": made.secret_key}

    return Component(program=made, facts=facts)


def _key_store(given: Given) -> Component:
    made = KeyStore(given.site.cloud_file, folder=given.folder, tied=False, ports=given.ports)
    return Component(program=made, facts=lambda: {"url": made.url})


def _git_remote(given: Given) -> Component:
    made = GitRemote(folder=given.folder, tied=False, ports=given.ports)
    return Component(program=made, facts=lambda: {"url": made.url, "push": made.push})


def _charts(given: Given) -> Component:
    folder = gateway_api.ADDON.source
    sources = []
    if isinstance(folder, GitFolder):
        sources = [
            GitSource(url=folder.repository, tag=folder.revision, path=folder.path, files="gateway-api-crds"),
        ]
    made = ChartRepository(sources, folder=given.folder, tied=False, ports=given.ports)

    def facts() -> Mapping[str, str]:
        return {"instead": json.dumps({} if given.charts == "real" else dict(made.instead))}

    return Component(program=made, facts=facts)


def _operators(given: Given) -> Component:
    made = Operators(
        given.site.kubeconfig(given.environment),
        reloaded=reloader.WATCHED,
        folder=given.folder,
        tied=False,
        ports=given.ports,
    )
    return Component(program=made, facts=dict)


def running_plane(given: Given) -> ControlPlane:
    """The environment's control plane, which runs already."""
    name = f"{given.environment}/{PLANE}"
    plane = ControlPlane(folder=given.site.part(name), ports=given.site.record.parts[name].ports)
    plane.attach()
    return plane


def _argo_cd(given: Given) -> Component:
    values = argo_cd_values(given.site, given.environment)
    made = ArgoCD(
        running_plane(given), values=values, overrides=OFTEN, folder=given.folder, tied=False, ports=given.ports
    )
    return Component(program=made, facts=lambda: {"values": digest(values)})


def _external_secrets(given: Given) -> Component:
    made = ExternalSecrets(running_plane(given), folder=given.folder, tied=False, ports=given.ports)
    return Component(program=made, facts=dict)


def argo_cd_values(site: Site, environment: str) -> Mapping[str, Any]:
    """The values of Argo CD's chart in an environment, as they were synthesized last; none before that."""
    name = f"{environment}-{Stack.GITOPS}"
    for dist in (site.tree / "dist", site.checkout / "dist"):
        stack = dist / "terraform" / "stacks" / name / "cdk.tf.json"
        if stack.is_file():
            return release_values(stack, "argo-cd")
    return {}


def digest(values: Mapping[str, Any]) -> str:
    """A short name of values, which tells whether they changed."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


SHARED_PARTS: Final[Mapping[str, Maker]] = {
    STORAGE: _storage,
    KEYS: _key_store,
    GIT: _git_remote,
    CHARTS: _charts,
}
"""What all environments share."""

ENVIRONMENT_PARTS: Final[Mapping[str, Maker]] = {
    PLANE: _plane,
    EXTERNAL_SECRETS: _external_secrets,
    ARGO_CD: _argo_cd,
    OPERATORS: _operators,
}
"""What each environment has."""


def missing() -> tuple[str, ...]:
    """Names of what a sandbox takes and this machine lacks."""
    lacking = []
    for name in NEEDED:
        try:
            files(name) if name in {row.name for row in FILES} else path(name)
        except MissingEngineError:
            lacking.append(name)
    return tuple(lacking)
