"""Catalogs of any size, shaped like the shop's: a mix of HTTP services, workers and jobs with stores and calls."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

__all__ = ["ENVIRONMENTS", "edit_one", "write_catalog"]

ENVIRONMENTS = ("dev", "staging", "production")

_ENVIRONMENTS = '''"""Three environments, large enough for any number of services."""

from andamio.model import (
    Cluster, Domain, Environment, KeyStore, Network, NodePool, Oidc, PostgresCluster, Registry, Repository, Shared,
    SingleSignOn, State, Taint, Team,
)

LOGIN = Oidc(issuer="https://login.bench.example", client="kubernetes")
SYSTEM_ONLY = (Taint(key="andamio.dev/system", value="true"),)

shared = Shared(
    name="bench",
    project="5a0d1c2b3e4f50617283940a1b2c3d4e",
    repository=Repository(url="https://git.bench.example/platform.git"),
    teams=tuple(Team(name=f"team{i}", group=f"bench-team{i}") for i in range(8)),
    sso=SingleSignOn(issuer="https://login.bench.example", client="argocd", administrators="bench-platform"),
    registry=Registry(region="GRA", plan="LARGE"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
    zones=("bench.example", "bench-shop.example"),
    contact="platform@bench.example",
)


def environment(name, tier, project, net, domain, zone):
    return Environment(
        name=name,
        tier=tier,
        project=project * 32,
        region="GRA11",
        network=Network(nodes=f"10.{net}.0.0/20", vlan=net),
        cluster=Cluster(version="1.35", api_allow=("203.0.113.0/28",), oidc=LOGIN),
        pools=(
            NodePool(name="system", role="system", flavor="b3-32", min=3, max=10, taints=SYSTEM_ONLY),
            NodePool(name="apps", role="applications", flavor="b3-256", min=2, max=100),
        ),
        domain=Domain(name=domain, zone=zone),
        state=State(region="GRA"),
        keys=KeyStore(region="eu-west-gra"),
        postgres=PostgresCluster(
            plan="essential" if tier == "development" else "advanced",
            flavor="db1-120" if tier == "development" else "b3-256",
        ),
    )


dev = environment("dev", "development", "1", 10, "dev.bench.example", "bench.example")
staging = environment("staging", "staging", "2", 20, "staging.bench.example", "bench.example")
production = environment("production", "production", "3", 30, "bench-shop.example", "bench-shop.example")
'''


def write_catalog(folder: Path, services: int) -> None:
    """Write a catalog of `services` services into `folder`."""
    (folder / "services").mkdir(parents=True)
    (folder / "releases").mkdir()
    (folder / "environments.py").write_text(_ENVIRONMENTS)
    names = [_name(index) for index in range(services)]
    for index, name in enumerate(names):
        (folder / "services" / f"{name}.py").write_text(_service(index, name))
    for environment in ENVIRONMENTS:
        images = {}
        for name in names:
            tag = hashlib.sha1(f"{environment}{name}".encode(), usedforsecurity=False).hexdigest()
            images[name] = {"tag": tag, "digest": f"sha256:{hashlib.sha256(tag.encode()).hexdigest()}"}
        (folder / "releases" / f"{environment}.json").write_text(json.dumps({"services": images}, indent=2) + "\n")


def edit_one(folder: Path, services: int, turn: int) -> None:
    """Change one service in the middle of the catalog, as a person would: another memory request."""
    name = _name(services // 2)
    path = folder / "services" / f"{name}.py"
    lines = [line for line in path.read_text().splitlines() if "resources=" not in line]
    lines.insert(-1, f"    resources=Resources(memory={160 + turn}),")
    path.write_text(
        "\n".join(lines).replace("import Resources, ", "import ").replace("import ", "import Resources, ", 1) + "\n"
    )


def _name(index: int) -> str:
    return f"svc-{index:04d}"


def _service(index: int, name: str) -> str:
    imports = ["Service"]
    fields = [f'name="{name}"', f'team="team{index % 8}"']
    if index % 10 == 9:
        imports.append("Schedule")
        fields.append('schedule=Schedule(cron="15 4 * * *")')
    elif index % 5 != 4:
        imports.append("Http")
        fields.append("http=Http()")
        if index % 3 == 0:
            imports.append("Route")
            fields.append(f'routes=(Route(host="api", path="/{name}"),)')
    if index >= 1 and index % 2 == 0:
        callee = next(i for i in range(index - 1, -1, -1) if i % 5 != 4)
        fields.append(f'calls=("{_name(callee)}",)')
    if index % 5 == 3:
        imports += ["Migration", "Pool", "Postgres"]
        fields.append('database=Postgres(placement="shared", pool=Pool(size=2, client_connections=1))')
        fields.append('migration=Migration(command=("/app", "migrate"))')
    if index % 4 == 2:
        imports.append("Cache")
        fields.append("cache=Cache()")
    if index % 5 == 0:
        fields.append(f'publishes=("{name}-changed",)')
    elif index % 5 == 1:
        fields.append(f'subscribes=("{_name(index - 1)}-changed",)')
    fields.append(f'config={{"INDEX": "{index}"}}')
    body = "".join(f"    {field},\n" for field in fields)
    head = f'"""Service {index}."""\n\nfrom andamio.model import {", ".join(sorted(imports))}\n\n'
    return f"{head}service = Service(\n{body})\n"
