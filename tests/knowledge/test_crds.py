"""Mistakes in custom resources are found before a cluster sees them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from andamio.knowledge.crds import Scope, custom_resource, custom_resources, violations


def named(api_version: str, kind: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "orders", **metadata}, "spec": spec}


EXTERNAL_SECRET = named(
    "external-secrets.io/v1",
    "ExternalSecret",
    {
        "refreshInterval": "1h",
        "secretStoreRef": {"name": "keys", "kind": "ClusterSecretStore"},
        "target": {"name": "orders", "creationPolicy": "Owner"},
        "data": [{"secretKey": "password", "remoteRef": {"key": "dev/orders", "property": "password"}}],
    },
    namespace="orders",
)

GOOD = [
    EXTERNAL_SECRET,
    named(
        "external-secrets.io/v1",
        "ClusterSecretStore",
        {
            "provider": {
                "vault": {
                    "server": "https://eu-west-rbx.okms.ovh.net/api/x",
                    "path": "secret",
                    "version": "v2",
                    "auth": {"tokenSecretRef": {"name": "token", "key": "token", "namespace": "keys"}},
                }
            },
            "conditions": [{"namespaces": ["orders"]}],
        },
    ),
    named(
        "cilium.io/v2",
        "CiliumNetworkPolicy",
        {
            "endpointSelector": {"matchLabels": {"app": "orders"}},
            "egress": [
                {
                    "toFQDNs": [{"matchName": "api.example.org"}],
                    "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}],
                },
                {"toCIDR": ["10.0.0.0/8"]},
            ],
        },
    ),
    named(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        {
            "parentRefs": [{"name": "public", "namespace": "gateway", "sectionName": "https"}],
            "hostnames": ["api.example.org"],
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/orders"}}],
                    "backendRefs": [{"name": "orders", "port": 8080}],
                },
                {"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}]},
            ],
        },
    ),
    named(
        "argoproj.io/v1alpha1",
        "Application",
        {
            "project": "commerce",
            "source": {"repoURL": "https://example.org/x.git", "path": "dist", "directory": {"recurse": True}},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "orders"},
            "syncPolicy": {"automated": {"prune": True}, "syncOptions": ["ServerSideApply=true"]},
        },
    ),
    named(
        "cert-manager.io/v1",
        "ClusterIssuer",
        {
            "acme": {
                "server": "https://acme.example.org",
                "privateKeySecretRef": {"name": "account"},
                "solvers": [{"dns01": {"webhook": {"groupName": "x", "solverName": "ovh", "config": {"any": 1}}}}],
            }
        },
    ),
    named("security.istio.io/v1", "PeerAuthentication", {"mtls": {"mode": "STRICT"}}),
]


@pytest.mark.parametrize("document", GOOD, ids=lambda document: document["kind"])
def test_a_valid_object_has_no_violation(document: dict[str, Any]) -> None:
    assert violations(document) == []


def planted(path: str, value: Any) -> list[str]:
    document: Any = copy.deepcopy(EXTERNAL_SECRET)
    *above, last = path.split(".")
    place = document
    for key in above:
        place = place[int(key)] if key.isdigit() else place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return violations(document)


def test_an_unknown_field_is_named_with_its_neighbour() -> None:
    assert planted("spec.refreshIntervall", "1h") == [
        'spec.refreshIntervall: unknown field. Did you mean "refreshInterval"?'
    ]


def test_a_wrong_type() -> None:
    assert planted("spec.refreshInterval", 3600) == ["spec.refreshInterval: 3600 is not a text"]
    assert planted("spec.data", {}) == ["spec.data: {} is not a list"]


def test_a_missing_required_field() -> None:
    assert planted("spec.data.0.secretKey", None) == ["spec.data[0].secretKey: missing, and required"]


def test_a_value_outside_an_enumeration() -> None:
    found = planted("spec.target.creationPolicy", "owner")
    assert len(found) == 1
    assert 'Did you mean "Owner"?' in found[0]


def test_a_value_that_does_not_match_its_pattern() -> None:
    found = planted("spec.secretStoreRef.name", "Not A Name")
    assert len(found) == 1
    assert found[0].startswith('spec.secretStoreRef.name: "Not A Name" does not match ')


def test_the_name_and_the_labels_are_checked() -> None:
    assert planted("metadata.name", None) == ["metadata.name: missing, and required"]
    assert planted("metadata.labels", {"a": 1}) == ["metadata.labels.a: 1 is not a text"]
    assert planted("metadata.label", {}) == ['metadata.label: unknown field. Did you mean "labels"?']


def test_an_object_of_the_cluster_has_no_namespace() -> None:
    document = named("cert-manager.io/v1", "ClusterIssuer", {"selfSigned": {}}, namespace="x")
    assert violations(document) == ["metadata.namespace: ClusterIssuer is a cluster's object and has none"]


def test_a_provider_that_is_not_carried_is_said_to_be() -> None:
    document = named("external-secrets.io/v1", "SecretStore", {"provider": {"aws": {}}})
    assert violations(document) == ["spec.provider.aws: exists, but its schema is not among those that Andamio carries"]


def test_two_listeners_of_one_name() -> None:
    listener = {"name": "https", "port": 443, "protocol": "HTTPS"}
    document = named(
        "gateway.networking.k8s.io/v1",
        "Gateway",
        {"gatewayClassName": "istio", "listeners": [listener, {**listener, "port": 8443}]},
    )
    assert violations(document) == ["spec.listeners: two items with name = ('https',)"]


def test_an_address_range_must_be_one() -> None:
    document = named(
        "cilium.io/v2", "CiliumNetworkPolicy", {"endpointSelector": {}, "egress": [{"toCIDR": ["10.0.0.0.0/8"]}]}
    )
    assert any("spec.egress[0].toCIDR[0]" in sentence for sentence in violations(document))


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(LookupError, match=r'Did you mean "ExternalSecret"\?'):
        violations(named("external-secrets.io/v1", "ExternalSecrets", {}))


def test_every_resource_has_a_readable_schema() -> None:
    for resource in custom_resources():
        assert resource.version in resource.versions
        assert custom_resource(resource.api_version, resource.kind) == resource
        document = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": {"name": "x"}, "zz": 1}
        assert any(sentence.startswith("zz: unknown field") for sentence in violations(document))


def test_scopes() -> None:
    assert custom_resource("external-secrets.io/v1", "ClusterSecretStore").scope is Scope.CLUSTER
    assert custom_resource("external-secrets.io/v1", "ExternalSecret").scope is Scope.NAMESPACED
    assert custom_resource("external-secrets.io/v1beta1", "ExternalSecret") is None
