import dataclasses
import json

from andamio.cdktf import Testing as Cdktf
from andamio.model import Domain
from infra.stacks.shared_dns import SharedDnsStack, shared_dns_view
from tests.infra.small_shop import DEV, PRODUCTION, platform


def dns(*domains: Domain) -> dict:
    environments = tuple(
        one.model_copy(update={"domain": domain}) for one, domain in zip((DEV, PRODUCTION), domains, strict=True)
    )
    view = shared_dns_view(dataclasses.replace(platform(), environments=environments))
    return json.loads(Cdktf.synth(SharedDnsStack(Cdktf.app(), "shared-dns", view)))


def places(stack: dict) -> set[tuple[str, str]]:
    return {(one["zone"], one["subdomain"]) for one in stack["resource"]["ovh_domain_zone_record"].values()}


def zone(name: str) -> str:
    return f"${{data.ovh_domain_zone.zone-{name.replace('.', '_')}.name}}"


def test_each_environments_domain_has_its_rule_in_its_own_zone() -> None:
    found = dns(Domain(name="dev.example.com", zone="example.com"), Domain(name="shop.example", zone="shop.example"))
    assert places(found) == {(zone("example.com"), "dev"), (zone("shop.example"), "")}


def test_every_zone_has_to_exist_also_one_that_only_an_environment_names() -> None:
    found = dns(Domain(name="a.b.example.org", zone="example.org"), Domain(name="c.example.org", zone="example.org"))
    assert {one["name"] for one in found["data"]["ovh_domain_zone"].values()} == {"example.com", "example.org"}
    assert places(found) == {(zone("example.org"), "a.b"), (zone("example.org"), "c")}


def test_two_environments_on_one_domain_share_its_rule() -> None:
    one = Domain(name="shop.example", zone="shop.example")
    assert len(dns(one, one)["resource"]["ovh_domain_zone_record"]) == 3
