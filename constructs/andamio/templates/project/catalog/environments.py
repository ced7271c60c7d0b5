"""The environments and what they share. Everything marked "put your own" is an example."""

from andamio.model import (
    Cluster,
    Domain,
    Environment,
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
)

OFFICE = "203.0.113.0/28"
"""Who may reach the Kubernetes API. Put your own."""

LOGIN = Oidc(issuer="https://login.company.example/realms/company", client="kubernetes")
"""Put your own OpenID Connect provider."""

SYSTEM_ONLY = (Taint(key="andamio.dev/system", value="true"),)

shared = Shared(
    name="platform",  # prefix of every cloud name; cannot be changed later
    project="00000000000000000000000000000001",  # put your own Public Cloud projects
    repository=Repository(url="https://git.company.example/platform.git"),  # put your own
    teams=(Team(name="core", group="company-core"),),
    sso=SingleSignOn(issuer=LOGIN.issuer, client="argocd", administrators="company-platform"),
    registry=Registry(region="GRA"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
    zones=("company.example", "company-shop.example"),  # put your own DNS zones at OVHcloud
    contact="platform@company.example",
)

dev = Environment(
    name="dev",
    tier="development",
    project="00000000000000000000000000000002",
    region="GRA11",
    network=Network(nodes="10.10.0.0/20", vlan=110),
    cluster=Cluster(version="1.35", api_allow=(OFFICE,), oidc=LOGIN),
    pools=(
        NodePool(name="system", role="system", flavor="b3-8", min=3, max=6, taints=SYSTEM_ONLY),
        NodePool(name="apps", role="applications", flavor="b3-8", min=1, max=4),
    ),
    domain=Domain(name="dev.company.example", zone="company.example"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
)

production = Environment(
    name="production",
    tier="production",
    project="00000000000000000000000000000003",
    region="EU-WEST-PAR",
    zones=("eu-west-par-a", "eu-west-par-b", "eu-west-par-c"),
    network=Network(nodes="10.30.0.0/19", vlan=130),
    cluster=Cluster(version="1.35", api_allow=(OFFICE,), oidc=LOGIN),
    pools=(
        NodePool(name="system", role="system", flavor="b3-16", min=1, max=3, taints=SYSTEM_ONLY),
        NodePool(name="apps", role="applications", flavor="b3-16", min=1, max=4),
    ),
    domain=Domain(name="company-shop.example", zone="company-shop.example"),
    state=State(region="EU-WEST-PAR", keep_days=365),
    keys=KeyStore(region="eu-west-par"),
)
