"""Events: topics, who publishes and who subscribes."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_service, at_tombstone, each, production, published
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.databases import database_plan
from andamio.knowledge.ovh.limits import TOPIC_NAME

_LONGEST_RETENTION = 30 * 24
"""Hours for which messages may be kept without being taken for a store: 30 days, a policy of this project."""


@rule("AND100", severity=Severity.ERROR, title="A topic's settings stand with who publishes it", acceptable=False)
def settings_are_the_publishers(platform: Platform) -> Iterator[Finding]:
    """`topics` says how a topic looks that the service publishes; what it does not publish belongs to another team."""
    for view, service in each(platform):
        for index, topic in enumerate(service.topics):
            if topic.name not in service.publishes:
                yield at_service(
                    platform,
                    service,
                    f"topics[{index}].name",
                    environment=view.environment,
                    value=topic.name,
                    means="the service does not publish that topic",
                    fix=did_you_mean(topic.name, service.publishes) or "Add it to publishes, or leave the settings out",
                )


@rule("AND101", severity=Severity.ERROR, title="A topic's settings are given once", acceptable=False)
def settings_are_given_once(platform: Platform) -> Iterator[Finding]:
    """A topic is one, however many services publish it. With settings in two files one of them would silently win."""
    for view in platform.views.values():
        first: dict[str, str] = {}
        for service in view.services:
            for index, topic in enumerate(service.topics):
                owner = first.get(topic.name)
                first.setdefault(topic.name, service.name)
                if owner is not None:
                    yield at_service(
                        platform,
                        service,
                        f"topics[{index}].name",
                        environment=view.environment,
                        value=topic.name,
                        means=f"{owner} gives that topic's settings too"
                        if owner != service.name
                        else "stands there twice",
                        fix="Leave one of the two out",
                    )


@rule("AND102", severity=Severity.ERROR, title="Somebody publishes what is subscribed", acceptable=False)
def subscriptions_are_published(platform: Platform) -> Iterator[Finding]:
    """A topic exists because a service publishes it.

    A subscription to one that nobody publishes waits for ever; most often its name is misspelt.
    """
    topics = {name: published(view) for name, view in platform.views.items()}
    for view, service in each(platform):
        known = topics[view.environment.name]
        for index, name in enumerate(service.subscribes):
            if name not in known:
                yield at_service(
                    platform,
                    service,
                    f"subscribes[{index}]",
                    environment=view.environment,
                    value=name,
                    means="nobody publishes that topic",
                    fix=did_you_mean(name, known) or "Add it to publishes of the service that sends it",
                )


@rule("AND103", severity=Severity.WARNING, title="Somebody subscribes what is published")
def publications_are_read(platform: Platform) -> Iterator[Finding]:
    """A topic that no service reads costs space and is a promise to nobody.

    Accept the finding when its reader is outside of the platform or comes later.
    """
    for view in platform.views.values():
        read = {name for service in view.services for name in service.subscribes}
        for service in view.services:
            for index, name in enumerate(service.publishes):
                if name not in read:
                    yield at_service(
                        platform,
                        service,
                        f"publishes[{index}]",
                        environment=view.environment,
                        value=name,
                        means="no service subscribes that topic",
                        fix="Leave it out until somebody reads it, or accept this finding with the reason",
                    )


@rule("AND104", severity=Severity.ERROR, title="A topic has no more copies than Kafka has nodes", acceptable=False)
def copies_have_nodes(platform: Platform) -> Iterator[Finding]:
    """Each copy of a topic lies on a node of its own; Kafka refuses more copies than nodes.

    The plan decides their number: three with `business` and `production`, six with `enterprise` and `advanced`
    (databases guide "Kafka").
    """
    for view, service in each(platform):
        plan = database_plan("kafka", view.environment.kafka.plan)
        for index, topic in enumerate(service.topics):
            if plan is not None and topic.replication > plan.nodes:
                yield at_service(
                    platform,
                    service,
                    f"topics[{index}].replication",
                    environment=view.environment,
                    value=topic.replication,
                    means=f"the plan {plan.name} has {plan.nodes} nodes",
                    fix=f"Set replication={plan.nodes} or less",
                )


@rule("AND106", severity=Severity.WARNING, title="A topic is no archive")
def topics_are_no_archives(platform: Platform) -> Iterator[Finding]:
    """There are no backups of Kafka.

    OVHcloud keeps no backups of Kafka (databases guide "Kafka: Capabilities and Limitations"), and a change of a
    topic's settings empties it. Messages that have to be there after more than 30 days belong into a database.
    """
    for view in production(platform):
        for service in view.services:
            for index, topic in enumerate(service.topics):
                if topic.retention_hours > _LONGEST_RETENTION:
                    yield at_service(
                        platform,
                        service,
                        f"topics[{index}].retention_hours",
                        environment=view.environment,
                        value=topic.retention_hours,
                        means=f"messages kept for {topic.retention_hours // 24} days have no backup",
                        fix="Keep what has to last in a database, or accept this finding with the reason",
                    )


@rule("AND107", severity=Severity.ERROR, title="A topic's name is one that Kafka takes", acceptable=False)
def topic_names_are_valid(platform: Platform) -> Iterator[Finding]:
    """Kafka takes up to 249 letters, digits, `.`, `_` and `-`.

    `_` is left out here: metrics write `.` as `_`, so names with both collide (Kafka warns of it). Capitals are left
    out too, since two names that differ by case only are misread.
    """
    fix = 'Choose a name such as "order-placed"'
    for view, service in each(platform):
        for field in ("publishes", "subscribes"):
            for index, name in enumerate(getattr(service, field)):
                if problem := _name_problem(name):
                    yield at_service(
                        platform,
                        service,
                        f"{field}[{index}]",
                        environment=view.environment,
                        value=name,
                        means=problem,
                        fix=fix,
                    )
    for tombstone in platform.tombstones:
        for index, name in enumerate(tombstone.topics):
            if problem := _name_problem(name):
                field = f"topics[{index}]"
                yield at_tombstone(platform, tombstone.service, field, value=name, means=problem, fix=fix)


def _name_problem(name: str) -> str | None:
    problem = TOPIC_NAME.problem(name)
    if problem is None and ("_" in name or name != name.lower() or name[:1] in ".-"):
        return "a topic's name begins with a lower-case letter or digit and goes on with these, `.` and `-`"
    return problem
