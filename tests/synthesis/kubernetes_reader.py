"""The YAML reader of Kubernetes (`sigs.k8s.io/yaml`), built once from `yaml_reader/` and kept in the cache."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SOURCE = Path(__file__).parent / "yaml_reader"


def built_reader() -> KubernetesReader | str:
    """Return the reader, built if need be, or the reason why it cannot be had on this machine."""
    files = sorted(path for path in SOURCE.iterdir() if path.suffix in {".go", ".mod", ".sum"})
    key = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "andamio"
    program = cache / f"yaml-reader-{key}"
    if program.exists():
        return KubernetesReader(program)
    if not (go := shutil.which("go")):
        return "the YAML reader of Kubernetes is built with go, which is not on PATH"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        for path in files:
            shutil.copy(path, folder)
        build = subprocess.run(
            [go, "build", "-mod=readonly", "-trimpath", "-o", "reader", "."],
            cwd=folder,
            env={**os.environ, "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if build.returncode:
            last = build.stderr.strip().splitlines()[-1:] or ["go said nothing"]
            return f"the YAML reader of Kubernetes does not build here: {last[0]}"
        (Path(folder) / "reader").replace(program)
    return KubernetesReader(program)


class KubernetesReader:
    """A running reader; `read` takes one document and returns what Kubernetes understands."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def read(self, document: str) -> Any:
        """Return the document's meaning; a document that Kubernetes refuses is an AssertionError."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(document) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert not answer["error"], (answer["error"], document)
        return answer["value"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
