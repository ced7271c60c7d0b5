"""The command as people and machines run it: exit codes, what it says, and what it leaves alone."""

from __future__ import annotations

import json
import os
import pty
import shlex
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from andamio import engines
from tests.engines.needs import kubectl, need
from tests.properties.projects import copy_of, environment_without, reference_tree, run, tree


@pytest.fixture(scope="module")
def reference(project, tmp_path_factory) -> Path:
    """The reference project, synthesized; tests only read it."""
    return reference_tree(project, tmp_path_factory)


@pytest.fixture
def shop(reference, tmp_path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(reference, tmp_path / "shop"))


def edit(shop: Path, service: str, old: str, new: str) -> None:
    path = shop / f"catalog/services/{service}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_folder_in_step_is_said_to_be(reference) -> None:
    done = run(reference, "synth", "--check")
    assert done.returncode == 0, done.stderr
    assert "dist is in step" in done.stdout


def test_check_tells_what_would_change_and_writes_nothing(shop) -> None:
    before = tree(shop / "dist")
    edit(shop, "backoffice", "memory=256", "memory=320")
    done = run(shop, "synth", "--check")
    assert done.returncode == 3
    assert "~ k8s/dev/backoffice/Deployment.backoffice.yaml" in done.stdout
    assert tree(shop / "dist") == before


def test_a_finding_leaves_everything_as_it_was(shop) -> None:
    before = tree(shop / "dist")
    edit(shop, "backoffice", '"orders"', '"ordres"')
    done = run(shop, "synth")
    assert done.returncode == 1
    assert 'AND021 catalog/services/backoffice.py: backoffice.calls[2] = "ordres"' in done.stderr
    assert 'Did you mean "orders"?' in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(shop / "dist") == before


def test_a_wrong_call_is_told_from_a_finding(reference) -> None:
    assert run(reference, "synth", "--chekc").returncode == 2
    assert run(reference, "graph", "--environment", "prodution").returncode == 2


def test_a_missing_catalog_is_a_finding_that_says_what_to_do(tmp_path) -> None:
    done = run(tmp_path, "synth")
    assert done.returncode == 1
    assert "does not exist" in done.stderr
    assert "andamio init" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_edited_by_hand_is_named_and_replaced_only_on_request(shop, reference) -> None:
    path = shop / "dist/k8s/dev/cart/Service.cart.yaml"
    path.write_text(path.read_text() + "# mine\n")
    done = run(shop, "synth")
    assert done.returncode == 4
    assert "k8s/dev/cart/Service.cart.yaml" in done.stderr
    assert path.read_text().endswith("# mine\n")
    assert run(shop, "synth", "--replace-edited").returncode == 0
    assert tree(shop / "dist") == tree(reference / "dist")


def test_a_composition_that_raises_is_a_mistake_of_code_with_its_trace(project, tmp_path) -> None:
    """It is the one beside the catalog, also when the command runs in a folder that has one of its own."""
    copy_of(project, tmp_path, compositions=True)
    chart = tmp_path / "k8s/service_chart.py"
    chart.write_text(chart.read_text().replace("        self._foundation()", '        raise RuntimeError("boom")', 1))
    done = run(project, "synth", "--catalog", str(tmp_path / "catalog"))
    assert done.returncode == 70
    assert "RuntimeError: boom" in done.stderr
    assert "service_chart.py" in done.stderr
    assert not (tmp_path / "dist").exists()


def test_an_interrupt_leaves_everything_as_it_was(shop) -> None:
    """As Ctrl-C does it: every process of the group is told."""
    before = tree(shop / "dist")
    edit(shop, "backoffice", "memory=256", "memory=320")
    with subprocess.Popen(
        [sys.executable, "-m", "andamio", "synth", "--no-cache"],
        cwd=shop,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        # A runner in the background ignores SIGINT, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env=environment_without(),
    ) as process:
        assert process.stderr is not None
        assert any("to build" in line for line in process.stderr)
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130, rest
    assert rest.count("Interrupted") == 1
    assert "Traceback" not in rest
    assert tree(shop / "dist") == before
    assert run(shop, "synth").returncode == 0


def test_json_is_json_and_nothing_else(shop) -> None:
    edit(shop, "backoffice", "memory=256", "memory=320")
    for arguments in (("synth", "--check"), ("diff",), ("check",), ("secrets",)):
        done = run(shop, *arguments, "--json")
        assert json.loads(done.stdout) is not None
        assert "to build" not in done.stderr
    found = json.loads(run(shop, "synth", "--json").stdout)
    assert "k8s/dev/backoffice/Deployment.backoffice.yaml" in found["changed"]
    assert set(found) >= {"added", "changed", "removed", "warnings", "seconds"}


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_for_terminals_and_can_be_switched_off(reference, variables, coloured) -> None:
    ours, theirs = pty.openpty()
    environment = {**environment_without("NO_COLOR", "TERM"), "TERM": "xterm", **variables}
    done = subprocess.run(
        [sys.executable, "-m", "andamio", "synth", "--check"],
        cwd=reference,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    os.close(theirs)
    said = os.read(ours, 10_000)
    os.close(ours)
    assert done.returncode == 0
    assert (b"\x1b[" in said) is coloured


def test_what_is_piped_has_no_colours(reference) -> None:
    done = run(reference, "synth", "--check")
    assert "\x1b[" not in done.stdout + done.stderr


def test_catalog_and_result_may_lie_anywhere(reference, tmp_path) -> None:
    done = run(tmp_path, "synth", "--catalog", str(reference / "catalog"), "--out", "made here/dist")
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "made here/dist") == tree(reference / "dist")


