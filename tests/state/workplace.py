"""A project in a folder: a small catalog and the published state stacks that `andamio state` looks for."""

from __future__ import annotations

import json
from pathlib import Path

from andamio.cloud.state_access import STATE_ADDRESSES
from andamio.loading import load
from andamio.state.target import Target

CATALOG = """
from andamio.model import *

shared = Shared(
    name="shop",
    project="5a0d1c2b3e4f50617283940a1b2c3d4e",
    repository=Repository(url="https://git.shop.example/platform.git"),
    teams=(Team(name="web", group="shop-web"),),
    sso=SingleSignOn(issuer="https://login.shop.example/realms/shop", client="argocd", administrators="shop-admins"),
    registry=Registry(region="GRA", plan="MEDIUM"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
    zones=("shop.example",),
    contact="platform@shop.example",
)

dev = Environment(
    name="dev",
    tier="development",
    project="0b1c2d3e4f5061728394a5b6c7d8e9f0",
    region="GRA11",
    network=Network(nodes="10.10.0.0/20", pods="10.240.0.0/13", services="10.3.0.0/16", vlan=110),
    cluster=Cluster(
        version="1.35",
        api_allow=("203.0.113.0/28",),
        oidc=Oidc(issuer="https://login.shop.example/realms/shop", client="kubernetes"),
    ),
    pools=(
        NodePool(name="system", role="system", flavor="b3-8", min=3, max=6),
        NodePool(name="apps", role="applications", flavor="b3-16", min=2, max=8),
    ),
    domain=Domain(name="dev.shop.example", zone="shop.example"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
)
"""

BUCKET = "shop-dev-state-0b1c2d3e"
PROJECT = "0b1c2d3e4f5061728394a5b6c7d8e9f0"


def make_project(folder: Path) -> Path:
    (folder / "catalog").mkdir(parents=True)
    (folder / "catalog" / "environments.py").write_text(CATALOG)
    platform = load(folder / "catalog")
    for name in ("shared", "dev"):
        target = Target.of(platform, name, folder=folder / "dist")
        resources: dict = {}
        for address in STATE_ADDRESSES.values():
            kind, _, label = address.partition(".")
            resources.setdefault(kind, {})[label] = {}
        backend = {"bucket": target.place.bucket, "key": f"{target.stack}.tfstate"}
        path = target.stack_folder(target.stack)
        path.mkdir(parents=True)
        document = {"terraform": {"backend": {"s3": backend}}, "resource": resources}
        (path / "cdk.tf.json").write_text(json.dumps(document))
    return folder


def state(serial: int = 3, *, lineage: str = "c0ffee", outputs: dict | None = None, owned: dict | None = None) -> bytes:
    """A state file of Terraform; `owned` is address → attributes."""
    resources = [
        {"mode": "managed", "type": a.split(".")[0], "name": a.split(".")[1], "instances": [{"attributes": v}]}
        for a, v in (owned or {}).items()
    ]
    told = {
        k: v if isinstance(v, dict) and "value" in v else {"value": v, "type": "string"}
        for k, v in (outputs or {}).items()
    }
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": serial,
            "lineage": lineage,
            "outputs": told,
            "resources": resources,
            "check_results": None,
        }
    ).encode()
