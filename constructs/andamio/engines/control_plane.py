"""A Kubernetes control plane on loopback: etcd, API server, controller manager, scheduler, and kwok for kubelets."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from andamio.engines.client import Client
from andamio.engines.errors import EngineError, StartError
from andamio.engines.find import files, path
from andamio.engines.kubeconfig import client_of, write_kubeconfig
from andamio.engines.processes import is_healthy
from andamio.engines.runnable import Runnable
from andamio.engines.stages import stages

__all__ = ["ADMISSION", "PROGRAMS", "ControlPlane"]

PROGRAMS: Final = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
"""The engines that a control plane takes, in the order in which they start; `kwok-stages` beside them."""

ADMISSION: Final = ("NodeRestriction", "PodSecurity", "ResourceQuota", "LimitRanger", "ValidatingAdmissionPolicy")
"""Admission plugins that are named; Kubernetes' own defaults run beside them."""

_USERS: Final = {
    "admin": "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
}
_READY_SECONDS: Final = 90


class ControlPlane(Runnable):
    """A control plane that runs as this user's own processes, every port on 127.0.0.1.

    The API server makes its own certificate, users come by token. etcd takes anybody on this machine, so nothing
    secret belongs here.

    Args:
        nodes: Node objects, as `andamio.engines.nodes.nodes` makes them.
        services: Range of the Services' addresses. Default: that of OVHcloud's clusters.
        admission: Admission plugins beside Kubernetes' defaults.
        pods_end_after: Seconds from a pod's deletion to its end. Default: none.
        folder, tied, ports: As for everything that runs; tokens and kubeconfigs lie in the folder.
        authority: PEM of an authority of client certificates, each of which names its user. Default: none.
    """

    name: ClassVar[str] = "control-plane"
    ports_needed: ClassVar[int] = 4  # etcd's two, the API server's, kwok's

    def __init__(
        self,
        *,
        nodes: Iterable[Mapping[str, Any]] = (),
        services: str = "10.3.0.0/16",
        admission: Sequence[str] = ADMISSION,
        pods_end_after: float = 0,
        folder: Path | None = None,
        tied: bool = True,
        ports: Sequence[int] = (),
        authority: str = "",
    ) -> None:
        super().__init__(folder=folder, tied=tied, ports=ports)
        self._nodes = tuple(nodes)
        self._services = services
        self._admission = tuple(admission)
        self._pods_end_after = pods_end_after
        self._client: Client | None = None
        self._tokens = {user: secrets.token_hex(16) for user in _USERS}
        self._authority = authority

    @property
    def server(self) -> str:
        """URL of the API server."""
        return f"https://127.0.0.1:{self._ports[2]}"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.folder / "admin.kubeconfig"

    @property
    def client(self) -> Client:
        """The administrator's client."""
        if self._client is None:
            raise EngineError("The control plane does not run.")
        return self._client

    def start(self) -> None:
        """Start every program and wait until each is ready."""
        programs = {name: path(name) for name in PROGRAMS}
        upstream = files("kwok-stages")
        self._open()
        self._start_etcd(programs["etcd"])
        self._start_api_server(programs["kube-apiserver"])
        self._start_controllers(programs)
        self._start_kwok(programs["kwok"], upstream)
        self.add_nodes(self._nodes)

    def attach(self) -> None:
        """Use the programs that another process started on this folder and these ports; they are not stopped here."""
        self._client = client_of(self.kubeconfig)

    def stop(self) -> None:
        """Stop every program, the last first, and remove the data where the folder is temporary."""
        if self._client is not None:
            self._client.close()
            self._client = None
        super().stop()

    def add_nodes(self, nodes: Iterable[Mapping[str, Any]]) -> None:
        """Add nodes that are not there yet, and wait until kwok calls them ready."""
        names = set()
        for node in nodes:
            answer = self.client.create(node)
            if not answer.ok and answer.status != 409:
                raise StartError(f"The node {node['metadata']['name']} was refused: {answer.message}")
            names.add(node["metadata"]["name"])
        kwok = next(one for one in self.running if one.name == "kwok")
        self._processes.wait(kwok, lambda: names <= self._ready_nodes(), seconds=_READY_SECONDS)

    def _ready_nodes(self) -> set[str]:
        return {
            node["metadata"]["name"]
            for node in self.client.all_of("v1", "Node")
            if not any(taint["key"] == "node.kubernetes.io/not-ready" for taint in node["spec"].get("taints", ()))
            and any(
                condition["type"] == "Ready" and condition["status"] == "True"
                for condition in node["status"].get("conditions", ())
            )
        }

    def _start_etcd(self, program: Path) -> None:
        client, peer = (f"http://127.0.0.1:{port}" for port in self._ports[:2])
        running = self._processes.start(
            "etcd",
            program,
            [
                *("--data-dir", str(self.folder / "etcd"), "--unsafe-no-fsync", "--log-level", "warn"),
                *("--listen-client-urls", client, "--advertise-client-urls", client),
                *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
                *("--initial-cluster", f"default={peer}"),
            ],
        )
        self._processes.wait(running, lambda: is_healthy(self._ports[0]), seconds=_READY_SECONDS)

    def _start_api_server(self, program: Path) -> None:
        certificates = self.folder / "certificates"
        key = str(certificates / "apiserver.key")
        tokens = self.folder / "tokens.csv"
        if tokens.exists():
            kept = (line.split(",") for line in tokens.read_text(encoding="utf-8").splitlines())
            self._tokens.update({user: token for token, user, *_ in kept})
        tokens.touch(0o600)
        tokens.write_text(
            "".join(
                f"{self._tokens[user]},{user},{number}" + (f',"{groups}"\n' if groups else "\n")
                for number, (user, groups) in enumerate(_USERS.items(), 1)
            ),
            encoding="utf-8",
        )
        clients: tuple[str, ...] = ()
        if self._authority:
            clients = ("--client-ca-file", str(self.folder / "clients.crt"))
            (self.folder / "clients.crt").write_text(self._authority, encoding="utf-8")
        running = self._processes.start(
            "kube-apiserver",
            program,
            [
                *("--etcd-servers", f"http://127.0.0.1:{self._ports[0]}"),
                *("--bind-address", "127.0.0.1", "--secure-port", str(self._ports[2])),
                *("--cert-dir", str(certificates), "--service-cluster-ip-range", self._services),
                *("--authorization-mode", "RBAC", "--token-auth-file", str(tokens)),
                *clients,
                *("--service-account-key-file", key, "--service-account-signing-key-file", key),
                *("--service-account-issuer", "https://kubernetes.default.svc", "--allow-privileged"),
                *("--enable-admission-plugins", ",".join(self._admission)),
                # No limits on requests: tests apply everything at once.
                *("--max-requests-inflight", "0", "--max-mutating-requests-inflight", "0"),
                *("--enable-priority-and-fairness=false",),
            ],
        )
        authority = certificates / "apiserver.crt"
        # The key is written after the certificate, so the one is whole when the other is.
        self._processes.wait(running, lambda: _ends(certificates / "apiserver.key"), seconds=_READY_SECONDS)
        self._client = Client(
            server=self.server, token=self._tokens["admin"], authority=authority.read_text(encoding="utf-8")
        )
        self._processes.wait(running, self._is_ready, seconds=_READY_SECONDS)
        for user, token in self._tokens.items():
            target = self.folder / f"{user.removeprefix('system:')}.kubeconfig"
            write_kubeconfig(target, server=self.server, authority=authority, user=user, token=token)

    def _is_ready(self) -> bool:
        try:
            return self.client.request("GET", "/readyz").ok
        except (OSError, ssl.SSLError):
            return False

    def _start_controllers(self, programs: Mapping[str, Path]) -> None:
        certificates = self.folder / "certificates"
        self._processes.start(
            "kube-controller-manager",
            programs["kube-controller-manager"],
            [
                *("--kubeconfig", str(self.folder / "kube-controller-manager.kubeconfig")),
                *("--controllers", "*,-node-ipam-controller", "--leader-elect=false", "--secure-port", "0"),
                *("--service-account-private-key-file", str(certificates / "apiserver.key")),
                *("--root-ca-file", str(certificates / "apiserver.crt"), "--use-service-account-credentials"),
                *("--kube-api-qps", "500", "--kube-api-burst", "1000"),
            ],
        )
        self._processes.start(
            "kube-scheduler",
            programs["kube-scheduler"],
            [
                *("--kubeconfig", str(self.folder / "kube-scheduler.kubeconfig")),
                *("--leader-elect=false", "--secure-port", "0"),
                *("--kube-api-qps", "500", "--kube-api-burst", "1000"),
            ],
        )

    def _start_kwok(self, program: Path, upstream: Iterable[Path]) -> None:
        config = self.folder / "kwok-stages.yaml"
        config.write_text(stages(upstream, pods_end_after=self._pods_end_after), encoding="utf-8")
        self._processes.start(
            "kwok",
            program,
            [
                *("--kubeconfig", str(self.kubeconfig), "--config", str(config), "--manage-all-nodes=true"),
                *("--server-address", f"127.0.0.1:{self._ports[3]}", "--node-lease-duration-seconds", "40"),
            ],
        )


def _ends(pem: Path) -> bool:
    return pem.exists() and "-----END" in pem.read_text(encoding="utf-8")
