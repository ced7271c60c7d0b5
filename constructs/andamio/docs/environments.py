"""What the environments of the catalog are, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from andamio.contract.names import cloud_prefix, state_bucket
from andamio.contract.platform import EnvironmentView, Platform
from andamio.docs.markdown import GENERATED, joined, table
from andamio.model import Shared

__all__ = ["environments_page"]

_HEAD = f"""# The environments

{GENERATED}

What the catalog's environments are once every default is filled in. Sizes of node pools are for each zone.
"""


def environments_page(platform: Platform) -> str:
    """The page `docs/diagrams/environments.md`: a column an environment."""
    views = tuple(platform.views.values())
    head = ("", *(view.environment.name for view in views))
    rows = [(title, *(cell(view) for view in views)) for title, cell in _ROWS.items()]
    services = table(
        ("service", "team", "kind", "tier", "declared in"),
        [(s.name, s.team, s.kind, s.tier, f"`{platform.file('service', s.name)}`") for s in platform.services],
    )
    return "\n".join(
        [_HEAD, table(head, rows), "## The services\n", services, "## What all share\n", _shared(platform.shared)]
    )


def _pools(view: EnvironmentView) -> str:
    return "; ".join(f"{p.name}: {p.flavor}, {p.min} to {p.max} ({p.role})" for p in view.environment.pools)


def _postgres(view: EnvironmentView) -> Iterator[str]:
    for cluster in view.database_clusters:
        settings = cluster.settings
        yield f"{cluster.name}: {settings.plan} {settings.flavor}, PostgreSQL {settings.version}"


def _valkey(view: EnvironmentView) -> str:
    store = view.environment.valkey
    return f"{store.plan} {store.flavor}, Valkey {store.version}" if view.uses_valkey else "none"


def _kafka(view: EnvironmentView) -> str:
    store = view.environment.kafka
    return f"{store.plan} {store.flavor}, Kafka {store.version}" if view.uses_kafka else "none"


def _zones(view: EnvironmentView) -> str:
    zones = view.environment.zones
    return f"{view.environment.region}, {len(zones)} zones" if zones else f"{view.environment.region}, one zone"


_ROWS: dict[str, Callable[[EnvironmentView], str]] = {
    "tier": lambda view: view.environment.tier,
    "Public Cloud project": lambda view: f"`{view.environment.project}`",
    "region": _zones,
    "nodes' subnet": lambda view: view.environment.network.nodes,
    "gateway": lambda view: view.environment.network.gateway,
    "Kubernetes": lambda view: f"{view.environment.cluster.version}, {view.environment.cluster.plan} plan",
    "node pools": _pools,
    "domain": lambda view: f"{view.environment.domain.name} (zone {view.environment.domain.zone})",
    "PostgreSQL": lambda view: "; ".join(_postgres(view)) or "none",
    "Valkey": _valkey,
    "Kafka": _kafka,
    "topics": lambda view: joined(topic.name for topic in view.topics) or "none",
    "key store": lambda view: view.environment.keys.region,
    "state": lambda view: f"`{state_bucket(view.shared, view.environment)}` in {view.environment.state.region}",
    "cloud names begin with": lambda view: f"`{cloud_prefix(view.shared, view.environment)}`",
}


def _shared(shared: Shared) -> str:
    rows = [
        ("Public Cloud project", f"`{shared.project}`"),
        ("git repository", f"{shared.repository.url}, branch {shared.repository.branch}"),
        ("registry", f"{shared.registry.plan} in {shared.registry.region}"),
        ("key store", shared.keys.region),
        ("state", f"`{state_bucket(shared)}` in {shared.state.region}"),
        ("DNS zones", ", ".join(shared.zones)),
        ("teams", ", ".join(f"{team.name} ({team.group})" for team in shared.teams)),
    ]
    return table(("", "shared"), rows)
