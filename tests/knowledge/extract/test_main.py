"""The maintainer's command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from andamio.knowledge.extract.__main__ import main
from andamio.knowledge.extract.behaviour_corrections import RESOURCES


def test_it_lists_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = {name: {"updatable": True} for name in RESOURCES}
    (tmp_path / "x-provider-behaviour.json").write_text(json.dumps(facts))
    assert main(["behaviour", "--from", str(tmp_path), "--to", str(tmp_path / "data")]) == 0
    assert capsys.readouterr().out == "recreate.json\n"
    assert (tmp_path / "data" / "recreate.json").is_file()


def test_wrong_sources_are_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["behaviour", "--from", str(tmp_path), "--to", str(tmp_path)]) == 2
    assert "no behaviour of" in capsys.readouterr().err
