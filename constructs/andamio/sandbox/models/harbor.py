"""What lies in a registry: projects, robots, rules."""

from __future__ import annotations

import re
from typing import Any, Final

from andamio.knowledge.ovh import limits
from andamio.sandbox.cloud.made import Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Use
from andamio.sandbox.models import registry
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model

__all__: list[str] = []

_PROJECT: Final = "harbor_project"
_API: Final = "Harbor's API"


class _InHarbor(Model):
    """Something in the registry that the provider is configured for."""

    imports = ("id",)

    def check(self, asked: Asked) -> None:
        """The registry is there and lets the user in."""
        self._home(asked)

    def uses(self, asked: Asked) -> list[Use]:
        """It ends with its registry."""
        return [Use(kind=registry.REGISTRY, id=self._home(asked))]

    def _home(self, asked: Asked) -> str:
        url = str(asked.provider.get("url") or "").rstrip("/")
        homes = asked.cloud.find(registry.REGISTRY, url=url)
        if not homes:
            raise Refusal(f'no registry answers at "{url}"', source="the provider cannot reach Harbor")
        users = asked.cloud.find(registry.USER, registry_id=homes[0].id, user=asked.provider.get("username"))
        if not any(one.body["password"] == asked.provider.get("password") for one in users):
            raise Refusal("the registry does not know this user and password", source=f"{_API} answers 401")
        return homes[0].id


@model(_PROJECT)
class Project(_InHarbor):
    """A project."""

    unique = ("name",)
    unmodelled = frozenset({"registry_id", "cve_allowlist"})
    empty = frozenset({"registry_id"})

    def check(self, asked: Asked) -> None:
        """Its name is one."""
        super().check(asked)
        if not re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", str(asked.given["name"])):
            raise Refusal(f"{asked.given['name']!r} is no project's name", source=f"{_API} answers 400")

    def made(self, asked: Asked, make: Made) -> Values:
        """A number and a path."""
        number = make.number("id", 2, 99999)
        return {"id": f"/projects/{number}", "project_id": number}


def _project(asked: Asked, id_: Any) -> Values:
    number = str(id_).rpartition("/")[2]
    for thing in asked.cloud.find(_PROJECT):
        if str(thing.body["project_id"]) == number:
            return thing.body
    raise Refusal(f"there is no project {id_}", source=f"{_API} answers 404")


@model("harbor_immutable_tag_rule")
class ImmutableTags(_InHarbor):
    """Tags of a project that nobody overwrites."""

    def check(self, asked: Asked) -> None:
        """Its project is there."""
        super().check(asked)
        _project(asked, asked.given["project_id"])

    def made(self, asked: Asked, make: Made) -> Values:
        """A number under its project."""
        project = _project(asked, asked.given["project_id"])
        return {"id": f"/projects/{project['project_id']}/immutabletagrules/{make.number('id', 1, 9999)}"}


@model("harbor_retention_policy")
class Retention(_InHarbor):
    """What a project keeps."""

    unique = ("scope",)

    def check(self, asked: Asked) -> None:
        """Its project is there, and each rule says one thing."""
        super().check(asked)
        _project(asked, asked.given["scope"])
        rules = asked.given["rule"]
        if len(rules) > limits.RETENTION_RULES:
            raise Refusal(f"at most {limits.RETENTION_RULES} rules", source="Harbor provider's documentation")
        for rule in rules:
            kinds = [name for name in rule if name.startswith(("most_recently", "n_days", "always")) and rule[name]]
            if len(kinds) != 1:
                raise Refusal(
                    f"a rule keeps by one measure, not by {kinds or 'none'}", source="Harbor provider's documentation"
                )

    def made(self, asked: Asked, make: Made) -> Values:
        """A number."""
        return {"id": f"/retentions/{make.number('id', 1, 9999)}"}


@model("harbor_robot_account")
class Robot(_InHarbor):
    """A robot of the system or of a project."""

    unmodelled = frozenset({"secret_wo", "secret_wo_version"})
    told_once = ("secret",)

    def check(self, asked: Asked) -> None:
        """Projects that it may use are there."""
        super().check(asked)
        given = asked.given
        for rights in given["permissions"]:
            named = rights["kind"] == "project" and rights["namespace"] != "*"
            if named and not asked.cloud.find(_PROJECT, name=rights["namespace"]):
                raise Refusal(f'there is no project "{rights["namespace"]}"', source=f"{_API} answers 404")
        others = asked.cloud.find(self.kind, level=given["level"], name=given["name"])
        if asked.before is None and any(self.seed(one.body) == self.seed(given) for one in others):
            raise Refusal(f'there is a robot "{given["name"]}" already', source=f"{_API} answers 409")
        if given["level"] == "project" and len(given["permissions"]) != 1:
            raise Refusal("a robot of a project has rights in one project", source="Harbor provider's documentation")

    def made(self, asked: Asked, make: Made) -> Values:
        """Full name and secret. The prefix is Harbor's own."""
        given = asked.given
        prefix = asked.provider.get("robot_prefix") or "robot$"
        inside = f"{given['permissions'][0]['namespace']}+" if given["level"] == "project" else ""
        number = make.number("id", 1, 99999)
        names = {"full_name": f"{prefix}{inside}{given['name']}", "robot_id": str(number)}
        return {"id": f"/robots/{number}", "secret": make.secret("secret", 32), **names}

    def seed(self, given: Values) -> str:
        """Level, name and where it may act: two projects may each have a robot of one name."""
        places = sorted(rights["namespace"] for rights in given["permissions"])
        return f"{self.kind}|{given['level']}|{given['name']}|{places}"


class _Single(_InHarbor):
    """A setting of Harbor as a whole."""

    def made(self, asked: Asked, make: Made) -> Values:
        """There is one."""
        return {"id": f"/system/{self.kind.removeprefix('harbor_')}/schedule"}


@model("harbor_garbage_collection")
class GarbageCollection(_Single):
    """When space of deleted images is given back."""


@model("harbor_interrogation_services")
class Scanning(_Single):
    """When images are scanned."""


@data(_PROJECT)
def _read(asked: Asked) -> Values:
    for thing in asked.cloud.find(_PROJECT, name=asked.given["name"]):
        names = ("id", "project_id", "public", "vulnerability_scanner", "vulnerability_scanning")
        return {**{name: thing.body[name] for name in names}, "type": "Project"}
    raise Refusal(f'there is no project "{asked.given["name"]}"', source=f"{_API} answers 404")
