"""What a sandbox may change in `dist/` is told apart from everything else."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from andamio.contract.outputs import CloudOutputs
from andamio.contract.platform import Platform
from andamio.sandbox.addresses import Addresses, addresses
from andamio.sandbox.difference import Comparison, Reason

GIT = "http://127.0.0.1:4000/platform.git"


@pytest.fixture
def ours(tienda: Platform) -> Addresses:
    return addresses(
        tienda,
        git=GIT,
        charts_at={"https://charts.jetstack.io": "http://127.0.0.1:4001/charts.jetstack.io"},
        storage="http://127.0.0.1:4002",
        key_store="http://127.0.0.1:4003",
    )


def _write(folder: Path, **files: Any) -> Path:
    folder.mkdir()
    for name, body in files.items():
        text = json.dumps(body) if name.startswith("stack") else yaml.safe_dump(body)
        (folder / f"{name}{'.json' if name.startswith('stack') else '.yaml'}").write_text(text, encoding="utf-8")
    return folder


def _reasons(tmp_path: Path, tienda: Platform, ours: Addresses, before: Any, after: Any) -> dict[str, Reason]:
    outputs = CloudOutputs(
        source="sandbox",
        cluster_id="c1",
        key_store_id="k1",
        key_store_host="eu-west-gra.okms.ovh.net",
        store_ports={"kafka": (21001,)},
    )
    compared = Comparison(
        before=_write(tmp_path / "before", **before),
        after=_write(tmp_path / "after", **after),
        addresses=ours,
        platform_before=tienda,
        platform_after=replace(tienda, outputs={**tienda.outputs, "dev": outputs}),
    )
    return {f"{one.file}:{one.path}": one.reason for one in compared.changes()}


@pytest.mark.parametrize(
    ("address", "instead"),
    [
        ("https://git.tienda.example/platform/andamio.git", GIT),
        ("https://charts.jetstack.io", "http://127.0.0.1:4001/charts.jetstack.io"),
        ("https://s3.gra.io.cloud.ovh.net/", "http://127.0.0.1:4002/"),
        ("https://s3.eu-west-par.io.cloud.ovh.net/", "http://127.0.0.1:4002/"),
        ("https://eu-west-gra.okms.ovh.net/api/k1", "http://127.0.0.1:4003/api/k1"),
        ("https://eu-west-gra.okms.ovh.net.evil.example/", "https://eu-west-gra.okms.ovh.net.evil.example/"),
        ("https://login.tienda.example/realms/tienda", "https://login.tienda.example/realms/tienda"),
    ],
)
def test_an_address_of_the_cloud_becomes_one_of_the_sandbox_and_any_other_stays(
    ours: Addresses, address: str, instead: str
) -> None:
    assert ours.rewrite_text(f"repoURL: {address}") == f"repoURL: {instead}"


def test_an_address_in_the_data_of_a_secret_is_replaced_too(ours: Addresses) -> None:
    encoded = base64.b64encode(b"https://git.tienda.example/platform/andamio.git").decode()
    assert base64.b64decode(ours.rewrite_text(encoded)).decode() == GIT


def test_addresses_and_outputs_are_told_by_their_names(tmp_path: Path, tienda: Platform, ours: Addresses) -> None:
    before = {
        "application": {"repoURL": "https://git.tienda.example/platform/andamio.git", "path": "dist"},
        "store": {"server": "https://not-deployed-yet.invalid/api/not-deployed-yet"},
        "policy": {"ports": [{"port": 20186}]},
        "workload": {"annotations": {"checksum/configuration": "one"}},
        "stack": {"values": [json.dumps({"url": "https://git.tienda.example/platform/andamio.git", "replicas": 1})]},
    }
    after = {
        "application": {"repoURL": GIT, "path": "dist"},
        "store": {"server": "http://127.0.0.1:4003/api/k1"},
        "policy": {"ports": [{"port": 21001}]},
        "workload": {"annotations": {"checksum/configuration": "two"}},
        "stack": {"values": [json.dumps({"url": GIT, "replicas": 1})]},
    }
    found = _reasons(tmp_path, tienda, ours, before, after)
    assert found == {
        "application.yaml:[0].repoURL": Reason.ADDRESS,
        "stack.json:values[0].url": Reason.ADDRESS,
        "store.yaml:[0].server": Reason.OUTPUT,
        "policy.yaml:[0].ports[0].port": Reason.OUTPUT,
        "workload.yaml:[0].annotations.checksum/configuration": Reason.DIGEST,
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"replicas": 2}, {"replicas": 1}),
        ({"replicas": 2}, {"replicas": 2, "paused": True}),
        ({"image": "a:1"}, {"image": "a:2"}),
        ({"ports": [{"port": 8080}]}, {"ports": [{"port": 8081}]}),
        ({"ports": [{"port": 8080}]}, {"ports": {"port": 8080}}),
        ({"ports": []}, {"ports": [{"port": 8081, "protocol": "UDP"}]}),
        ({"server": "https://charts.jetstack.io"}, {"server": "http://127.0.0.1:4001"}),
    ],
)
def test_any_other_change_is_named_as_what_it_is(
    tmp_path: Path, tienda: Platform, ours: Addresses, before: Any, after: Any
) -> None:
    found = _reasons(tmp_path, tienda, ours, {"one": before}, {"one": after})
    assert Reason.OTHER in found.values()


def test_a_file_that_is_on_one_side_only_is_another_change(tmp_path: Path, tienda: Platform, ours: Addresses) -> None:
    assert _reasons(tmp_path, tienda, ours, {"one": {}}, {"two": {}}) == {
        "one.yaml:": Reason.OTHER,
        "two.yaml:": Reason.OTHER,
    }
