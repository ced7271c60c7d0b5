"""Random valid catalogs: names that are free, references that exist, sizes that fit."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from andamio.model import (
    Cache,
    Egress,
    Environment,
    Http,
    Image,
    ManualSecret,
    Migration,
    Pool,
    Postgres,
    Probe,
    Probes,
    Release,
    Resources,
    Route,
    Scaling,
    Schedule,
    Scratch,
    Service,
    Tombstone,
    Topic,
    per_env,
)
from andamio.testing import minimal_environment, minimal_shared
from tests.properties.declarations import Declarations

__all__ = ["catalogs"]

_WORD = st.from_regex(r"[a-z][a-z0-9]{1,6}(-[a-z0-9]{1,5})?", fullmatch=True)
_TEAMS = ("core", "shop")
_RESERVED = frozenset({"istio", "gateway", "default", "argocd", "reloader", "valkey", "kafka", "postgres", "platform"})
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
_FIELD = st.from_regex(r"[A-Z][A-Z0-9]{0,6}_X", fullmatch=True)


@st.composite
def catalogs(draw: st.DrawFn) -> Declarations:
    """A catalog of one to five services in one or two environments."""
    names = draw(st.lists(_WORD.filter(lambda name: name not in _RESERVED), min_size=1, max_size=5, unique=True))
    environments = draw(_environments())
    answering = [name for name in names if draw(st.booleans())]
    publishing = [name for name in names if draw(st.integers(0, 2)) == 0]
    production = len(environments) > 1
    services = tuple(draw(_service(name, names, answering, publishing, production)) for name in names)
    image = st.builds(
        lambda digit: Image(tag=digit * 40, digest=f"sha256:{digit * 64}"), st.sampled_from("0123456789abcdef")
    )
    # What runs in one environment runs in all: a callee that is missing is a finding of its own.
    images = {name: draw(image) for name in names if draw(st.integers(0, 9)) or name in answering}
    tombstones = draw(
        st.sampled_from(
            (
                (),
                (
                    Tombstone(
                        service="left-long-ago", environments=("dev",), database="shared", topics=("left-long-ago",)
                    ),
                ),
            )
        )
    )
    return Declarations(
        shared=minimal_shared(_TEAMS),
        environments=environments,
        services=services,
        releases={environment.name: Release(services=images) for environment in environments},
        tombstones=tombstones,
    )


@st.composite
def _environments(draw: st.DrawFn) -> tuple[Environment, ...]:
    found = [minimal_environment("dev", "development", number=1)]
    if draw(st.booleans()):
        found.append(minimal_environment("production", "production", number=2))
    return tuple(found)


@st.composite
def _service(
    draw: st.DrawFn, name: str, names: list[str], answering: list[str], publishing: list[str], production: bool
) -> Service:
    http = name in answering
    scheduled = not http and draw(st.booleans())
    fields: dict[str, Any] = {"name": name, "team": draw(st.sampled_from(_TEAMS))}
    fields["tier"] = draw(st.sampled_from(("standard", "best-effort")))
    fields["resources"] = Resources(cpu=draw(st.integers(10, 300)), memory=draw(st.integers(32, 512)))
    fields["config"] = draw(st.dictionaries(_FIELD, _TEXT, max_size=3))
    fields["args"] = tuple(draw(st.lists(_TEXT, max_size=2)))
    fields["scratch"] = tuple(Scratch(path=f"/data/{index}") for index in range(draw(st.integers(0, 2))))
    fields["grace_period"] = draw(st.integers(5, 60))
    fields["egress"] = tuple(
        Egress(host=f"{host}.outside.example", port=draw(st.integers(1, 65535)))
        for host in draw(st.lists(_WORD, max_size=2, unique=True))
    )
    if http:
        fields["http"] = Http(
            port=draw(st.integers(1024, 65535)), protocol=draw(st.sampled_from(("http", "h2c", "grpc")))
        )
        fields["routes"] = tuple(Route(host="api", path=f"/{name}/{i}") for i in range(draw(st.integers(0, 2))))
    elif scheduled:
        fields["schedule"] = Schedule(
            cron=f"{draw(st.integers(0, 59))} {draw(st.integers(0, 23))} * * *",
            concurrency=draw(st.sampled_from(("Forbid", "Replace"))),
        )
    elif draw(st.booleans()):
        fields["probes"] = Probes(startup=None, readiness=None, liveness=Probe(command=("/app/alive",)))
    if not scheduled:
        least = draw(st.integers(1, 2))
        scaling = Scaling(min=least, max=least + draw(st.integers(0, 2)))
        fields["scaling"] = per_env(Scaling(), production=scaling) if production else scaling
    # Calls go to earlier names only, so that they make no circle.
    earlier = [other for other in answering if names.index(other) < names.index(name)]
    fields["calls"] = tuple(draw(st.lists(st.sampled_from(earlier), unique=True))) if earlier else ()
    if draw(st.booleans()):
        fields["database"] = Postgres(placement="shared", pool=Pool(size=5, client_connections=1))
        if draw(st.booleans()):
            fields["migration"] = Migration(command=("/app/migrate",))
    if draw(st.booleans()):
        fields["cache"] = Cache()
    if name in publishing:
        fields["publishes"] = (f"{name}-topic",)
        if draw(st.booleans()):
            fields["topics"] = (Topic(name=f"{name}-topic", partitions=draw(st.integers(1, 9)), replication=2),)
    elif publishing:
        fields["subscribes"] = tuple(
            f"{other}-topic" for other in draw(st.lists(st.sampled_from(publishing), unique=True))
        )
    if draw(st.booleans()):
        fields["secrets"] = (
            ManualSecret(name="key", keys=("a", "b.pem"), instructions="From a person who may give it out."),
        )
    return Service(**fields)
