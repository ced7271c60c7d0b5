"""The managed registry."""

from __future__ import annotations

from typing import Final

from andamio.knowledge.ovh import limits
from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model, reference

__all__ = ["REGISTRY", "USER"]

REGISTRY: Final = "ovh_cloud_project_containerregistry"
USER: Final = "ovh_cloud_project_containerregistry_user"
_REGIONS: Final = ("BHS", "DE", "EU-WEST-PAR", "GRA")
_ORDER: Final = ("SMALL", "MEDIUM", "LARGE")


def _plan(region: str, name: str) -> Values:
    scanner = name in limits.REGISTRY_SCANNING_PLANS
    make = Made(f"registry-plan|{region}|{name}")
    return {
        "id": make.uuid(),
        "code": f"registry.{name[0].lower()}-plan-equivalent.hour.consumption",
        "created_at": TIME,
        "updated_at": TIME,
        "name": name,
        "features": [{"vulnerability": scanner}],
        "registry_limits": [{"image_storage": limits.REGISTRY_STORAGE_GIB[name] << 30, "parallel_request": 15}],
    }


def _plans(region: str) -> dict[str, Values]:
    return {name: _plan(region, name) for name in _ORDER}


@model(REGISTRY)
class Registry(Model):
    """A registry, whose content the Harbor provider manages."""

    def check(self, asked: Asked) -> None:
        """Region and plan; the plan only grows."""
        region = str(asked.given["region"])
        names = [plan["id"] for plan in _plans(region).values()]
        wanted = asked.given.get("plan_id") or names[0]
        if region not in _REGIONS:
            raise Refusal(f"there are no registries in {region} ({', '.join(_REGIONS)})", source="price page")
        if wanted not in names:
            raise Refusal(f"{region} has no registry plan {wanted}", source="OVHcloud's API answers 404")
        if asked.changed("plan_id") and asked.before and names.index(wanted) < names.index(asked.before["plan_id"]):
            raise Refusal("a registry's plan can be raised, not lowered", source="provider documentation, plan_id")

    def made(self, asked: Asked, make: Made) -> Values:
        """Its address."""
        region = str(asked.given["region"])
        plans = _plans(region).values()
        plan = next((one for one in plans if one["id"] == asked.given.get("plan_id")), next(iter(plans)))
        return {
            "id": make.uuid(),
            "created_at": TIME,
            "updated_at": TIME,
            "iam_enabled": False,
            "plan": [plan],
            "plan_id": plan["id"],
            "project_id": asked.given["service_name"],
            "size": 0,
            "status": "READY",
            "url": f"https://{make.hex(8, 'host')}.c1.{region.lower()}.container-registry.ovh.net",
            "version": "2.14.0",
        }


@model(USER)
class RegistryUser(Model):
    """A user of a registry, its administrator."""

    told_once = ("password",)
    unique = ("registry_id", "login")
    lies_in = (("registry_id", REGISTRY),)
    imports = ("service_name", "registry_id", "id")

    def made(self, asked: Asked, make: Made) -> Values:
        """Name and password."""
        return {"id": make.uuid(), "user": asked.given["login"], "password": make.secret()}


class _Setting(Model):
    """One setting of a registry."""

    unique = ("registry_id",)
    lies_in = (("registry_id", REGISTRY),)
    imports = ("service_name", "registry_id")

    def made(self, asked: Asked, make: Made) -> Values:
        """It has the registry's id."""
        return {"id": asked.given["registry_id"], "oidc_verify_cert": True}


@model("ovh_cloud_project_containerregistry_ip_restrictions_management")
class WhoManages(_Setting):
    """From where Harbor's API is reached. Kept as a record: nobody is kept out."""


@model("ovh_cloud_project_containerregistry_ip_restrictions_registry")
class WhoPulls(_Setting):
    """From where images are reached. Kept as a record: nobody is kept out."""


@model("ovh_cloud_project_containerregistry_oidc")
class Login(_Setting):
    """How people log in to Harbor."""


@data("ovh_cloud_project_capabilities_containerregistry_filter")
def _filter(asked: Asked) -> Values:
    region, name = str(asked.given["region"]), str(asked.given["plan_name"])
    if region not in _REGIONS or name not in _ORDER:
        raise Refusal(f'{region} has no registry plan "{name}"', source="provider documentation of the data source")
    return _plans(region)[name]


@data(REGISTRY)
def _registry(asked: Asked) -> Values:
    found = reference(asked, REGISTRY, asked.given["registry_id"], what="registry")
    return {name: value for name, value in found.items() if name not in ("plan", "plan_id")}
