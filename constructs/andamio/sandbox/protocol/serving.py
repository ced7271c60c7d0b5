"""Starts providers: long-lived ones that Terraform reattaches to, or one that Terraform itself starts.

A provider that Terraform starts tells in one line where it listens and how it is to be trusted (go-plugin's handshake,
protocol 1, plugin protocol 6). It ends with its parent, however that ends.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]

from andamio.sandbox.cloud.certificates import authority
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.protocol.service import server
from andamio.sandbox.provider.provider import SandboxProvider

__all__ = ["HOSTS", "serve_attached", "serve_plugin"]

HOSTS = ("registry.terraform.io", "registry.opentofu.org")
"""Where Terraform and OpenTofu look for a provider that names no host."""

_COOKIE = "TF_PLUGIN_MAGIC_COOKIE"
_PATIENCE = 0.5


def serve_attached(names: Sequence[str], cloud: Cloud, folder: Path) -> None:
    """Serve providers on unix sockets in `folder` until the standard input ends or a signal comes.

    Writes one line: the JSON for `TF_REATTACH_PROVIDERS`. The path of a socket has 107 characters at most.
    """
    told: dict[str, Mapping[str, Any]] = {}
    running = []
    for name in names:
        provider = SandboxProvider(name, cloud)
        path = folder / f"{name}.sock"
        made = server(provider)
        made.add_insecure_port(f"unix:{path}")
        made.start()
        running.append(made)
        entry = {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": os.getpid(),
            "Test": True,
            "Addr": {"Network": "unix", "String": str(path)},
        }
        told.update({f"{host}/{provider.schema.source}": entry for host in HOSTS})
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
    while sys.stdin.buffer.read(4096):
        pass
    for made in running:
        made.stop(None)


def serve_plugin(name: str, cloud: Cloud) -> int:
    """Serve one provider to the Terraform that started this process; returns its exit code."""
    if not os.environ.get(_COOKIE):
        sys.stderr.write("This is a Terraform provider of Andamio's sandbox; Terraform starts it.\n")
        return 1
    done = threading.Event()
    with tempfile.TemporaryDirectory(prefix="andamio-") as folder:
        made = server(SandboxProvider(name, cloud), shutdown=done.set)
        path = f"{folder}/{name}.sock"
        line = f"1|6|unix|{path}|grpc"
        if os.environ.get("PLUGIN_CLIENT_CERT"):
            own = authority("plugin", "localhost")
            made.add_secure_port(
                f"unix:{path}", grpc.ssl_server_credentials([(own.key_pem.encode(), own.pem.encode())])
            )
            line += f"|{base64.b64encode(own.der).decode().rstrip('=')}"
        else:
            made.add_insecure_port(f"unix:{path}")
        made.start()
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        _until(done.is_set, parent=os.getppid())
        made.stop(0.2).wait()
    return 0


def _until(done: Callable[[], bool], *, parent: int) -> None:
    while not done() and os.getppid() == parent:
        time.sleep(_PATIENCE if not done() else 0)
