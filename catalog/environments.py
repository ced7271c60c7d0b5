"""The environments of the shop "tienda" and what they share.

Project ids, network ranges and domains here are examples: put your own, then run `make synth`.
"""

from andamio.model import (
    Cluster,
    Domain,
    Environment,
    KafkaCluster,
    KeyStore,
    Network,
    NodePool,
    Oidc,
    Registry,
    Repository,
    Shared,
    SingleSignOn,
    State,
    Taint,
    Team,
    ValkeyCluster,
)

OFFICE = "203.0.113.0/28"
"""The addresses from which people reach the Kubernetes API (documentation range: put your own)."""

LOGIN = Oidc(issuer="https://login.tienda.example/realms/tienda", client="kubernetes")

SYSTEM_ONLY = (Taint(key="andamio.dev/system", value="true"),)
"""Keeps services off the nodes of the platform's own workloads."""

shared = Shared(
    name="tienda",
    project="5a0d1c2b3e4f50617283940a1b2c3d4e",
    repository=Repository(url="https://git.tienda.example/platform/andamio.git"),
    teams=(
        Team(name="web", group="tienda-web"),
        Team(name="commerce", group="tienda-commerce"),
        Team(name="logistics", group="tienda-logistics"),
        Team(name="data", group="tienda-data"),
    ),
    sso=SingleSignOn(
        issuer="https://login.tienda.example/realms/tienda", client="argocd", administrators="tienda-platform"
    ),
    registry=Registry(region="GRA", plan="MEDIUM"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
    zones=("tienda.example", "tienda-shop.example"),
    contact="platform@tienda.example",
)

dev = Environment(
    name="dev",
    tier="development",
    project="0b1c2d3e4f5061728394a5b6c7d8e9f0",
    region="GRA11",
    network=Network(nodes="10.10.0.0/20", pods="10.240.0.0/13", services="10.3.0.0/16", vlan=110),
    cluster=Cluster(version="1.35", update_policy="ALWAYS_UPDATE", api_allow=(OFFICE,), oidc=LOGIN),
    pools=(
        NodePool(name="system", role="system", flavor="b3-8", min=3, max=6, taints=SYSTEM_ONLY),
        NodePool(name="apps", role="applications", flavor="b3-16", min=2, max=8),
    ),
    domain=Domain(name="dev.tienda.example", zone="tienda.example"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
)

staging = Environment(
    name="staging",
    tier="staging",
    project="1c2d3e4f5061728394a5b6c7d8e9f00b",
    region="GRA11",
    network=Network(nodes="10.20.0.0/20", pods="10.240.0.0/13", services="10.3.0.0/16", vlan=120),
    cluster=Cluster(version="1.35", api_allow=(OFFICE,), oidc=LOGIN),
    pools=(
        NodePool(name="system", role="system", flavor="b3-16", min=3, max=6, taints=SYSTEM_ONLY),
        NodePool(name="apps", role="applications", flavor="b3-32", min=2, max=8),
    ),
    domain=Domain(name="staging.tienda.example", zone="tienda.example"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
)

production = Environment(
    name="production",
    tier="production",
    project="2d3e4f5061728394a5b6c7d8e9f00b1c",
    region="EU-WEST-PAR",
    zones=("eu-west-par-a", "eu-west-par-b", "eu-west-par-c"),
    network=Network(nodes="10.30.0.0/19", pods="10.240.0.0/13", services="10.3.0.0/16", vlan=130),
    cluster=Cluster(
        version="1.35",
        api_allow=(OFFICE,),
        oidc=LOGIN,
        audit_stream="9c1a2b3c-4d5e-4f60-8172-93a4b5c6d7e8",
    ),
    pools=(
        NodePool(name="system", role="system", flavor="b3-16", min=1, max=3, taints=SYSTEM_ONLY),
        NodePool(
            name="apps", role="applications", flavor="b3-32", min=2, max=8, labels={"tienda.example/purpose": "shop"}
        ),
    ),
    domain=Domain(name="tienda-shop.example", zone="tienda-shop.example"),
    state=State(region="EU-WEST-PAR", keep_days=365),
    keys=KeyStore(region="eu-west-par"),
    # Every cart lies in Valkey; the shop sells least between two and three at night, UTC.
    valkey=ValkeyCluster(flavor="b3-16", maintenance_time="02:00:00"),
    kafka=KafkaCluster(maintenance_time="02:30:00"),
)