def test_the_apps_of_both_tools_make_a_plane_each(project, reference, tmp_path) -> None:
    copy_of(project, tmp_path, compositions=True)
    for app, folder in (("infra/main.py", "terraform"), ("k8s/main.py", "k8s")):
        subprocess.run([sys.executable, app], cwd=tmp_path, check=True, capture_output=True, env=environment_without())
        assert tree(tmp_path / "dist" / folder) == tree(reference / "dist" / folder)
    assert tree(tmp_path / "dist") == tree(reference / "dist")


@pytest.mark.parametrize(
    ("tool", "settings", "folder"), [("cdktf", "cdktf.json", "terraform"), ("cdk8s", "cdk8s.yaml", "k8s")]
)
def test_the_tools_themselves_make_the_same_bytes(project, reference, tmp_path, tool, settings, folder) -> None:
    need(tool)
    copy_of(project, tmp_path, compositions=True)
    shutil.copyfile(project / settings, tmp_path / settings)
    python = tmp_path / ".venv/bin/python"  # as the settings say; what it stands for may have a space in its path
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o700)
    environment = {**environment_without(), "CI": "1", "CHECKPOINT_DISABLE": "1", "DISABLE_VERSION_CHECK": "1"}
    done = subprocess.run(
        [str(engines.path(tool)), "synth"], cwd=tmp_path, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "dist" / folder) == tree(reference / "dist" / folder)


def test_a_project_from_the_package_synthesizes_at_once(tmp_path) -> None:
    assert run(tmp_path, "init", "mine").returncode == 0
    folder = tmp_path / "mine"
    done = run(folder, "synth")
    assert done.returncode == 0, done.stderr
    assert run(folder, "new", "service", "billing", "--database", "--cache").returncode == 0
    assert run(folder, "synth").returncode == 0
    assert run(folder, "init").returncode == 4


def test_the_installed_package_makes_what_the_source_makes(project, reference, tmp_path) -> None:
    """A wheel alone in a virtual environment; only its dependencies are lent to it, as downloading them is slow."""
    wheels = tmp_path / "wheels"
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--no-index"]
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, *build, "--wheel-dir", str(wheels), str(project)], check=True, capture_output=True)
    venv = tmp_path / "empty venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = str(venv / "bin/python")
    site = Path(_said(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))
    lent = tmp_path / "lent"
    lent.mkdir()
    for entry in Path(_said(sys.executable, "import jsii; print(jsii.__path__[0])")).parent.iterdir():
        if "andamio" not in entry.name and entry.suffix != ".pth":
            (lent / entry.name).symlink_to(entry)
    (site / "lent.pth").write_text(f"{lent}\n")
    subprocess.run(
        [*pip, "--quiet", "--python", python, "install", "--no-deps", "--no-index", *map(str, wheels.glob("*.whl"))],
        check=True,
        capture_output=True,
    )
    assert Path(_said(python, "import andamio; print(andamio.__path__[0])")).is_relative_to(venv)
    copy_of(reference, tmp_path / "elsewhere")
    done = run(tmp_path, "synth", "--catalog", "elsewhere/catalog", python=(python,))
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "elsewhere/dist") == tree(reference / "dist")


def _said(python: str, code: str) -> str:
    done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True, cwd="/")
    return done.stdout.strip()


def test_kustomize_builds_each_folder_with_every_object_as_it_lies_there(reference) -> None:
    program = kubectl()
    folders = sorted(path.parent for path in (reference / "dist/k8s").glob("*/*/kustomization.yaml"))
    assert len(folders) > 60

    def built(folder: Path) -> str:
        done = subprocess.run([program, "kustomize", str(folder)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def objects(*texts: str) -> list[tuple[str, str, str, dict[str, Any]]]:
        found = [body for text in texts for body in yaml.load_all(text, Loader=yaml.CSafeLoader)]
        names = ((one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"], one) for one in found)
        return sorted(names, key=lambda named: named[:3])

    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(built, folders))
    for folder, text in zip(folders, made, strict=True):
        files = [file for file in folder.glob("*.yaml") if file.name != "kustomization.yaml"]
        assert objects(text) == objects(*(file.read_text(encoding="utf-8") for file in files)), folder
