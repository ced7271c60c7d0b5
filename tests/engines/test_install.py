"""Engines are had by a recipe, kept by a key, built by one process at a time; what goes wrong is said in words."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from andamio.cloud.stack import TERRAFORM_VERSION
from andamio.engines import (
    ENGINES,
    BuiltEngine,
    EngineError,
    GoProgram,
    MissingEngineError,
    engine,
    find,
    install,
    path,
)
from andamio.engines.build import build, go_mod, replacements
from andamio.engines.cache import KEEP_BUILD_CACHE, build_folder, locked, publish, removed, root
from andamio.engines.errors import BuildError
from andamio.engines.find import Where, built_program
from andamio.engines.go import Go
from andamio.engines.go_program import Edit
from andamio.engines.on_machine import TERRAFORM

SAMPLE = GoProgram(
    name="sample",
    module="example.com/sample",
    package="cmd/sample",
    version="v1.2.3",
    accepts="1.2.",
    local_replacements={"*": "v0.2.3"},
)
UPSTREAM = {
    "Go": "1.25.0",
    "Replace": [
        {"Old": {"Path": "example.com/fork"}, "New": {"Path": "example.com/forked", "Version": "v2.0.0"}},
        {"Old": {"Path": "example.com/part"}, "New": {"Path": "./staging/part"}},
    ],
}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache in a folder with a space, and a PATH with nothing on it."""
    folder = tmp_path / "a cache"
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv(KEEP_BUILD_CACHE, raising=False)
    return programs


def _program(at: Path, says: str) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    at.chmod(0o755)


def test_caches_that_a_killed_call_left_are_removed_by_the_next_unless_somebody_builds(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = engine("etcd")
    assert isinstance(wanted, BuiltEngine)
    _program(built_program(wanted), "etcd Version: 3.6.16")
    (build_folder() / "modules").mkdir(parents=True)
    lines: list[str] = []
    with locked(lambda: None):
        install(["etcd"], progress=lines.append)
    assert build_folder().exists()
    install(["etcd"], progress=lines.append, keep_build_cache=True)
    assert build_folder().exists()
    install(["etcd"], progress=lines.append)
    assert not build_folder().exists()
    assert lines[-1] == "removed Go's caches, which an interrupted call had left"
    assert built_program(wanted).is_file()


def test_names_of_engines_differ_and_each_pins_a_version_that_it_would_accept() -> None:
    assert len({row.name for row in ENGINES}) == len(ENGINES)
    for row in ENGINES:
        edited = isinstance(row, GoProgram) and bool(row.edits)
        assert row.fits(row.version.removeprefix("v")) is not edited, row.name


def test_what_changes_a_build_changes_its_key_and_nothing_else_does() -> None:
    def key(**changes: object) -> str:
        fields = {name: getattr(SAMPLE, name) for name in SAMPLE.__dataclass_fields__}
        return GoProgram(**{**fields, **changes}).key(system="linux", architecture="amd64")

    before = SAMPLE.key(system="linux", architecture="amd64")
    assert key(space=99, tried=False, accepts="1.") == before
    changed = {
        key(version="v1.2.4"),
        key(package="cmd/other"),
        key(linker_values={"a": "b"}),
        key(local_replacements={}),
        key(main="redis"),
        key(edits=(Edit(file="a.go", old="b", new="c"),)),
        key(edits=(Edit(file="a.go", old="b", new="d"),)),
    }
    assert len(changed | {before, SAMPLE.key(system="linux", architecture="arm64")}) == 9


def test_the_source_of_a_main_of_our_own_is_part_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[GoProgram.__module__], "MAINS", tmp_path)
    wanted = GoProgram(name="own", module="example.com/own", package="", main="own", version="v1.2.3", accepts="1.2.")
    keys = set()
    for text in ("package main", "package main // changed"):
        (tmp_path / "own.go.txt").write_text(text, encoding="utf-8")
        keys.add(wanted.key(system="linux", architecture="amd64"))
    assert len(keys) == 2
    assert wanted.import_path == "."


