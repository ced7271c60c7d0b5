from typing import Any

from andamio.contract.platform import Platform
from andamio.contract.views import Context, context
from andamio.kubernetes.rbac import DEBUG_ROLE, READ_ROLE, cluster_access, team_access


def _roles(shop: Context) -> dict[str, list[dict[str, Any]]]:
    return {m.name: m.body["rules"] for m in cluster_access(shop) if m.kind == "ClusterRole"}


def test_no_team_reads_secrets_or_writes_what_makes_them(tienda: Platform) -> None:
    for view in tienda.views.values():
        for rules in _roles(context(view)).values():
            for rule in rules:
                assert "*" not in rule["resources"] + rule["apiGroups"] + rule["verbs"]
                assert "secrets" not in rule["resources"]
                if "external-secrets.io" in rule["apiGroups"]:
                    assert set(rule["verbs"]) == {"get", "list", "watch"}


def test_a_team_changes_nothing_in_production(tienda: Platform) -> None:
    shop = context(tienda.views["production"])
    assert set(_roles(shop)) == {READ_ROLE}
    assert {verb for rules in _roles(shop).values() for rule in rules for verb in rule["verbs"]} == {
        "get",
        "list",
        "watch",
    }
    assert {m.name for m in team_access(shop, [("orders", "commerce")])} == {READ_ROLE}


def test_a_team_gets_a_shell_outside_production_in_its_own_namespaces_only(tienda: Platform) -> None:
    shop = context(tienda.views["dev"])
    bindings = team_access(shop, [("orders", "commerce"), ("storefront", "web")])
    assert {(m.namespace, m.name) for m in bindings} == {
        (namespace, role) for namespace in ("orders", "storefront") for role in (READ_ROLE, DEBUG_ROLE)
    }
    groups = {m.namespace: m.body["subjects"][0]["name"] for m in bindings}
    assert groups == {"orders": "oidc:tienda-commerce", "storefront": "oidc:tienda-web"}


def test_only_administrators_are_bound_to_the_whole_cluster(tienda: Platform) -> None:
    bindings = [m.body for m in cluster_access(context(tienda.views["dev"])) if m.kind == "ClusterRoleBinding"]
    assert [b["subjects"][0]["name"] for b in bindings] == ["oidc:tienda-platform"]
