"""Caches: what a service may do in Valkey."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.databases import VALKEY_BLOCKED_COMMANDS
from andamio.knowledge.ovh.limits import CHANNEL_PATTERN

_CATEGORIES = frozenset(
    (
        *("admin", "all", "bitmap", "blocking", "connection", "dangerous", "fast", "geo", "hash", "hyperloglog"),
        *("keyspace", "list", "pubsub", "read", "scripting", "set", "slow", "sortedset", "stream", "string"),
        *("transaction", "write"),
    )
)
"""Categories of commands (Valkey's documentation of access control)."""

_RISKY = {
    "all": "lets the service empty the Valkey that all services share",
    "admin": "lets the service change and stop the Valkey that all services share",
    "dangerous": "lets the service empty or stall the Valkey that all services share",
    "scripting": "is for scripts, which OVHcloud's Valkey refuses to every user",
}


_WITHOUT_PREFIX = frozenset(
    {"debug", "failover", "flushall", "flushdb", "keys", "migrate", "replicaof", "shutdown", "swapdb"}
)
"""Commands of the category `dangerous` that reach beyond a service's own keys (Valkey's documentation of commands)."""


@rule("AND105", severity=Severity.ERROR, title="A cache user has no dangerous commands")
def no_dangerous_commands(platform: Platform) -> Iterator[Finding]:
    """One Valkey serves all services of an environment, each fenced to its own key prefix.

    `FLUSHALL`, `KEYS` or `SHUTDOWN` know no prefix: they are in the categories `dangerous`, `admin` and `all`. Scripts
    (`EVAL`) are refused by OVHcloud to every user (databases guide "Valkey: Capabilities and Limitations").
    """
    for view, service in each(platform):
        for index, command in enumerate(service.cache.commands if service.cache else ()):
            if command[0] == "+" and _base(command) in _WITHOUT_PREFIX:
                yield at_service(
                    platform,
                    service,
                    f"cache.commands[{index}]",
                    environment=view.environment,
                    value=command,
                    means=_RISKY["dangerous"],
                    fix="Leave it out",
                )
        for index, category in enumerate(service.cache.categories if service.cache else ()):
            if category[0] == "+" and category[2:] in _RISKY:
                yield at_service(
                    platform,
                    service,
                    f"cache.categories[{index}]",
                    environment=view.environment,
                    value=category,
                    means=_RISKY[category[2:]],
                    fix="Leave it out; name the categories that the service needs, such as +@hash",
                )


@rule("AND108", severity=Severity.ERROR, title="A category of commands is one of Valkey's", acceptable=False)
def categories_are_known(platform: Platform) -> Iterator[Finding]:
    """Valkey refuses a user with a category that it does not know (`ACL CAT` lists them)."""
    for view, service in each(platform):
        for index, category in enumerate(service.cache.categories if service.cache else ()):
            if category[2:] not in _CATEGORIES:
                near = did_you_mean(category[2:], _CATEGORIES)
                yield at_service(
                    platform,
                    service,
                    f"cache.categories[{index}]",
                    environment=view.environment,
                    value=category,
                    means="Valkey has no such category",
                    fix=near or f"Choose among {', '.join(sorted(_CATEGORIES))}",
                )


@rule("AND136", severity=Severity.ERROR, title="A cache user has no command that OVHcloud refuses", acceptable=False)
def commands_are_offered(platform: Platform) -> Iterator[Finding]:
    """OVHcloud's Valkey refuses some commands to every user (databases guide "Valkey: Capabilities and Limitations").

    There is no Lua: `EVAL`, `EVALSHA` and `SCRIPT`, so no rate limiter or lock that is built on it; and there are no
    `ACL`, `CONFIG` and `MONITOR`. A service that is given one would meet the refusal when it runs.
    """
    for view, service in each(platform):
        for index, command in enumerate(service.cache.commands if service.cache else ()):
            if command[0] == "+" and _base(command) in VALKEY_BLOCKED_COMMANDS:
                yield at_service(
                    platform,
                    service,
                    f"cache.commands[{index}]",
                    environment=view.environment,
                    value=command,
                    means="is refused to every user",
                    fix="Leave it out, and do without it: MULTI and SET with NX stand in for most scripts",
                )


@rule("AND138", severity=Severity.ERROR, title="A channel pattern is one that Valkey takes", acceptable=False)
def channels_are_valid(platform: Platform) -> Iterator[Finding]:
    """Valkey refuses a user whose patterns have blanks in them (its own check of access rules)."""
    for view, service in each(platform):
        for index, channel in enumerate(service.cache.channels if service.cache else ()):
            if problem := CHANNEL_PATTERN.problem(channel):
                yield at_service(
                    platform,
                    service,
                    f"cache.channels[{index}]",
                    environment=view.environment,
                    value=channel,
                    means=problem,
                    fix=f'Write a pattern such as "{service.name}:*"',
                )


@rule("AND109", severity=Severity.WARNING, title="A channel of a cache begins with the service's name")
def channels_are_fenced(platform: Platform) -> Iterator[Finding]:
    """A channel without a prefix is everybody's.

    Keys are fenced by prefix, channels only by the patterns that are given: `*` hears every message of every service.
    Begin each pattern with `<service>:`.
    """
    for view, service in each(platform):
        for index, channel in enumerate(service.cache.channels if service.cache else ()):
            if not channel.startswith((f"{service.name}:", f"{service.original_name}:")):
                yield at_service(
                    platform,
                    service,
                    f"cache.channels[{index}]",
                    environment=view.environment,
                    value=channel,
                    means="reaches channels of other services",
                    fix=f'Begin it with "{service.name}:"',
                )


def _base(command: str) -> str:
    """The command of an allowance such as `+client|info`, without its subcommand."""
    return command[1:].partition("|")[0]
