"""Compares S3 policies by what they allow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

__all__ = ["lacks", "reaches_beyond", "same_policy"]


def same_policy(one: str, other: str) -> bool:
    """Whether two policies say the same, names of statements and order aside."""
    try:
        return _normal(one) == _normal(other)
    except (ValueError, TypeError, AttributeError):
        return False


def lacks(policy: str, wanted: str) -> list[str]:
    """What `wanted` allows and `policy` does not, as `action on resource`."""
    return [f"{action} on {resource}" for action, resource in _grants(wanted) if not _allows(policy, action, resource)]


def reaches_beyond(policy: str, wanted: str) -> list[str]:
    """What `policy` allows and `wanted` does not, as `action on resource`."""
    try:
        return [
            f"{action} on {resource}" for action, resource in _grants(policy) if not _allows(wanted, action, resource)
        ]
    except (ValueError, TypeError, AttributeError):
        return ["something that we cannot read"]


def _allows(policy: str, action: str, resource: str) -> bool:
    try:
        statements = list(_statements(policy))
    except (ValueError, TypeError, AttributeError):
        return False
    hit = {"Allow": False, "Deny": False}
    for statement in statements:
        if _matches(action.lower(), [a.lower() for a in _list(statement, "Action")]) and _matches(
            resource, _list(statement, "Resource")
        ):
            hit[str(statement.get("Effect"))] = True
    return hit["Allow"] and not hit["Deny"]


def _matches(name: str, patterns: list[str]) -> bool:
    # A pattern covers another one when it matches that one's text: `b/*` covers `b/*.tflock`.
    return any(fnmatchcase(name, pattern.replace("[", "[[]")) for pattern in patterns)


def _grants(policy: str) -> Iterator[tuple[str, str]]:
    for statement in _statements(policy):
        if statement.get("Effect") != "Allow":
            continue
        actions = _list(statement, "Action") or [f"all actions but {_list(statement, 'NotAction')}"]
        resources = _list(statement, "Resource") or [f"everything but {_list(statement, 'NotResource')}"]
        for action in actions:
            for resource in resources:
                yield action, resource


def _statements(policy: str) -> Iterator[Mapping[str, Any]]:
    found = json.loads(policy).get("Statement", [])
    for statement in found if isinstance(found, list) else [found]:
        if not isinstance(statement, Mapping):
            raise TypeError("a statement is an object")
        yield statement


def _list(statement: Mapping[str, Any], name: str) -> list[str]:
    found = statement.get(name, [])
    return [str(one) for one in (found if isinstance(found, list) else [found])]


def _normal(policy: str) -> list[str]:
    return sorted(
        json.dumps(
            {k: sorted(_list(s, k)) if k in ("Action", "Resource") else v for k, v in s.items() if k != "Sid"},
            sort_keys=True,
        )
        for s in _statements(policy)
    )
