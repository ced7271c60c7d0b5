"""How a mistake is planted in a shop that is otherwise valid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from andamio.checks.output import Output
from andamio.contract.platform import Platform
from andamio.model import (
    Acceptance,
    Pool,
    Postgres,
    PostgresCluster,
    Repository,
)
from tests.checks.shop import Shop, shop
from tests.checks.shop_output import output


@dataclass(frozen=True)
class Plant:
    """A catalog with a mistake, and what was synthesized now and before."""

    platform: Platform
    output: Output | None = None
    previous: Output | None = None


REASON = "known to the team, mended next month"
BASE = shop()
SYSTEM, APPS = BASE.environments[0].pools
OLD = output(BASE.platform())
"""What was synthesized before."""


def catalog(changed: Shop) -> Plant:
    return Plant(changed.platform())


def change(changed: Shop, before: Shop = BASE) -> Plant:
    """Both catalogs synthesized."""
    platform = changed.platform()
    return Plant(platform, output(platform), output(before.platform()))


def postgres(**settings: Any) -> PostgresCluster:
    return PostgresCluster(**{"plan": "advanced", "flavor": "b3-32", "deletion_protection": True, **settings})


def repository(**changed: Any) -> Repository:
    return Repository(**{"url": "https://git.shop.example/platform.git", **changed})


def orders_database(**settings: Any) -> Postgres:
    return Postgres(placement="dedicated", cluster=postgres(**settings), pool=Pool(size=20))


def accepted(**values: Any) -> tuple[Acceptance, ...]:
    return (Acceptance(**{"reason": REASON, "until": date(2026, 10, 1), **values}),)


def container(documents: Any, name: str = "orders") -> Any:
    return documents[f"dev/{name}/Deployment.{name}.yaml"]["spec"]["template"]["spec"]["containers"][0]


def objects(number: int, api: str, kind: str, **spec: Any) -> dict[str, Any]:
    """So many objects of a kind in one namespace of production."""
    return {
        f"production/orders/{kind}.n{one}.yaml": {
            "apiVersion": api,
            "kind": kind,
            "metadata": {"name": f"n{one}", "namespace": "orders"},
            "spec": spec,
        }
        for one in range(number)
    }
