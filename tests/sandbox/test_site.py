"""What a sandbox says of damaged files, taken ports and Terraform's errors."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from andamio.sandbox.copies import uncommitted
from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.ports import kept_ports
from andamio.sandbox.record import Part
from andamio.sandbox.site import Site
from andamio.sandbox.stacks import StackError, Stacks, environment
from andamio.sandbox.status import status

LOCKED = """
╷
│ Error: Error acquiring the state lock
│
│ Error message: operation error S3: PutObject, https response error StatusCode: 412
│ Lock Info:
│   ID:        8a2f6f0a-3d0b-4c47-9a55-3f3d6d1f2c11
│   Path:      tienda-dev-state/dev-network.tfstate
│   Operation: OperationTypeApply
│   Who:       colleague@another-machine
│   Version:   1.11.4
│   Created:   2026-11-24 12:00:00.000000 +0000 UTC
╵
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    found = Site.of(tmp_path)
    found.folder.mkdir(parents=True)
    return found


def test_a_damaged_cloud_is_one_message_that_says_what_to_do(site: Site) -> None:
    site.cloud_file.write_bytes(b"not a database" * 1000)
    with pytest.raises(SandboxError, match="down --purge"):
        site.cloud()


def test_a_seed_is_drawn_once_and_read_by_its_owner_alone(site: Site) -> None:
    site.sow()
    first = site.seed
    site.sow()
    assert site.seed == first
    assert len(first) == 64
    assert (site.folder / "seed").stat().st_mode & 0o777 == 0o600


def test_an_environment_that_was_never_up_has_no_kubeconfig_and_no_client(site: Site) -> None:
    with pytest.raises(UnknownNameError, match="'dev'"):
        site.kubeconfig("dev")
    with pytest.raises(SandboxError, match="up --env dev"):
        site.client("dev")


def test_ports_of_before_are_used_again_unless_another_program_took_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            free = one.getsockname()[1]
        assert kept_ports([free]) == ((free,), ())
        assert kept_ports([free, taken]) == ((), (taken,))
    assert kept_ports([]) == ((), ())


def test_a_lock_is_told_by_its_holder_with_the_way_to_free_it() -> None:
    error = StackError("dev-network", "terraform apply", LOCKED)
    assert error.lock_id == "8a2f6f0a-3d0b-4c47-9a55-3f3d6d1f2c11"
    assert error.headline == "Error: Error acquiring the state lock"
    assert "colleague@another-machine" in str(error)
    assert "--unlock" in str(error)


def test_any_other_error_is_told_from_where_terraform_tells_it_and_names_no_lock() -> None:
    error = StackError("dev-data", "terraform apply", 'said "Error" then\n│ Error: no such flavor\n│ on line 3\n')
    assert error.lock_id == ""
    assert str(error) == "`terraform apply` of dev-data failed:\nError: no such flavor\non line 3"


def test_an_error_that_cdktf_passes_on_is_told_as_terraforms_own() -> None:
    """It puts the stack's name before the first line of each piece, indents the others and colors them."""
    first, *others = LOCKED.strip("\n").splitlines()
    indented = "\n".join(f"             {line}" for line in others)
    error = StackError("dev-network", "cdktf deploy", f"dev-network  \x1b[31m{first}\x1b[0m\x1b[0m\n{indented}\n")
    assert error.headline == "Error: Error acquiring the state lock"
    assert error.lock_id == StackError("dev-network", "terraform apply", LOCKED).lock_id
    assert str(error).startswith("`cdktf deploy` of dev-network failed:\nError: ")


def test_nothing_of_a_users_own_clouds_reaches_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "OVH_APPLICATION_KEY", "TF_CLI_ARGS", "KUBECONFIG", "VAULT_TOKEN", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "mine")
    found = environment(access_key="a", secret_key="b", storage="http://127.0.0.1:1")  # noqa: S106
    assert "mine" not in found.values()
    assert found["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:1"


def test_without_terraform_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="Install terraform"):
        Stacks(tmp_path, {})


def test_a_folder_without_git_has_nothing_uncommitted(tmp_path: Path) -> None:
    assert uncommitted(tmp_path) == ()


def test_a_part_that_ended_and_an_environment_that_is_down_are_told(site: Site) -> None:
    site.record.put(Part(name="object-storage"))
    site.record.phase("dev", "down")
    found = status(site)
    assert not found.running
    assert [one.problem for one in found.environments] == ["it does not run"]
    assert not found.environments[0].healthy
