"""Commands of npm packages: pinned by hash, without an address, and what happens without npm."""

import json

import pytest

from andamio.engines import BuildError
from andamio.engines.npm import COMMANDS, NpmCommand, install_command
from tests.engines.needs import need


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_package_is_pinned_by_its_hash_and_has_no_address(row: NpmCommand) -> None:
    packages = json.loads((row.lock / "package-lock.json").read_text())["packages"]
    root = packages.pop("")
    assert root["dependencies"] == {row.module: row.version.removeprefix("v")}
    assert len(packages) > 100
    # A bundled package comes in the archive of another, whose hash covers it.
    fetched = {name: package for name, package in packages.items() if not package.get("inBundle")}
    assert [name for name, one in fetched.items() if not one.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_another_lock_file_is_another_installation(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = COMMANDS[0]
    before = row.key(system="linux", architecture="amd64")
    monkeypatch.setattr("andamio.engines.npm._LOCKS", tmp_path)
    (tmp_path / row.name).mkdir()
    (tmp_path / row.name / "package-lock.json").write_text("{}")
    assert row.key(system="linux", architecture="amd64") != before


def test_without_npm_the_message_says_what_to_install(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"npm is not on this machine, and the command cdktf .* Install Node\.js"):
        install_command(COMMANDS[0], at=tmp_path, caches=tmp_path)


@pytest.mark.parametrize("name", [row.name for row in COMMANDS])
def test_the_command_is_there(name: str) -> None:
    need(name)
