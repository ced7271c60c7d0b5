"""The stores through which the cluster reads its key store, and the fence around what each namespace may read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from andamio.contract.names import GRANTS_NAMESPACE
from andamio.contract.secrets import dns_link, registry_pull_link
from andamio.contract.views import Context
from andamio.kubernetes.addons import cert_manager, external_dns, external_secrets
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.namespace import SERVICE_NAMESPACE
from andamio.kubernetes.secrets import ADMIN_KEY_STORE, KEY_STORE

__all__ = ["READERS", "TOKEN_KEY", "TOKEN_SECRET", "secret_store_manifests"]

TOKEN_SECRET = "key-store-token"  # noqa: S105 - the name of a Secret, not its value
"""Secret with the read-only token, made by Terraform's bootstrap release in External Secrets' namespace."""

TOKEN_KEY = "token"  # noqa: S105 - a key's name
"""Its key."""

READERS = (cert_manager.NAMESPACE, external_dns.NAMESPACE)
"""Namespaces of the platform that read the key store beside those of services."""


def secret_store_manifests(context: Context, *, renamed: Iterable[tuple[str, str]] = ()) -> tuple[Manifest, ...]:
    """Both stores and the admission policies that fence paths.

    `renamed` are pairs of a service and the name under which its secrets lie, for services that were renamed.

    A store's conditions say which namespaces may use it, not what they may read there: a token of OVHcloud's Secret
    Manager reads every path. So a ValidatingAdmissionPolicy compares each ExternalSecret with its namespace: a
    service reads its own path and the registry's pull account, the platform the DNS account, the grants Job the
    admin credentials, nobody else anything. It holds for people and for Argo CD alike.
    """
    return (
        _store(
            context,
            KEY_STORE,
            [{"namespaceSelector": {"matchLabels": dict(SERVICE_NAMESPACE)}}, {"namespaces": list(READERS)}],
        ),
        _store(context, ADMIN_KEY_STORE, [{"namespaces": [GRANTS_NAMESPACE]}]),
        *_fence(renamed),
    )


def _store(context: Context, name: str, conditions: list[dict[str, Any]]) -> Manifest:
    """A ClusterSecretStore on the key store's Vault-compatible API, as OVHcloud's guide sets it up."""
    outputs = context.outputs
    return Manifest(
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ClusterSecretStore",
            "metadata": {"name": name},
            "spec": {
                "conditions": conditions,
                "provider": {
                    "vault": {
                        "server": f"https://{outputs.key_store_host}/api/{outputs.key_store_id}",
                        "path": "secret",
                        "version": "v2",
                        "auth": {
                            "tokenSecretRef": {
                                "name": TOKEN_SECRET,
                                "key": TOKEN_KEY,
                                "namespace": external_secrets.NAMESPACE,
                            }
                        },
                    }
                },
            },
        }
    )


_KEYS = (
    "(has(object.spec.data) ? object.spec.data.map(item, item.remoteRef.key) : [])"
    " + (has(object.spec.dataFrom) ? object.spec.dataFrom.map(item, item.extract.key) : [])"
)
"""CEL: every path that an ExternalSecret reads. `_PLAIN` comes first and refuses what has no such path."""

_PLAIN = (
    "(!has(object.spec.data) || object.spec.data.all(item, !has(item.sourceRef)))"
    " && (!has(object.spec.dataFrom)"
    " || object.spec.dataFrom.all(item, has(item.extract) && !has(item.find) && !has(item.sourceRef)))"
)

_LIVES_OR_CHANGES = "!has(object.metadata.deletionTimestamp) || object.spec != oldObject.spec"
"""CEL: what is being deleted fetches nothing, and its finalizers have to come off, or one that was there before its
policy would hold its namespace for ever."""


def _fence(renamed: Iterable[tuple[str, str]]) -> Iterable[Manifest]:
    names = {service: original for service, original in sorted(renamed) if service != original}
    own = "object.metadata.namespace"
    if names:
        table = json.dumps(names)
        own = f"(object.metadata.namespace in {table} ? {table}[object.metadata.namespace] : object.metadata.namespace)"
    services = {"matchLabels": dict(SERVICE_NAMESPACE)}
    others = {
        "matchExpressions": [
            {"key": key, "operator": "NotIn", "values": [value]} for key, value in SERVICE_NAMESPACE.items()
        ]
    }
    pull, dns = registry_pull_link().path, dns_link().path
    yield from _policy(
        "secrets-of-services",
        services,
        f"object.spec.secretStoreRef.name == '{KEY_STORE}'",
        f"key.startsWith('services/' + {own} + '/') || key == '{pull}'",
        "a service reads its own secrets and the registry's pull account, through key-store",
    )
    readers = json.dumps(list(READERS))
    yield from _policy(
        "secrets-of-platform",
        others,
        f"object.spec.secretStoreRef.name =="
        f" (object.metadata.namespace == '{GRANTS_NAMESPACE}' ? '{ADMIN_KEY_STORE}' : '{KEY_STORE}')",
        f"object.metadata.namespace == '{GRANTS_NAMESPACE}' ? key.startsWith('admin/')"
        f" : object.metadata.namespace in {readers} && key == '{dns}'",
        "only cert-manager and external-dns (the DNS account) and database-grants (the admin credentials) read secrets",
    )


def _policy(name: str, namespaces: dict[str, Any], store: str, key: str, message: str) -> Iterable[Manifest]:
    yield Manifest(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name},
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {
                    "namespaceSelector": namespaces,
                    "resourceRules": [
                        {
                            "apiGroups": ["external-secrets.io"],
                            "apiVersions": ["*"],
                            "operations": ["CREATE", "UPDATE"],
                            "resources": ["externalsecrets"],
                        }
                    ],
                },
                "matchConditions": [{"name": "lives-or-changes", "expression": _LIVES_OR_CHANGES}],
                "validations": [
                    {
                        "expression": "has(object.spec.secretStoreRef)"
                        f" && object.spec.secretStoreRef.kind == 'ClusterSecretStore' && {store} && {_PLAIN}",
                        "message": message,
                        "reason": "Forbidden",
                    },
                    {
                        "expression": f"!({_PLAIN}) || ({_KEYS}).all(key, {key})",
                        "message": message,
                        "reason": "Forbidden",
                    },
                ],
            },
        }
    )
    yield Manifest(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name},
            "spec": {"policyName": name, "validationActions": ["Deny"]},
        }
    )
