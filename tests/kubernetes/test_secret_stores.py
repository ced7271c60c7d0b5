import re
from typing import Any

from andamio.contract.names import GRANTS_NAMESPACE
from andamio.contract.platform import Platform
from andamio.contract.secrets import dns_link, registry_pull_link, service_links
from andamio.contract.views import context
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.secret_stores import READERS, secret_store_manifests


def _by_name(manifests: tuple[Manifest, ...], kind: str) -> dict[str, Any]:
    return {m.name: m.body["spec"] for m in manifests if m.kind == kind}


def test_the_store_is_open_to_services_and_to_the_platform_that_needs_it(tienda: Platform) -> None:
    stores = _by_name(secret_store_manifests(context(tienda.views["dev"])), "ClusterSecretStore")
    assert stores["key-store"]["conditions"] == [
        {"namespaceSelector": {"matchLabels": {"andamio.dev/service": "true"}}},
        {"namespaces": ["cert-manager", "external-dns"]},
    ]


def test_only_the_grants_job_reads_admin_credentials(tienda: Platform) -> None:
    stores = _by_name(secret_store_manifests(context(tienda.views["dev"])), "ClusterSecretStore")
    assert stores["key-store-admin"]["conditions"] == [{"namespaces": [GRANTS_NAMESPACE]}]


def test_both_stores_are_the_environments_own_key_store(tienda: Platform) -> None:
    view = tienda.views["dev"]
    for spec in _by_name(secret_store_manifests(context(view)), "ClusterSecretStore").values():
        vault = spec["provider"]["vault"]
        assert vault["server"] == f"https://{view.outputs.key_store_host}/api/{view.outputs.key_store_id}"
        assert (vault["path"], vault["version"]) == ("secret", "v2")
        assert vault["auth"]["tokenSecretRef"] == {
            "name": "key-store-token",
            "key": "token",
            "namespace": "external-secrets",
        }


def test_every_path_that_services_and_platform_read_is_one_that_the_fence_names(tienda: Platform) -> None:
    manifests = secret_store_manifests(context(tienda.views["dev"]))
    policies = _by_name(manifests, "ValidatingAdmissionPolicy")
    rules = {name: " ".join(rule["expression"] for rule in spec["validations"]) for name, spec in policies.items()}
    assert f"key == '{registry_pull_link().path}'" in rules["secrets-of-services"]
    assert f"key == '{dns_link().path}'" in rules["secrets-of-platform"]
    assert all(reader in rules["secrets-of-platform"] for reader in READERS)
    for service in tienda.views["dev"].services:
        for _, link in service_links(service):
            assert link.path.startswith(f"services/{service.original_name}/")


def test_a_renamed_service_reads_under_its_original_name(tienda: Platform) -> None:
    manifests = secret_store_manifests(context(tienda.views["dev"]), renamed=[("stock", "inventory"), ("a", "a")])
    rule = str(_by_name(manifests, "ValidatingAdmissionPolicy")["secrets-of-services"]["validations"])
    assert set(re.findall(r'\{"[^}]*\}', rule)) == {'{"stock": "inventory"}'}


def test_every_policy_is_bound_and_denies(tienda: Platform) -> None:
    manifests = secret_store_manifests(context(tienda.views["dev"]))
    bindings = _by_name(manifests, "ValidatingAdmissionPolicyBinding")
    assert set(bindings) == set(_by_name(manifests, "ValidatingAdmissionPolicy"))
    assert all(b["validationActions"] == ["Deny"] and b["policyName"] == name for name, b in bindings.items())


def test_one_policy_or_the_other_holds_for_every_namespace(tienda: Platform) -> None:
    policies = _by_name(secret_store_manifests(context(tienda.views["dev"])), "ValidatingAdmissionPolicy")
    selectors = [policies[name]["matchConstraints"]["namespaceSelector"] for name in sorted(policies)]
    assert selectors == [
        {"matchExpressions": [{"key": "andamio.dev/service", "operator": "NotIn", "values": ["true"]}]},
        {"matchLabels": {"andamio.dev/service": "true"}},
    ]
