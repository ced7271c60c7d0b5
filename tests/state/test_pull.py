"""`andamio outputs pull`, as a library."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from andamio.contract.outputs import CloudOutputs
from andamio.engines import find
from andamio.engines.on_machine import TERRAFORM
from andamio.loading import load
from andamio.state.catalog import find_target
from andamio.state.errors import OutsideError, SettingError
from andamio.state.pull import Pulled, from_storage, pull
from andamio.state.target import Target
from andamio.state.terraform import from_terraform, works_on_sandbox
from andamio.state.terraform_state import DamagedError, Output, parse
from tests.lacking import not_run
from tests.state.workplace import state

CLUSTER = "7b0c8a4e-8d4f-4c53-9d5c-0d4c2f6f0d11"
STORE = "1f3a6d52-0b1e-4a6b-9a53-8f6f0a9d7c21"
OUTPUTS = {
    "dev-cluster": {"cluster_id": CLUSTER},
    "dev-keys": {"key_store_id": STORE, "key_store_host": "eu-west-rbx.okms.ovh.net"},
    "dev-data": {"store_ports": {"postgres": [20184], "kafka": [20185, 20186]}},
}


@pytest.fixture
def target(project: Path) -> Target:
    return find_target("dev", catalog=project / "catalog", folder=project / "dist")


def run(target: Target, outputs: dict | None = None, *, sensitive: str = "", **settings: object) -> Pulled:
    told = OUTPUTS if outputs is None else outputs

    def read(stack: str) -> dict[str, Output]:
        return {n: Output(value=v, sensitive=n == sensitive) for n, v in told.get(stack, {}).items()}

    settings = {"source": "ovh", "catalog": target.folder.parent / "catalog", **settings}
    return pull(target, read, **settings)


def changed(name: str, value: object) -> dict:
    return {stack: {n: value if n == name else v for n, v in told.items()} for stack, told in OUTPUTS.items()}


def test_what_is_pulled_is_what_the_catalog_loads(target: Target) -> None:
    pulled = run(target)
    found = load(pulled.path.parents[1]).outputs["dev"]
    assert found == CloudOutputs(
        source="ovh",
        cluster_id=CLUSTER,
        key_store_id=STORE,
        key_store_host="eu-west-rbx.okms.ovh.net",
        store_ports={"postgres": (20184,), "kafka": (20185, 20186)},
    )


def test_the_difference_is_told_and_the_file_is_written_only_when_it_changes(target: Target) -> None:
    assert {c.field for c in run(target).changes} == {
        "source", "cluster_id", "key_store_id", "key_store_host", "store_ports.postgres", "store_ports.kafka",
    }  # fmt: skip
    written = (target.folder.parent / "catalog/cloud/dev.json").stat().st_mtime_ns
    again = run(target)
    assert (again.changes, again.written) == ((), False)
    assert again.path.stat().st_mtime_ns == written
    (change,) = run(target, changed("store_ports", {"postgres": [20184], "kafka": [1, 2]})).changes
    assert (change.field, change.before, change.after) == ("store_ports.kafka", "[20185, 20186]", "[1, 2]")


def test_a_dry_run_writes_nothing(target: Target) -> None:
    pulled = run(target, dry_run=True)
    assert pulled.changes
    assert not pulled.path.exists()


def test_shared_outputs_come_from_the_shared_stacks(project: Path) -> None:
    target = find_target("shared", catalog=project / "catalog", folder=project / "dist")
    outputs = {"shared-keys": {"key_store_id": STORE}, "shared-registry": {"registry_host": "ab12.gra7.example.net"}}
    assert json.loads(run(target, outputs).path.read_text()) == {
        "key_store_id": STORE, "registry_host": "ab12.gra7.example.net", "source": "ovh",
    }  # fmt: skip


def test_a_damaged_file_is_pulled_anew(target: Target) -> None:
    path = run(target).path
    whole = path.read_bytes()
    path.write_text("{")
    catalog = target.folder.parent / "catalog"
    assert run(find_target("dev", catalog=catalog, folder=target.folder)).path.read_bytes() == whole


@pytest.mark.parametrize(
    "value",
    [
        "0123456789abcdef0123456789abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "hvs.CAESIJlU02LKBhc",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx",
        "postgres://owner:pw@host",
        "-----BEGIN RSA PRIVATE KEY-----",
        "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
    ],
)
def test_a_value_that_looks_like_a_secret_is_refused_and_not_shown(target: Target, value: str) -> None:
    with pytest.raises(OutsideError, match="cluster_id of dev-cluster looks like a secret") as caught:
        run(target, changed("cluster_id", value))
    assert value not in str(caught.value)
    assert not (target.folder.parent / "catalog/cloud/dev.json").exists()


@pytest.mark.parametrize("value", [CLUSTER, "kube-1", "16e5a1f2-eb2c-4f1a-8b94-7cfa8ab1dd14", "nodepool-3"])
def test_an_id_does_not_look_like_a_secret(target: Target, value: str) -> None:
    assert run(target, changed("cluster_id", value)).outputs.cluster_id == value


def test_a_sensitive_output_is_refused(target: Target) -> None:
    with pytest.raises(OutsideError, match="key_store_host of dev-keys is sensitive"):
        run(target, sensitive="key_store_host")


def test_a_missing_output_names_the_stack_to_deploy_first(target: Target) -> None:
    outputs = {stack: told for stack, told in OUTPUTS.items() if stack == "dev-cluster"}
    with pytest.raises(OutsideError, match=r"dev-keys lacks key_store_id, key_store_host.*Deploy dev-keys first"):
        run(target, outputs)


@pytest.mark.parametrize("value", [7, "no spaces, please", {"a": 1}, None])
def test_a_value_of_another_type_is_refused_with_its_output(target: Target, value: object) -> None:
    with pytest.raises(OutsideError, match="output cluster_id of dev-cluster"):
        run(target, changed("cluster_id", value))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b'{"version": 3}', "format 4"),
        (b'{"version": 4, "serial": "1"}', "serial"),
        (b'{"version": 4, "serial": 1}', "lineage"),
        (b'{"version": 4, "serial": 1, "lineage": "a", "resources": [1]}', "form of a state"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_damage_of_a_state_is_named_and_not_quoted(data: bytes, told: str) -> None:
    with pytest.raises(DamagedError, match=told):
        parse(data)


class Store:
    """A bucket that holds the given states."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def get(self, key: str) -> bytes | None:
        return self.objects.get(key)


