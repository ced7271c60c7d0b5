"""Programs are taken as projects publish them, where the published hash is theirs, and built where there are none."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from andamio.engines import BuildError, GoProgram, engine, find, install
from andamio.engines.cache import build_folder, root
from andamio.engines.find import Where, built_program, folder_of, this_machine
from andamio.engines.install import RELEASED
from andamio.engines.released import MARK, Machine, ReleasedBinary
from andamio.engines.table import ENGINES

LINUX = Machine(system="linux", architecture="amd64")
PROGRAM = b"#!/bin/sh\necho the program\n"


class Site:
    """What a project publishes, on loopback."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.files: dict[str, bytes] = {}
        self.cut_off: set[str] = set()

    def publish(self, path: str, content: bytes) -> None:
        self.files[path] = content


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that serves nothing yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", f"{served.address}/program")
                self.end_headers()
                return
            content = served.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write((content or b"")[: 3 if self.path in served.cut_off else None])

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Site(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An empty cache, a machine without programs, and the names of what is built there."""
    made: list[str] = []

    def build(row: GoProgram, go: object) -> None:
        made.append(row.name)
        folder_of(row).mkdir(parents=True)
        built_program(row).write_bytes(b"built")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(RELEASED, raising=False)
    installing = sys.modules[install.__module__]
    monkeypatch.setattr(installing, "_build_one", build)
    monkeypatch.setattr(installing, "Go", lambda folder: None)
    return made


@pytest.fixture
def published(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., GoProgram]:
    """Puts a row of this site in the table, in etcd's place."""

    def put(address: str = "/program", **more: str) -> GoProgram:
        etcd = engine("etcd")
        assert isinstance(etcd, GoProgram)
        fields = {"address": site.address + address, "checksums": f"{site.address}/sums", **more}
        row = replace(etcd, released=ReleasedBinary(**fields, systems=(this_machine().system,)))
        monkeypatch.setattr("andamio.engines.table.ENGINES", (row,))
        return row

    return put


def sums(content: bytes, name: str = "") -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {name}".strip().encode() + b"\n"


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as opened:
        for name, content in members.items():
            info = tarfile.TarInfo(f"folder/{name}")
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))
    return out.getvalue()


ARCHIVE = archive(readme=b"words")


def taken(row: GoProgram) -> list[str]:
    """Install a row with what is published; the lines that were told."""
    lines: list[str] = []
    install([row.name], progress=lines.append, released=True)
    return lines


def test_a_program_is_taken_as_it_is_published(
    site: Site, built: list[str], published: Callable[..., GoProgram]
) -> None:
    row = published()
    site.publish("/program", PROGRAM)
    site.publish("/sums", sums(PROGRAM))
    lines = taken(row)
    found = find(row)
    assert found is not None
    assert (found.where, found.version) == (Where.RELEASED, row.version.removeprefix("v"))
    assert found.path.read_bytes() == PROGRAM
    assert found.path.stat().st_mode & 0o777 == 0o755
    told = json.loads((found.path.parent / MARK).read_text())
    assert told == {"address": f"{site.address}/program", "sha256": hashlib.sha256(PROGRAM).hexdigest()}
    assert built == []
    assert lines[0] == f"[1/1] etcd {row.version}: downloading {site.address}/program"
    assert taken(row) == [f"etcd {found.version} is downloaded already"]
    assert not build_folder().exists()


@pytest.mark.parametrize(
    "listed", ["{sum} *program.tar.gz\n", "{other}  other.tar.gz\n{sum}  ./program.tar.gz\n"], ids=["one", "several"]
)
def test_a_program_is_taken_out_of_its_archive(
    site: Site, built: list[str], published: Callable[..., GoProgram], listed: str
) -> None:
    row = published("/program.tar.gz", member="folder/etcd")
    content = archive(readme=b"words", etcd=PROGRAM)
    site.publish("/program.tar.gz", content)
    site.publish("/sums", listed.format(sum=hashlib.sha256(content).hexdigest(), other="0" * 64).encode())
    taken(row)
    assert built_program(row).read_bytes() == PROGRAM
    assert {file.name for file in folder_of(row).iterdir()} == {"etcd", MARK}
    assert built == []


