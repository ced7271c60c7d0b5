"""Argo CD on loopback beside a control plane: Redis, repository server, application controller, API server if asked."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, Final

from andamio.engines.argo_cd_configuration import MANIFESTS, NAMESPACE, PROGRAMS, configuration, environment
from andamio.engines.client import Answer
from andamio.engines.control_plane import ControlPlane
from andamio.engines.definitions import define
from andamio.engines.errors import EngineError, StartError
from andamio.engines.find import files, path
from andamio.engines.processes import listens
from andamio.engines.runnable import Runnable

__all__ = ["NEEDED", "OFTEN", "ArgoCD"]

NEEDED: Final = ("argo-cd", "redis", "helm-4", MANIFESTS, "argo-cd-crds")
"""The engines and module files that it takes."""

OFTEN: Final[Mapping[str, str]] = {"ARGOCD_RECONCILIATION_TIMEOUT": "20s", "ARGOCD_RECONCILIATION_JITTER": "0s"}
"""Variables that have everything compared three times a minute in place of every two or three minutes.

A definition that is established after its Application was compared holds up the next wave until then.
"""

_READY_SECONDS: Final = 60
_VERIFY: Final = "git-verify-wrapper.sh"
_CORE = "argoproj.io/v1alpha1"


class ArgoCD(Runnable):
    """Argo CD as this user's own processes, every port on 127.0.0.1.

    It reads its ConfigMaps in namespace `argocd` of the control plane as it would in a cluster, and acts as the
    control plane's administrator. Like in a cluster it has to be told to start anew where `argocd-cmd-params-cm`
    changed: see `restart`.

    Args:
        plane: The control plane, running.
        values: Values of chart argo-cd; with them, definitions and configuration are put into the cluster at start,
            as its chart would. None: they have to be there.
        server: Whether the API server runs too, for `argocd`; it asks nobody who they are. Default: not.
        overrides: Variables of every program, over what ConfigMaps say.
        folder, tied, ports: As for everything that runs; caches lie in the folder.
    """

    name: ClassVar[str] = "argo-cd"
    ports_needed: ClassVar[int] = 6  # Redis, repository server and its metrics, controller's, API server's two

    def __init__(
        self,
        plane: ControlPlane,
        *,
        values: Mapping[str, Any] | None = None,
        server: bool = False,
        overrides: Mapping[str, str] | None = None,
        folder: Path | None = None,
        tied: bool = True,
        ports: Sequence[int] = (),
    ) -> None:
        super().__init__(folder=folder, tied=tied, ports=ports)
        self._plane = plane
        self._values = values
        self._server = server
        self._overrides = dict(overrides or {})

    @property
    def address(self) -> str:
        """Where its API server listens."""
        if not self._server:
            raise EngineError("Argo CD runs without its API server.")
        return f"127.0.0.1:{self._ports[4]}"

    def start(self) -> None:
        """Put into the cluster what it needs there, start every program and wait until each is ready."""
        programs = {name: path(name) for name in ("redis", "argo-cd", "helm-4")}
        verify = next(file for file in files(MANIFESTS) if file.name == _VERIFY)
        self._open()
        self._prepare_cluster()
        tools = self.folder / "bin"
        tools.mkdir(exist_ok=True)
        shutil.copyfile(verify, tools / _VERIFY)
        (tools / _VERIFY).chmod(0o700)
        for name, program in (("helm", programs["helm-4"]), ("argocd", programs["argo-cd"])):
            (tools / name).unlink(missing_ok=True)
            (tools / name).symlink_to(program)
        redis = self._processes.start("argo-cd-redis", programs["redis"], [f"127.0.0.1:{self._ports[0]}"])
        self._processes.wait(redis, lambda: listens(self._ports[0]), seconds=_READY_SECONDS)
        self._start_programs()

    def restart(self) -> None:
        """Start its programs anew, so that they read what changed in `argocd-cmd-params-cm`; Redis goes on."""
        for one in reversed(self.running[1:]):
            self._processes.stop(one.name)
        self._start_programs()

    def refresh(self, *names: str, hard: bool = False) -> None:
        """Have Applications compared with their sources now, as a webhook of the git server would; without a name, all.

        With `hard`, what was rendered before is forgotten.
        """
        client = self._plane.client
        wanted = names or tuple(one["metadata"]["name"] for one in client.all_of(_CORE, "Application"))
        note = {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "hard" if hard else "normal"}}}
        for name in wanted:
            answer = client.merge(client.path(_CORE, "Application", name, NAMESPACE), note)
            if not answer.ok:
                raise EngineError(f"The Application {name} cannot be refreshed: {answer.message}")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the `argocd` command against its API server."""
        settings = self.folder / "argocd"
        settings.mkdir(exist_ok=True)
        return subprocess.run(
            [str(self.folder / "bin" / "argocd"), *arguments, "--server", self.address, "--plaintext"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "ARGOCD_CONFIG_DIR": str(settings), "KUBECONFIG": str(self._plane.kubeconfig)},
        )

    def _prepare_cluster(self) -> None:
        """Put there what the chart would and, as the API server does at its start, a key and the default project."""
        client = self._plane.client
        if self._values is not None:
            define(client, "argo-cd-crds")
            for body in (_NAMESPACE, *configuration(self._values)):
                answer = client.apply(body)
                if not answer.ok:
                    raise StartError(f"{body['kind']} {body['metadata']['name']} was refused: {answer.message}")
        secret = client.path("v1", "Secret", "argocd-secret", NAMESPACE)
        found = client.request("GET", secret)
        if not found.ok:
            raise StartError("Argo CD is not installed in the cluster: its Secret argocd-secret is not there.")
        if "server.secretkey" not in (found.body.get("data") or {}):
            client.merge(secret, {"stringData": {"server.secretkey": secrets.token_urlsafe(32)}})
        deadline = time.monotonic() + _READY_SECONDS
        while (answer := self._default_project()).status not in (HTTPStatus.CREATED, HTTPStatus.CONFLICT):
            if time.monotonic() > deadline:
                raise StartError(f"Argo CD's default project was refused: {answer.message}")
            time.sleep(0.2)

    def _default_project(self) -> Answer:
        try:
            return self._plane.client.create(_DEFAULT_PROJECT)
        except LookupError as error:
            return Answer(status=HTTPStatus.NOT_FOUND, body=str(error))

    def _start_programs(self) -> None:
        redis, repository, repository_metrics, metrics, api, api_metrics = self._ports
        caches = ("--redis", f"127.0.0.1:{redis}")
        self._start(
            "repo-server",
            [
                *caches,
                *("--port", str(repository), "--address", "127.0.0.1", "--disable-tls", "--client-ca-path", ""),
                *("--metrics-port", str(repository_metrics), "--metrics-address", "127.0.0.1"),
            ],
            repository,
        )
        kubernetes = ("--kubeconfig", str(self._plane.kubeconfig), "--namespace", NAMESPACE)
        rendering = ("--repo-server", f"127.0.0.1:{repository}", "--repo-server-plaintext")
        self._start(
            "application-controller", [*caches, *kubernetes, *rendering, "--metrics-port", str(metrics)], metrics
        )
        if self._server:
            self._start(
                "server",
                [
                    *(*caches, *kubernetes, *rendering, "--insecure", "--disable-auth"),
                    *("--port", str(api), "--address", "127.0.0.1", "--staticassets", str(self.folder)),
                    *("--metrics-port", str(api_metrics), "--metrics-address", "127.0.0.1"),
                ],
                api,
            )

    def _start(self, name: str, arguments: Sequence[str], port: int) -> None:
        work = self.folder / name
        work.mkdir(exist_ok=True)
        running = self._processes.start(
            f"argo-cd-{name}",
            path("argo-cd"),
            arguments,
            environment={
                **environment(name, self._configs()),
                "ARGOCD_BINARY_NAME": PROGRAMS[name],
                "ARGOCD_GPG_ENABLED": "false",
                "ARGOCD_FAKE_IN_CLUSTER": "true",
                "ARGOCD_ASK_PASS_SOCK": _GIT_SOCKET,
                "KUBECONFIG": str(self._plane.kubeconfig),
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
                **{variable: str(work) for variable in _FOLDERS},
                **self._overrides,
            },
        )
        self._processes.wait(running, lambda: listens(port), seconds=_READY_SECONDS)

    def _configs(self) -> dict[str, dict[str, str]]:
        found = self._plane.client.all_of("v1", "ConfigMap", namespace=NAMESPACE)
        return {one["metadata"]["name"]: one.get("data") or {} for one in found}


_NAMESPACE: Final = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
_DEFAULT_PROJECT: Final = {
    "apiVersion": _CORE,
    "kind": "AppProject",
    "metadata": {"name": "default", "namespace": NAMESPACE},
    "spec": {
        "sourceRepos": ["*"],
        "destinations": [{"server": "*", "namespace": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    },
}
_GIT_SOCKET: Final = "ask-pass.sock"
"""Where git would ask for a password; none of the repositories here has one.

Relative to the folder in which programs run: the path of a socket may have 107 characters only, and the default is one
file in /tmp for every Argo CD of a machine.
"""

_FOLDERS: Final = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECACHEDIR", "TMPDIR")
"""Variables that say where the programs write."""
