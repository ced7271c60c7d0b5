"""Generated pages are what the code and the catalog say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import andamio.model
from andamio.cli.exit_codes import ExitCode
from andamio.contract.platform import Platform
from andamio.contract.stacks import Stack
from andamio.docs.__main__ import main
from andamio.docs.command import commands
from andamio.docs.pages import out_of_step, pages, write
from andamio.model import Model, Release


@pytest.fixture(scope="module")
def made(tienda: Platform) -> dict[str, str]:
    return dict(pages(tienda))


def test_every_generated_page_is_in_step(project: Path, made: dict[str, str]) -> None:
    stale = out_of_step(project / "docs", made)
    assert stale == (), "run `.venv/bin/python -m andamio.docs` and commit the result"


def test_a_release_changes_no_page(tienda: Platform, made: dict[str, str]) -> None:
    released = Platform.of(
        shared=tienda.shared,
        environments=tienda.environments,
        services=tienda.services,
        releases={environment.name: Release() for environment in tienda.environments},
        tombstones=tienda.tombstones,
    )
    assert dict(pages(released)) == made


def test_the_order_of_declarations_changes_no_page(tienda: Platform, made: dict[str, str]) -> None:
    turned = Platform.of(
        shared=tienda.shared,
        environments=tuple(reversed(tienda.environments)),
        services=tuple(reversed(tienda.services)),
    )
    assert dict(pages(turned)) == made


def test_every_model_and_every_field_is_in_the_reference(made: dict[str, str]) -> None:
    page = made["reference/model.md"]
    models = [getattr(andamio.model, name) for name in andamio.model.__all__]
    for model in models:
        if isinstance(model, type) and issubclass(model, Model) and model is not Model:
            section = page.split(f"### {model.__name__}\n")[1].split("\n#")[0]
            for name, field in model.model_fields.items():
                row = next(line for line in section.splitlines() if line.startswith(f"| `{name}` |"))
                assert ("**required**" in row) == field.is_required(), row


def test_every_command_and_option_is_in_the_reference(made: dict[str, str]) -> None:
    page = made["reference/command.md"]
    for name, command in commands():
        section = page.split(f" `{name}`\n")[1].split("\n##")[0]
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert f"`{parameter.opts[0]}" in section, f"{name} {parameter.opts[0]}"


def test_every_exit_code_is_explained(made: dict[str, str]) -> None:
    codes = made["reference/command.md"].split("## Exit codes")[1]
    assert [code for code in ExitCode if f"| {int(code)} | " not in codes] == []


def test_diagrams_name_every_service_and_stack(tienda: Platform, made: dict[str, str]) -> None:
    drawn = "".join(made[f"diagrams/{name}.md"] for name in ("calls", "events", "stores"))
    assert [service.name for service in tienda.services if f'"{service.name}"' not in drawn] == []
    assert [stack for stack in Stack if f'["{stack}"]' not in made["diagrams/deployment.md"]] == []


def test_pages_are_written_and_then_in_step(tmp_path: Path, made: dict[str, str]) -> None:
    assert set(write(tmp_path, made)) == set(made)
    assert out_of_step(tmp_path, made) == ()
    (tmp_path / "reference" / "model.md").write_text("something else", encoding="utf-8")
    assert write(tmp_path, made) == ("reference/model.md",)


def test_check_names_what_is_out_of_step_and_writes_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "catalog").symlink_to(project / "catalog")
    assert main(["--check", "--project", str(tmp_path)]) == ExitCode.OUT_OF_STEP
    assert "docs/reference/model.md is out of step" in capsys.readouterr().err
    assert not (tmp_path / "docs").exists()


def test_a_catalog_that_cannot_be_read_is_no_traceback(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "andamio.docs", "--project", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(andamio.model.__file__).parents[2])},
    )
    assert found.returncode == ExitCode.FINDINGS
    assert "Traceback" not in found.stderr
    assert "catalog" in found.stderr
