"""Standard streams that are closed, full, or left by their reader; and texts that a terminal would obey."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.properties.projects import copy_of, environment_without, reference_tree, run


@pytest.fixture(scope="module")
def shop(project, tmp_path_factory) -> Path:
    """The reference project, synthesized; tests only read it."""
    return reference_tree(project, tmp_path_factory)


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """`command` in a shell, where `$andamio` is the command."""
    text = command.replace("$andamio", f'"{sys.executable}" -m andamio')
    return subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment_without(), capture_output=True, text=True, check=False
    )


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


@needs_full
@pytest.mark.parametrize("command", ["graph", "synth --check", "secrets --json", "explain AND034"])
def test_a_result_that_cannot_be_written_is_one_message(shop, command) -> None:
    """Short results were lost in silence, exit code 0; long ones were a traceback, exit code 70."""
    done = shell(shop, f"$andamio {command} >/dev/full")
    assert done.returncode == 5
    assert done.stderr.count("error: ") == 1
    assert "standard output: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@needs_full
def test_progress_that_cannot_be_written_stops_nothing(shop) -> None:
    done = shell(shop, "$andamio synth --check 2>/dev/full")
    assert done.returncode == 0
    assert "in step" in done.stdout


@pytest.mark.parametrize("command", ["graph", "graph --format json", "secrets", "check --json"])
def test_a_reader_that_has_enough_is_none_of_the_command_s_concern(shop, command) -> None:
    """`andamio graph | head -1` ended with exit code 1."""
    done = shell(shop, f"$andamio {command} | head -c 1; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_gone_changes_no_exit_code(project, shop, tmp_path) -> None:
    """A pipe hides nothing: what is out of step stays so."""
    copy_of(shop, tmp_path)
    done = shell(tmp_path, "$andamio synth --check | true; exit ${PIPESTATUS[0]}")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr


def test_errors_do_not_land_in_the_result_when_standard_error_is_closed(tmp_path) -> None:
    """Python prints to standard output what has nowhere to go."""
    done = shell(tmp_path, "$andamio check --catalog nowhere 2>&-")
    assert (done.returncode, done.stdout) == (1, "")


def test_nothing_is_open_at_all(shop) -> None:
    done = shell(shop, "$andamio synth --check <&- >&- 2>&-")
    assert done.returncode == 0
    done = shell(shop, "$andamio secrets --json <&- 2>&-")
    assert json.loads(done.stdout)


@pytest.mark.parametrize("command", ["synth", "check", "diff"])
def test_names_of_files_do_not_move_the_cursor(tmp_path, command) -> None:
    name = "no\x1b[2J\nwhere"
    done = run(tmp_path, command, "--catalog", name)
    assert done.returncode == 1
    assert "no\\x1b[2J\\nwhere" in done.stderr
    assert "\x1b" not in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a_folder_with_an_odd_name_is_shown_on_one_line(shop, tmp_path) -> None:
    odd = tmp_path / "di\x1b[2J\nst"
    odd.symlink_to(odd)
    done = run(shop, "synth", "--check", "--out", str(odd))
    assert done.returncode == 4
    assert "di\\x1b[2J\\nst: is a symbolic link that leads in a circle. Remove it" in done.stderr.splitlines()[-1]


def test_a_narrow_encoding_stops_nothing(project, tmp_path) -> None:
    shutil.copytree(project / "catalog", tmp_path / "catálog ✓")
    done = run(tmp_path, "check", "--catalog", "catálog ✓", variables={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("cat\\xe1log \\u2713 is sound")


@pytest.mark.parametrize("value", ["", "-x", "--all"])
def test_against_nothing_is_a_wrong_call(shop, value) -> None:
    """A variable that CI did not set left the comparison out, in silence."""
    done = run(shop, "check", f"--against={value}")
    assert done.returncode == 2
    assert "names no git reference" in done.stderr
