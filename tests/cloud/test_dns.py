import pytest

from andamio.cloud.dns import CertificateRule, Zone
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import place, stack, synthesized


def records(domain: str, subdomain: str) -> dict:
    made = stack(Stack.SHARED_DNS, at=place(environment="", region=""))
    zone = Zone(made, "zone", stack=made, name="shop.example")
    CertificateRule(made, "rule", stack=made, zone=zone, domain=domain, subdomain=subdomain, contact="ops@example.com")
    return synthesized(made)["resource"]["ovh_domain_zone_record"]


def test_one_authority_may_issue_and_refusals_are_told() -> None:
    found = records("dev.shop.example", "dev").values()
    assert {one["fieldtype"] for one in found} == {"CAA"}
    assert {one["target"] for one in found} == {
        '0 issue "letsencrypt.org"',
        '0 issuewild "letsencrypt.org"',
        '0 iodef "mailto:ops@example.com"',
    }


@pytest.mark.parametrize(("domain", "subdomain"), [("dev.shop.example", "dev"), ("shop.example", "")])
def test_the_rule_stands_at_the_domain_and_in_a_zone_that_has_to_exist(domain, subdomain) -> None:
    found = records(domain, subdomain)
    assert {one["subdomain"] for one in found.values()} == {subdomain}
    assert {one["zone"] for one in found.values()} == {"${data.ovh_domain_zone.zone-shop_example.name}"}
    assert f"caa-{domain.replace('.', '_')}-issue" in found
