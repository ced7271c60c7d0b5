"""A PostgreSQL server on loopback, with TLS, for one test; it needs PostgreSQL's server programs and openssl."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = os.environ.get("POSTGRES_PROGRAMS", "")
"""Folder of another PostgreSQL to prove the SQL on. Default: what the machine has."""


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, or None on a machine that has no server."""
    found = [Path(PROGRAMS)] if PROGRAMS else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    complete = [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if not complete or not shutil.which("openssl"):
        return None
    if not (complete[0] / "psql").exists() and not shutil.which("psql"):
        return None
    return complete[0]


class Server:
    """A running server: run SQL in it as any of its roles, each with its name as password."""

    def __init__(self, folder: Path, binaries: Path, port: int) -> None:
        self.folder, self.binaries, self.port = folder, binaries, port
        own = binaries / "psql"
        self.program = str(own if own.exists() else "psql")
        self.authority = folder / "server.crt"

    def psql(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run psql without a person's own settings."""
        variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **(environment or {})}
        return subprocess.run(
            [self.program, "--no-psqlrc", "--quiet", *arguments],
            capture_output=True,
            text=True,
            env=variables,
            check=False,
            timeout=60,
        )

    def run(self, sql: str, *, role: str = "postgres", database: str = "postgres") -> str:
        """Run `sql` and return what it prints; an error is an `AssertionError` with the server's words."""
        done = self._run(sql, role, database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def refuses(self, sql: str, *, role: str, database: str) -> str:
        """Run `sql`, which has to fail, and return why it did."""
        done = self._run(sql, role, database)
        assert done.returncode != 0, f"{role} could: {sql}"
        return done.stderr

    def _run(self, sql: str, role: str, database: str) -> subprocess.CompletedProcess[str]:
        target = f"host=localhost port={self.port} user={role} password={role} dbname={database} sslmode=require"
        return self.psql("--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", f"--command={sql}", target)


@contextmanager
def server(*, tls: bool = True) -> Iterator[Server]:
    """Start a server that asks every role for its name as password, and take it away afterwards.

    Args:
        tls: Whether it speaks TLS; without, it takes plain text only.
    """
    binaries = programs()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    process = None
    try:
        _certificate(folder)
        if who:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "nobody", "nogroup")
        data = folder / "data"
        (folder / "password").write_text("postgres\n")
        (folder / "password").chmod(0o644)
        subprocess.run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "scram-sha-256",
                f"--pwfile={folder}/password",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **who,
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "listen_addresses": "localhost",
            "port": port,
            "fsync": "off",
            "ssl": "on" if tls else "off",
            "unix_socket_directories": folder,
            "ssl_cert_file": folder / "server.crt",
            "ssl_key_file": folder / "server.key",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder, **who
            )
        running = Server(folder, binaries, port)
        _wait(running, folder)
        yield running
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder)


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            folder / "server.key",
            "-out",
            folder / "server.crt",
        ],
        check=True,
        capture_output=True,
    )
    (folder / "server.key").chmod(0o600)
    folder.chmod(0o755)


def _wait(running: Server, folder: Path) -> None:
    for _ in range(100):
        target = f"host=localhost port={running.port} user=postgres password=postgres dbname=postgres"
        if running.psql("--command=SELECT 1", target).returncode == 0:
            return
        subprocess.run(["sleep", "0.2"], check=True)
    raise AssertionError((folder / "log").read_text())
