"""A golden folder is compared file by file, updated on request, and never eats what is not its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from andamio.testing import Synthesized, assert_golden

MADE = "# Made by Andamio from catalog/services/x.py; do not edit, run: make synth\n"
FILES = {"A.yaml": f"{MADE}a: 1\nb: 2\n", "B.yaml": f"{MADE}b: 1\n"}


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    assert_golden(FILES, tmp_path / "golden", update=True)
    return tmp_path / "golden"


def test_equal_folders_pass(golden: Path, small: Synthesized, tmp_path: Path) -> None:
    assert_golden(FILES, golden)
    folder = small.environment("dev").folder("orders")
    assert_golden(folder, tmp_path / "orders", update=True)
    assert_golden(folder, tmp_path / "orders")
    assert (tmp_path / "orders/kustomization.yaml").read_text() == folder.files["kustomization.yaml"]


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({**FILES, "A.yaml": f"{MADE}a: 1\nb: 3\n"}, ["1 files differ (A.yaml)", "-b: 2", "+b: 3", "committed/A.yaml"]),
        ({"A.yaml": FILES["A.yaml"]}, ["(B.yaml)", "-b: 1", "+++ /dev/null"]),
        ({**FILES, "C.yaml": f"{MADE}c: 1\n"}, ["(C.yaml)", "+c: 1", "--- /dev/null"]),
    ],
    ids=["changed", "removed", "added"],
)
def test_a_difference_is_shown_with_the_way_to_accept_it(golden: Path, files, shown) -> None:
    with pytest.raises(AssertionError) as raised:
        assert_golden(files, golden)
    for text in [*shown, "ANDAMIO_UPDATE_GOLDEN=1", str(golden)]:
        assert text in str(raised.value)


def test_a_folder_that_is_not_there_yet_is_a_difference(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="2 files differ"):
        assert_golden(FILES, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_the_variable_updates(golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDAMIO_UPDATE_GOLDEN", "1")
    assert_golden({"A.yaml": f"{MADE}a: 9\n"}, golden)
    assert {file.name: file.read_text() for file in golden.iterdir()} == {"A.yaml": f"{MADE}a: 9\n"}


@pytest.mark.parametrize("value", ["0", "", "true"])
def test_no_other_value_of_the_variable_updates(golden: Path, monkeypatch: pytest.MonkeyPatch, value) -> None:
    monkeypatch.setenv("ANDAMIO_UPDATE_GOLDEN", value)
    with pytest.raises(AssertionError, match="1 files differ"):
        assert_golden({"A.yaml": FILES["A.yaml"]}, golden)


def test_updating_refuses_a_folder_with_files_of_somebody_else(golden: Path) -> None:
    (golden / "notes.txt").write_text("mine")
    with pytest.raises(AssertionError, match=r"holds what Andamio did not make: notes.txt"):
        assert_golden({"A.yaml": FILES["A.yaml"]}, golden, update=True)
    assert (golden / "B.yaml").exists()
    assert (golden / "notes.txt").read_text() == "mine"


def test_the_option_of_pytest_updates(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "from pathlib import Path\n"
        "from andamio.testing import assert_golden\n"
        f"def test_it():\n    assert_golden({FILES!r}, Path(__file__).parent / 'golden')\n"
    )
    run = [sys.executable, "-m", "pytest", "-q", "-p", "andamio.testing.pytest_options", "-p", "no:cacheprovider"]
    for options, code in (((), 1), (("--andamio-update-golden",), 0)):
        done = subprocess.run([*run, *options, "test_it.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
    assert_golden(FILES, tmp_path / "golden")