class _Module:
    """A Go command that has one module and remembers what it is asked to build."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.built: list[str] = []

    def module(self, module: str, version: str) -> Path:
        return self.source

    def go_mod(self, source: Path) -> dict[str, object]:
        return {"Go": "1.25.0"}

    def require(self, version: str, what: str) -> None:
        pass

    def run(self, *arguments: str, at: Path) -> str:
        self.built.append(arguments[-1])
        return ""


@pytest.fixture
def module(tmp_path: Path) -> _Module:
    """A module whose files are read-only, as Go leaves them."""
    source = tmp_path / "module"
    (source / "server").mkdir(parents=True)
    (source / "server" / "listen.go").write_text('listen("every.address")', encoding="utf-8")
    (source / "server" / "listen.go").chmod(0o400)
    (source / "server").chmod(0o500)
    return _Module(source)


def test_an_edit_is_made_in_a_copy_that_is_built_instead(module: _Module, tmp_path: Path) -> None:
    edit = Edit(file="server/listen.go", old="every.address", new="127.0.0.1")
    wanted = GoProgram(name="a", module="example.com/a", package="cmd", version="v1.0.0", accepts="1.", edits=(edit,))
    work = tmp_path / "work"
    work.mkdir()
    build(wanted, module, at=work, target=tmp_path / "a")
    assert (work / "source" / "server" / "listen.go").read_text(encoding="utf-8") == 'listen("127.0.0.1")'
    assert (module.source / "server" / "listen.go").read_text(encoding="utf-8") == 'listen("every.address")'
    assert "replace example.com/a => ./source\n" in (work / "go.mod").read_text(encoding="utf-8")
    assert module.built == ["example.com/a/cmd"]


def test_an_edit_whose_text_is_not_there_fails_the_build(module: _Module, tmp_path: Path) -> None:
    edit = Edit(file="server/listen.go", old="other", new="127.0.0.1")
    wanted = GoProgram(name="a", module="example.com/a", package="", version="v1.0.0", accepts="1.", edits=(edit,))
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(BuildError, match=r"server/listen\.go of example\.com/a v1\.0\.0 has not once 'other'"):
        build(wanted, module, at=work, target=tmp_path / "a")


def test_a_main_of_our_own_is_built_in_its_module(module: _Module, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    build(engine("redis"), module, at=work, target=tmp_path / "a")
    assert "miniredis.NewMiniRedis()" in (work / "main.go").read_text(encoding="utf-8")
    assert module.built == ["."]


def test_a_folder_of_the_repository_is_replaced_by_the_version_of_the_table() -> None:
    assert replacements(SAMPLE, UPSTREAM) == {
        "example.com/fork": "example.com/forked v2.0.0",
        "example.com/part": "example.com/part v0.2.3",
    }
    assert "require example.com/sample v1.2.3\n" in go_mod(SAMPLE, UPSTREAM)


def test_a_replacement_that_upstream_does_not_make_is_an_error() -> None:
    fields = {name: getattr(SAMPLE, name) for name in SAMPLE.__dataclass_fields__}
    wrong = GoProgram(**{**fields, "local_replacements": {"example.com/gone": "v1.0.0"}})
    with pytest.raises(EngineError, match=r"example\.com/gone"):
        replacements(wrong, UPSTREAM)


def test_an_engine_on_the_machine_is_taken_where_its_version_fits_else_the_built_one(empty: Path) -> None:
    wanted = engine("etcd")
    assert isinstance(wanted, BuiltEngine)
    assert find(wanted) is None
    _program(built_program(wanted), "etcd Version: 3.6.16")
    _program(empty / "etcd", "etcd Version: 3.4.1")
    built = find(wanted)
    assert built is not None
    assert built.where is Where.BUILT
    (empty / "etcd").unlink()
    other = empty.parent / "other"
    _program(other / "etcd", "etcd Version: 3.6.99")
    os.environ["PATH"] = str(other)
    found = find(wanted)
    assert found is not None
    assert (found.where, found.version) == (Where.MACHINE, "3.6.99")


def test_a_lua_that_does_not_tell_which_it_is_is_left_alone(empty: Path) -> None:
    _program(empty / "glua", "GopherLua 0.1 Copyright (C) 2015")
    assert find(engine("glua")) is None


def test_a_missing_engine_is_named_with_the_command_that_builds_it(empty: Path) -> None:
    with pytest.raises(MissingEngineError, match="andamio engines install kwok"):
        path("kwok")


def test_terraform_is_named_with_where_people_get_it_as_it_is_not_built(empty: Path) -> None:
    said: list[str] = []
    with pytest.raises(EngineError, match=r"terraform is not on PATH. Install terraform 1\.11 or newer"):
        install(["terraform"], progress=said.append)
    _program(empty / "terraform", "Terraform v1.10.5")
    with pytest.raises(MissingEngineError, match=r"is version 1\.10\.5, and that will not do. Install terraform 1\.11"):
        path("terraform")
    assert not root().exists()


@pytest.mark.parametrize(("version", "fits"), [("1.11.0", True), ("1.14.2", True), ("1.9.8", False), ("2.0.0", False)])
def test_terraform_is_taken_from_the_first_version_that_locks_in_a_bucket_on(version: str, *, fits: bool) -> None:
    assert TERRAFORM.fits(version) is fits
    assert ">= " + ".".join(map(str, TERRAFORM.least)) + ".0" == TERRAFORM_VERSION


def test_without_go_the_message_says_so_and_nothing_is_left(empty: Path) -> None:
    with pytest.raises(EngineError, match="Go is not on this machine"):
        install(["etcd"], progress=lambda _: None)
    assert not build_folder().exists()


def test_an_unknown_name_is_refused_before_anything_is_done(empty: Path) -> None:
    with pytest.raises(EngineError, match="There is no engine 'etdc'"):
        install(["etdc"], progress=lambda _: None)
    assert not root().exists()


def test_an_old_go_is_refused_with_both_versions(empty: Path, tmp_path: Path) -> None:
    says = '{"GOVERSION": "go1.20.1", "GOOS": "linux", "GOARCH": "amd64", "GOTOOLCHAIN": "local"}'
    _program(empty / "go", says)
    with pytest.raises(EngineError, match=r"needs Go 1\.25\.0 or newer; this machine has 1\.20\.1"):
        Go(tmp_path / "caches").require("1.25.0", "sample")


def test_a_full_disk_is_told_as_one(empty: Path, tmp_path: Path) -> None:
    _program(empty / "go", "")
    (empty / "go").write_text("#!/bin/sh\necho 'write x: no space left on device' >&2\nexit 1\n", encoding="utf-8")
    with pytest.raises(EngineError, match="The disk is full"):
        Go(tmp_path / "caches").run("build", at=tmp_path)


def test_too_little_space_is_told_before_the_build(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(empty / "go", "{}")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1_000_000_000))
    with pytest.raises(EngineError, match=r"takes up to 3 GB, and .* has 1\.0 GB left"):
        install(["etcd"], progress=lambda _: None)


def _hold(order: multiprocessing.Queue[str], held: multiprocessing.synchronize.Event) -> None:
    with locked(lambda: None):
        held.set()
        time.sleep(0.5)
        order.put("first")


def test_of_two_processes_one_waits_and_says_so(empty: Path) -> None:
    context = multiprocessing.get_context("fork")
    order, held = context.Queue(), context.Event()
    other = context.Process(target=_hold, args=(order, held))
    other.start()
    assert held.wait(10)
    said: list[str] = []
    with locked(lambda: said.append("waiting")):
        assert order.get(timeout=1) == "first"
    other.join()
    assert said == ["waiting"]


def test_the_lock_of_a_killed_process_is_free(empty: Path) -> None:
    context = multiprocessing.get_context("fork")
    order, held = context.Queue(), context.Event()
    other = context.Process(target=_hold, args=(order, held))
    other.start()
    assert held.wait(10)
    other.kill()
    other.join()
    with locked(lambda: None):
        assert root().is_dir()


def test_a_finished_folder_is_published_whole_and_a_second_one_gives_way(tmp_path: Path) -> None:
    target = tmp_path / "there" / "etcd-1"
    for text in ("first", "second"):
        made = tmp_path / "made"
        made.mkdir()
        (made / "etcd").write_text(text, encoding="utf-8")
        publish(made, target)
    assert (target / "etcd").read_text(encoding="utf-8") == "first"
    assert not (tmp_path / "made").exists()


def test_folders_that_go_left_read_only_are_removed(tmp_path: Path) -> None:
    inner = tmp_path / "modules" / "a@v1"
    inner.mkdir(parents=True)
    (inner / "go.mod").write_text("module a", encoding="utf-8")
    inner.chmod(0o500)
    removed(tmp_path / "modules")
    assert not (tmp_path / "modules").exists()
