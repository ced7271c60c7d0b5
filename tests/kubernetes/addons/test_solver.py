"""The chain of the environment's certificate: credential, right to read it, solver, issuer, records."""

import re

from andamio.contract.platform import Platform
from andamio.contract.views import context
from andamio.kubernetes.addons import ADDONS, cert_manager_webhook_ovh, external_dns
from andamio.kubernetes.certificates import certificate_manifests
from andamio.kubernetes.units import addon_manifests


def test_the_solver_may_read_the_credential_that_the_issuer_names(tienda: Platform) -> None:
    """The chart gives that right for issuers that it makes itself, and ours is not one of them."""
    shop = context(tienda.views["dev"])
    (role,) = [m.body for m in addon_manifests(cert_manager_webhook_ovh.ADDON, shop) if m.kind == "Role"]
    (issuer,) = [m.body for m in certificate_manifests(shop) if m.kind == "ClusterIssuer"]
    (secret,) = [m for m in certificate_manifests(shop) if m.kind == "ExternalSecret"]
    config = issuer["spec"]["acme"]["solvers"][0]["dns01"]["webhook"]["config"]
    named = {config["oauth2ClientIDRef"]["name"], config["oauth2ClientSecretRef"]["name"]}
    assert named == {secret.name} == set(role["rules"][0]["resourceNames"])
    assert secret.namespace == role["metadata"]["namespace"] == "cert-manager"
    keys = {item["secretKey"] for item in secret.body["spec"]["data"]}
    assert {config["oauth2ClientIDRef"]["key"], config["oauth2ClientSecretRef"]["key"]} == keys


def test_issuer_and_solver_agree_on_the_api_group_and_the_contact_is_the_catalogs(tienda: Platform) -> None:
    shop = context(tienda.views["production"])
    (issuer,) = [m.body["spec"]["acme"] for m in certificate_manifests(shop) if m.kind == "ClusterIssuer"]
    group = issuer["solvers"][0]["dns01"]["webhook"]["groupName"]
    assert group == ADDONS["cert-manager-webhook-ovh"].checked_values(shop)["groupName"]
    assert issuer["email"] == tienda.shared.contact
    assert issuer["solvers"][0]["selector"] == {"dnsZones": [shop.environment.domain.zone]}


def test_external_dns_touches_the_environments_names_and_finds_its_zone(tienda: Platform) -> None:
    for view in tienda.views.values():
        shop = context(view)
        arguments = external_dns.values(shop)["extraArgs"]
        (pattern,) = [a.partition("=")[2] for a in arguments if a.startswith("--regex-domain-filter=")]
        domain = shop.environment.domain
        assert all(re.search(pattern, name) for name in (domain.zone, domain.name, f"api.{domain.name}"))
        assert not re.search(pattern, f"api.x{domain.name}")
        assert not re.search(pattern, "api.other.example")
        if domain.name != domain.zone:
            assert not re.search(pattern, f"www.{domain.zone}")


def test_environments_that_share_a_zone_own_their_records_apart(tienda: Platform) -> None:
    owners = [external_dns.values(context(view))["txtOwnerId"] for view in tienda.views.values()]
    assert len(set(owners)) == len(owners)