def test_a_program_that_moved_is_followed(site: Site, built: list[str], published: Callable[..., GoProgram]) -> None:
    row = published("/moved")
    site.publish("/program", PROGRAM)
    site.publish("/sums", sums(PROGRAM))
    taken(row)
    assert built_program(row).read_bytes() == PROGRAM


def test_what_has_another_hash_is_refused_and_nothing_of_it_is_kept(
    site: Site, built: list[str], published: Callable[..., GoProgram]
) -> None:
    row = published()
    site.publish("/program", PROGRAM + b"more")
    site.publish("/sums", sums(PROGRAM))
    with pytest.raises(BuildError, match=r"program has the SHA-256 .*sums says .*Nothing was kept"):
        taken(row)
    assert find(row) is None
    assert built == []
    assert PROGRAM not in b"".join(file.read_bytes() for file in root().rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("content", "listed", "message"),
    [
        (PROGRAM, b"not a hash\n", "has no SHA-256 of program.tar.gz"),
        (PROGRAM, sums(b"", "other.tar.gz"), "has no SHA-256 of program.tar.gz"),
        (PROGRAM, sums(PROGRAM), "holds no folder/etcd"),
        (ARCHIVE, sums(ARCHIVE), "holds no folder/etcd"),
    ],
    ids=["no hash", "hash of another file", "no archive", "archive without it"],
)
def test_what_is_no_such_archive_is_told(
    site: Site,
    built: list[str],
    published: Callable[..., GoProgram],
    content: bytes,
    listed: bytes,
    message: str,
) -> None:
    row = published("/program.tar.gz", member="folder/etcd")
    site.publish("/program.tar.gz", content)
    site.publish("/sums", listed)
    with pytest.raises(BuildError, match=re.escape(message)):
        taken(row)
    assert find(row) is None


@pytest.mark.parametrize("missing", ["program", "sums", "cut off", "everything"])
def test_what_cannot_be_had_is_built_and_the_reason_told(
    site: Site, built: list[str], published: Callable[..., GoProgram], missing: str
) -> None:
    row = published()
    site.publish("/program", PROGRAM)
    site.publish("/sums", sums(PROGRAM))
    if missing == "cut off":
        site.cut_off.add("/program")
    elif missing == "everything":
        assert row.released is not None
        row = published(checksums="http://127.0.0.1:1/sums")
    else:
        del site.files[f"/{missing}"]
    lines = taken(row)
    assert built == ["etcd"]
    assert re.search(r"(cannot be read: |was cut off \d+ bytes before its end).*; building it$", lines[1]), lines
    found = find(row)
    assert found is not None
    assert found.where is Where.BUILT


def test_without_being_asked_nothing_is_downloaded(
    built: list[str], published: Callable[..., GoProgram], monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    row = published()
    site.publish("/program", PROGRAM)
    site.publish("/sums", sums(PROGRAM))
    install([row.name], progress=lambda _: None)
    assert built == ["etcd"]
    folder_of(row).rename(root() / "gone")
    monkeypatch.setenv(RELEASED, "1")
    install([row.name], progress=lambda _: None)
    assert built == ["etcd"]
    assert (folder_of(row) / MARK).is_file()


def test_the_table_tells_of_programs_as_they_are_published_and_of_none_that_is_changed_here() -> None:
    addresses = {}
    for row in ENGINES:
        if not isinstance(row, GoProgram) or row.released is None:
            continue
        assert not row.edits, row.name
        assert not row.main, row.name
        binary = row.released.of(row.version, LINUX)
        assert binary is not None
        for address in (binary.address, binary.checksums):
            assert address.startswith("https://")
            assert "{" not in address
        assert row.version.removeprefix("v") in binary.address
        assert bool(binary.member) == binary.address.endswith(".tar.gz")
        addresses[row.name] = binary.address
    assert set(addresses) == {
        *("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
        *("helm", "helm-4", "opentofu"),
    }
    assert addresses["kube-apiserver"] == "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-apiserver"


def test_a_machine_for_which_nothing_is_published_builds() -> None:
    released = engine("etcd")
    assert isinstance(released, GoProgram)
    assert released.released is not None
    assert released.released.of("v1.0.0", Machine(system="darwin", architecture="arm64")) is None
    assert released.released.of("v1.0.0", Machine(system="linux", architecture="riscv64")) is None
