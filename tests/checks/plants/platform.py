"""Mistakes in what an environment or the whole platform says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from andamio.contract.outputs import CloudOutputs
from andamio.model import (
    Domain,
    Egress,
    NodePool,
    Registry,
    State,
    Team,
)
from tests.checks.planting import (
    APPS,
    BASE,
    SYSTEM,
    Plant,
    catalog,
    repository,
)

PLANTS: dict[str, Callable[[], Plant]] = {
    # networks and regions
    "AND070": lambda: catalog(BASE.network("dev", nodes="10.10.1.0/20")),
    "AND071": lambda: catalog(BASE.network("dev", services="172.17.128.0/20")),
    "AND072": lambda: catalog(BASE.network("staging", nodes="10.10.0.0/20", vlan=1)),
    "AND073": lambda: catalog(BASE.network("staging", nodes="10.10.0.0/20")),
    "AND074": lambda: catalog(BASE.network("dev", nodes="100.64.0.0/20")),
    "AND075": lambda: catalog(BASE.network("dev", nodes="10.10.0.0/27")),
    "AND076": lambda: catalog(BASE.environment("dev", region="GRA12")),
    "AND077": lambda: catalog(BASE.environment("dev", zones=("gra11-a",))),
    "AND078": lambda: catalog(BASE.environment("dev", state=State(region="GRA11"))),
    "AND079": lambda: catalog(BASE.cluster("production", api_allow=("0.0.0.0/0",))),
    "AND137": lambda: catalog(BASE.environment("dev", region="GRA 11")),
    "AND116": lambda: catalog(BASE.share(registry=Registry(region="GRA11"))),
    # cluster and pools
    "AND080": lambda: catalog(BASE.environment("dev", pools=(APPS,))),
    "AND081": lambda: catalog(BASE.pool("dev", 1, min=9)),
    "AND082": lambda: catalog(BASE.pool("dev", 1, flavor="b3-17")),
    "AND083": lambda: catalog(BASE.pool("dev", 0, min=0)),
    "AND084": lambda: catalog(
        BASE.network("production", nodes="10.32.0.0/16")
        .pool("production", 1, max=100)
        .environment(
            "production",
            pools=(
                SYSTEM,
                *(NodePool(name=f"apps-{n}", role="applications", flavor="b3-8", min=1, max=90) for n in "xy"),
            ),
        )
        .network("production", nodes="10.32.0.0/16")
    ),
    "AND085": lambda: catalog(
        BASE.environment("dev", pools=(SYSTEM, APPS, NodePool(**{**APPS.__dict__, "flavor": "b3-32"})))
    ),
    "AND086": lambda: catalog(BASE.cluster("dev", version="1.36")),
    "AND087": lambda: catalog(BASE.cluster("dev", version="1.32")),
    "AND088": lambda: catalog(
        BASE.cluster("production", plan="free").service(
            "mailer", egress=(Egress(host="smtp.mail.example", addresses=("198.51.100.0/24",)),)
        )
    ),
    "AND089": lambda: catalog(BASE.pool("dev", 1, labels={"kubernetes.io/role": "apps"})),
    "AND120": lambda: catalog(BASE.cluster("dev", version="1.34").cluster("staging", version="1.34")),
    "AND121": lambda: catalog(BASE.cluster("dev", update_policy="NEVER_UPDATE")),
    # what is shared
    "AND110": lambda: catalog(BASE.environment("dev", domain=Domain(name="dev.shopp.example", zone="shopp.example"))),
    "AND111": lambda: catalog(
        BASE.environment("dev", domain=Domain(name="dev.elsewhere.example", zone="shop.example"))
    ),
    "AND112": lambda: catalog(
        BASE.environment("production", domain=Domain(name="live.shop.example", zone="shop.example"))
    ),
    "AND113": lambda: catalog(BASE.environment("staging", project="1" * 32)),
    "AND131": lambda: catalog(BASE.share(repository=repository(branch="main-${local.x}"))),
    "AND132": lambda: catalog(BASE.share(teams=(*BASE.shared.teams, Team(name="cash", group="")))),
    "AND133": lambda: catalog(BASE.share(repository=repository(path="../up"))),
    "AND134": lambda: catalog(BASE.share(contact="platform@shop")),
    "AND135": lambda: catalog(BASE.service("stock", command=("",))),
    "AND115": lambda: catalog(BASE.share(registry=Registry(region="GRA", plan="SMALL"))),
    "AND117": lambda: catalog(replace(BASE, outputs={"production": CloudOutputs(source="sandbox")})),
    "AND118": lambda: catalog(BASE.environment("production", state=State(region="EU-WEST-PAR", keep_days=7))),
}
