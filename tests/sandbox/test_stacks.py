"""Stacks are applied by `cdktf` where it is given: what it prints is told stack by stack, its errors as Terraform's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from andamio.sandbox.stacks import StackError, Stacks

TERRAFORM = """#!/bin/sh
case "$*" in *version*) echo "Terraform v1.12.0" ;; *apply*) echo "Apply complete! Resources: 7 added." ;;
*plan*) echo "│ Error: by itself" >&2; exit 1 ;; esac
"""
CDKTF = """#!/bin/sh
echo "$*" > said
printf 'dev-state  \\033[0m\\033[1mInitializing the backend...\\033[0m\\n'
printf '           \\033[0mApply complete! Resources: 5 added, 0 changed, 0 destroyed.\\033[0m\\n\\n'
printf 'dev-network  \\033[1m\\033[32m\\n'
printf '             Apply complete! Resources: 3 added, 0 changed, 0 destroyed.\\n'
[ -e cut ] && printf 'dev-data  Planning ...\\n' && exit 1
if [ -e fails ]; then
  printf 'dev-data  \\033[31m╷\\033[0m\\n'
  printf '          \\033[31m│\\033[0m Error: no such flavor\\n          │ on line 3\\n          ╵\\n'
  printf 'dev-data  Invoking Terraform CLI failed with exit code 1\\n'
  exit 1
fi
[ -e silent ] || printf 'dev-data  Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\\n'
"""
NAMES = ("dev-state", "dev-network", "dev-data")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with three stacks, and programs that only print."""
    for name, text in (("terraform", TERRAFORM), ("cdktf", CDKTF)):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    stack = {"terraform": {"backend": {"s3": {"endpoints": {"s3": "https://there"}}}}}
    for name in NAMES:
        folder = tmp_path / "tree" / "dist" / "terraform" / "stacks" / name
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text(json.dumps(stack))
    return tmp_path / "tree"


def stacks(project: Path, *, cdktf: bool = True) -> Stacks:
    program = project.parent / "bin" / "cdktf"
    return Stacks(project / "dist" / "terraform" / "stacks", os.environ, cdktf=program if cdktf else None)


def test_one_call_applies_all_in_order_and_each_is_told(project: Path) -> None:
    told: list[tuple[str, str]] = []
    stacks(project).apply_all(NAMES, lambda *one: told.append(one))
    assert [name for name, _ in told] == list(NAMES)
    assert [said.split()[3] for _, said in told] == ["5", "3", "0"]
    arguments = (project / "said").read_text().split()
    assert arguments[:4] == ["deploy", *NAMES]
    assert {"--auto-approve", "--skip-synth", "--parallelism=1"} <= set(arguments)


def test_a_stack_of_which_nothing_is_printed_is_told_at_the_end(project: Path) -> None:
    (project / "silent").touch()
    told: list[tuple[str, str]] = []
    stacks(project).apply_all(NAMES, lambda *one: told.append(one))
    assert [name for name, _ in told] == list(NAMES)
    assert told[-1] == ("dev-data", "")


def test_an_error_names_its_stack_and_those_before_are_told_as_applied(project: Path) -> None:
    (project / "fails").touch()
    told: list[str] = []
    with pytest.raises(StackError) as raised:
        stacks(project).apply_all(NAMES, lambda name, _: told.append(name))
    assert told == ["dev-state", "dev-network"]
    assert raised.value.stack == "dev-data"
    assert str(raised.value).startswith("`cdktf deploy` of dev-data failed:\nError: no such flavor\non line 3\n")


def test_where_it_ends_before_it_tells_why_terraform_is_asked(project: Path) -> None:
    (project / "cut").touch()
    with pytest.raises(StackError, match=r"`terraform plan` of dev-data failed:\nError: by itself"):
        stacks(project).apply_all(NAMES, lambda *_: None)


def test_without_it_terraform_applies_one_after_the_other(project: Path) -> None:
    told: list[tuple[str, str]] = []
    stacks(project, cdktf=False).apply_all(NAMES[:2], lambda *one: told.append(one))
    assert told == [(name, "Apply complete! Resources: 7 added.") for name in NAMES[:2]]
