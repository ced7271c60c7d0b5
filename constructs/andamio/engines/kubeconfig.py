"""Kubeconfigs of control planes on loopback: who somebody is, and where the API server listens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from andamio.engines.client import Client
from andamio.engines.errors import EngineError

__all__ = ["client_of", "write_kubeconfig"]


def write_kubeconfig(target: Path, *, server: str, authority: Path, user: str, token: str) -> None:
    """Write a kubeconfig that its owner alone reads.

    Args:
        target: The file.
        server: URL of the API server.
        authority: File with the certificate that the server's own is checked against.
        user: Its name.
        token: The user's bearer token.
    """
    target.touch(0o600)
    body = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "andamio", "cluster": {"server": server, "certificate-authority": str(authority)}}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "andamio", "context": {"cluster": "andamio", "user": user}}],
        "current-context": "andamio",
    }
    target.write_text(json.dumps(body, indent=2), encoding="utf-8")


def client_of(kubeconfig: Path) -> Client:
    """A client by a kubeconfig that `write_kubeconfig` wrote, for a control plane that another process started.

    Raises:
        EngineError: the file is not there, or another one.
    """
    try:
        body: dict[str, Any] = json.loads(kubeconfig.read_bytes())
        cluster, user = body["clusters"][0]["cluster"], body["users"][0]["user"]
        authority = Path(cluster["certificate-authority"]).read_text(encoding="utf-8")
        return Client(server=cluster["server"], token=user["token"], authority=authority)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise EngineError(f"{kubeconfig} is no kubeconfig of a control plane ({type(error).__name__}).") from None
