"""`andamio state` as a person calls it: exit codes, messages, and no secret on any stream."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from andamio.cli.guard import guarded
from andamio.cli.program import program
from tests.state.loopback import APPLICATION, Cloud
from tests.state.workplace import BUCKET, make_project

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in [name for name in os.environ if name.startswith(("AWS_", "OVH_"))]:
        monkeypatch.delenv(name)
    with Cloud() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.chdir(make_project(tmp_path / "a project"))
        yield server


@pytest.fixture
def andamio(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; whatever it prints is searched for every secret there is."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = guarded(lambda: program(list(arguments), standalone_mode=False))
        out, err = capsys.readouterr()
        assert not [secret for secret in cloud.secrets if secret in out + err]
        assert "Traceback" not in out + err
        return code, out, err

    return run


def test_init_prints_what_it_did_and_what_to_run_next(andamio: Run, tmp_path: Path) -> None:
    code, out, _ = andamio("state", "init", "dev")
    assert code == 0
    assert f"bucket           {BUCKET} (GRA): made" in out
    assert f"export AWS_SHARED_CREDENTIALS_FILE={tmp_path}/config/andamio/shop-dev.credentials" in out
    assert "terraform -chdir=dist/terraform/stacks/dev-state apply" in out


def test_init_tells_machines_the_same_in_one_object(andamio: Run) -> None:
    code, out, err = andamio("state", "init", "dev", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert {step["outcome"] for step in told["steps"]} >= {"made", "written"}
    assert Path(told["credentials_file"]).is_file()
    assert Path(told["imports_file"]).is_file()


def test_shared_has_a_bucket_of_its_own(andamio: Run, cloud: Cloud) -> None:
    assert andamio("state", "init", "shared")[0] == 0
    assert andamio("state", "init", "dev")[0] == 0
    assert list(cloud.buckets) == ["shop-shared-state-5a0d1c2b", BUCKET]


def test_doctor_exits_0_when_all_is_well_and_5_when_not(andamio: Run, cloud: Cloud) -> None:
    andamio("state", "init", "dev")
    code, out, _ = andamio("state", "doctor", "dev")
    assert (code, out.splitlines()[-1]) == (0, "All is well.")
    cloud.buckets[BUCKET]["versioning"] = {"status": "suspended"}
    code, out, _ = andamio("state", "doctor", "dev", "--json")
    told = json.loads(out)
    assert (code, told["healthy"]) == (5, False)
    assert [trouble["code"] for trouble in told["troubles"]] == ["versioning-off"]


def test_an_unknown_environment_gets_the_nearest_name(andamio: Run) -> None:
    for command in (("state", "init"), ("state", "doctor"), ("outputs", "pull")):
        code, out, err = andamio(*command, "dve")
        assert (code, out) == (2, "")
        assert 'Did you mean "dev"?' in err


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (dict.fromkeys(APPLICATION, ""), "No credentials for OVHcloud's API"),
        ({"OVH_ACCESS_TOKEN": "x"}, "Two kinds of credentials"),
        ({"OVH_CONSUMER_KEY": ""}, "OVH_CONSUMER_KEY is not"),
        ({"OVH_ENDPOINT": "ovh-euu"}, 'Did you mean "ovh-eu"?'),
        ({"AWS_ENDPOINT_URL_S3": "nonsense"}, "AWS_ENDPOINT_URL_S3"),
        ({"AWS_ENDPOINT_URL_S3": ""}, "OVH_ENDPOINT is on this machine and AWS_ENDPOINT_URL_S3 is not"),
        ({"OVH_ENDPOINT": "ovh-eu"}, "AWS_ENDPOINT_URL_S3 is on this machine and OVH_ENDPOINT is not"),
    ],
)
def test_wrong_settings_are_a_wrong_call(
    andamio: Run, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], told: str
) -> None:
    for name, value in change.items():
        monkeypatch.setenv(name, value)
    code, _, err = andamio("state", "init", "dev")
    assert code == 2
    assert told in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("answer", [(500, b"it burns"), (200, b"<html>"), (200, b'{"a": 1}'), (403, b"{}")])
def test_an_api_in_trouble_is_one_message_and_exit_5(
    andamio: Run, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes]
) -> None:
    monkeypatch.setattr("andamio.state.http.PAUSE", 0.01)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    cloud.hook = lambda number, stage, method, path: answer if path.endswith("/user") else None
    code, _, err = andamio("state", "init", "dev")
    assert code == 5
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1


def test_an_api_that_is_not_there_is_one_message_and_exit_5(andamio: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setenv("OVH_ENDPOINT", "http://127.0.0.1:9/1.0")
    code, _, err = andamio("state", "init", "dev")
    assert code == 5
    assert "http://127.0.0.1:9 cannot be reached" in err


def test_a_stack_that_is_not_published_sends_to_synth(andamio: Run) -> None:
    Path("dist/terraform/stacks/dev-state/cdk.tf.json").unlink()
    code, _, err = andamio("state", "init", "dev")
    assert code == 2
    assert "andamio synth" in err


def test_a_folder_that_cannot_be_written_is_told_before_the_secret_is_lost(
    andamio: Run, cloud: Cloud, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("a file where a folder belongs")
    code, _, err = andamio("state", "init", "dev")
    assert code == 2
    assert "Not a directory" in err
    (tmp_path / "config").unlink()
    assert andamio("state", "init", "dev")[0] == 0
    assert [len(keys) for keys in cloud.keys.values()] == [1]


def test_a_damaged_credentials_file_is_named_and_not_quoted(andamio: Run, tmp_path: Path) -> None:
    andamio("state", "init", "dev")
    file = tmp_path / "config/andamio/shop-dev.credentials"
    file.write_text(file.read_text().replace("[default]", "default"))
    code, out, _ = andamio("state", "doctor", "dev")
    assert code == 5
    assert "is not in the form of AWS's shared credentials" in out