def test_outputs_are_read_from_the_states_themselves(target: Target) -> None:
    states = {
        f"{stack}.tfstate": state(outputs={n: {"value": v} for n, v in told.items()}) for stack, told in OUTPUTS.items()
    }
    pulled = pull(target, from_storage(target, Store(states)), source="ovh", catalog=target.folder.parent / "catalog")
    assert pulled.outputs.cluster_id == CLUSTER


def test_a_damaged_state_sends_to_the_doctor(target: Target) -> None:
    with pytest.raises(OutsideError, match="andamio state doctor dev"):
        from_storage(target, Store({"dev-keys.tfstate": b"{"}))("dev-keys")


terraform = pytest.mark.skipif(find(TERRAFORM) is None, reason=not_run("terraform", TERRAFORM.advice))


def deploy(target: Target, stack: str, outputs: dict) -> None:
    folder = target.stack_folder(stack)
    folder.mkdir(parents=True, exist_ok=True)
    told = {name: {"value": value} for name, value in outputs.items()}
    (folder / "cdk.tf.json").write_text(json.dumps({"output": told}))
    for command in (["init"], ["apply", "-auto-approve"]):
        subprocess.run(["terraform", f"-chdir={folder}", *command, "-input=false"], check=True, capture_output=True)


@terraform
def test_outputs_are_read_by_terraform(target: Target) -> None:
    for stack, told in OUTPUTS.items():
        deploy(target, stack, told)
    pulled = pull(target, from_terraform(target), source="sandbox", catalog=target.folder.parent / "catalog")
    assert pulled.outputs.store_ports == {"postgres": (20184,), "kafka": (20185, 20186)}
    # Its state is a file beside the stack, so it cannot be OVHcloud's.
    assert works_on_sandbox(target, "dev-cluster")


@terraform
def test_a_stack_that_is_not_set_up_is_said_to_need_init(target: Target) -> None:
    folder = target.stack_folder("dev-cluster")
    with pytest.raises(SettingError, match="andamio synth"):
        from_terraform(target)("dev-cluster")
    folder.mkdir(parents=True)
    backend = {"s3": {"bucket": "b", "key": "k", "region": "gra"}}
    (folder / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": backend}}))
    with pytest.raises(OutsideError, match=r"dev-cluster is not set up.* init`"):
        from_terraform(target)("dev-cluster")


@terraform
def test_what_terraform_complains_of_is_passed_on(target: Target) -> None:
    deploy(target, "dev-cluster", {"one": "value"})
    (target.stack_folder("dev-cluster") / "cdk.tf.json").write_text("{")
    with pytest.raises(OutsideError, match="`terraform output` for dev-cluster fails: Error"):
        from_terraform(target)("dev-cluster")


@pytest.mark.parametrize(
    ("backend", "sandbox"),
    [
        ({"type": "s3", "config": {"endpoints": {"s3": "https://s3.gra.io.cloud.ovh.net/"}}}, False),
        ({"type": "s3", "config": {"endpoints": {"s3": "http://127.0.0.1:9000"}}}, True),
        ({"type": "local", "config": {}}, True),
    ],
)
def test_a_backend_on_this_machine_is_a_sandbox(target: Target, backend: dict, sandbox: bool) -> None:
    folder = target.stack_folder("dev-cluster") / ".terraform"
    folder.mkdir(parents=True)
    (folder / "terraform.tfstate").write_text(json.dumps({"version": 3, "backend": backend}))
    assert works_on_sandbox(target, "dev-cluster") is sandbox
