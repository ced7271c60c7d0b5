"""What machines may do, as action names of OVHcloud's IAM. Plain data.

Names that OVHcloud's guides or its published API show are marked "seen"; the others follow the same pattern, and
the data source `ovh_iam_reference_actions` tells whether they exist.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "APPLY",
    "DNS_RECORDS",
    "KEEP",
    "PLAN",
    "READ_SECRETS",
    "SECRETS_FOR_APPLY",
    "SECRETS_FOR_PLAN",
    "Grant",
    "dns_zone_urn",
    "project_urn",
]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Actions on resources."""

    name: str
    """What it is about; part of the policy's name."""

    on: str
    """URN of the resource."""

    allow: tuple[str, ...]
    """Actions, possibly with a wildcard."""

    keep: tuple[str, ...] = ()
    """Actions that a wildcard of `allow` is not to cover. Default: none."""


_PROJECT = "publicCloudProject:apiovh:"

READ_SECRETS = (
    "okms:apikms:secret/get",
    "okms:apikms:secret/version/getData",
    "okms:apiovh:secret/get",
)
"""Read what lies in a key store, and nothing else (seen)."""

SECRETS_FOR_PLAN = (*READ_SECRETS, "okms:apiovh:secret/version/get")
"""What Terraform's refresh of `ovh_okms_secret` asks for (the last by pattern)."""

SECRETS_FOR_APPLY = (
    *SECRETS_FOR_PLAN,
    "okms:apikms:secret/create",
    "okms:apikms:secret/delete",
    "okms:apikms:secret/updateMetadata",
    "okms:apikms:secret/version/create",
    "okms:apiovh:secret/create",
    "okms:apiovh:secret/delete",
    "okms:apiovh:secret/edit",
    "okms:apiovh:secret/version/create",
)
"""Write secrets (the `apikms` ones seen, the `apiovh` ones by pattern)."""

DNS_RECORDS = (
    "dnsZone:apiovh:get",
    "dnsZone:apiovh:record/create",
    "dnsZone:apiovh:record/delete",
    "dnsZone:apiovh:record/edit",
    "dnsZone:apiovh:record/get",
    "dnsZone:apiovh:refresh",
    "dnsZone:apiovh:soa/get",
    "dnsZone:apiovh:status/get",
)
"""Edit the records of a zone, as cert-manager's webhook (seen) and external-dns (`get`, `soa/get`: by pattern) do."""

_ENGINE_READS = {
    "postgresql": ("connectionPool", "database"),
    "valkey": (),
    "kafka": ("acl", "topic", "user/access"),
}

PLAN = tuple(
    sorted(
        f"{_PROJECT}{action}"
        for action in (
            "get",
            "kube/customization/get",
            "kube/flavors/get",
            "kube/get",
            "kube/ipRestrictions/get",
            "kube/kubeconfig/create",
            "kube/log/subscription/get",
            "kube/node/get",
            "kube/nodepool/get",
            "kube/nodepool/nodes/get",
            "kube/openIdConnect/get",
            "network/private/get",
            "network/private/subnet/get",
            "operation/get",
            "region/gateway/get",
            "region/network/get",
            "region/network/subnet/get",
            "database/service/get",
            *(
                f"database/{engine}/{part}get"
                for engine, own in _ENGINE_READS.items()
                for part in (
                    "",
                    "advancedConfiguration/",
                    "certificates/",
                    "node/",
                    "user/",
                    *(f"{one}/" for one in own),
                )
            ),
        )
    )
)
"""Read an environment's project, as Terraform's refresh does.

`kubeconfig/create` is in it although it gives the cluster's administrator: the provider asks for it whenever it reads
a cluster, and the state holds it anyway. So a pipeline that plans is to be trusted as one that applies, and runs for
the repository's own branches only.
"""

APPLY = (
    f"{_PROJECT}database/*",
    f"{_PROJECT}get",
    f"{_PROJECT}kube/*",
    f"{_PROJECT}network/private/*",
    f"{_PROJECT}operation/get",
    f"{_PROJECT}region/gateway/*",
    f"{_PROJECT}region/network/*",
)
"""Everything on what the stacks network, cluster and data hold. Nothing on storage, users, registries, instances,
accounts or policies: the stacks state and keys, which give rights, are a person's to apply."""

KEEP = tuple(
    f"{_PROJECT}{action}"
    for action in (
        "database/kafka/delete",
        "database/postgresql/database/delete",
        "database/postgresql/delete",
        "database/valkey/delete",
        "kube/delete",
        "kube/reset",
        "network/private/delete",
    )
)
"""What `APPLY` is not to cover where data matters: the API itself then refuses to destroy it."""


def project_urn(project: str) -> str:
    """The URN of a Public Cloud project; rights go no finer."""
    return f"urn:v1:eu:resource:publicCloudProject:{project}"


def dns_zone_urn(zone: str) -> str:
    """The URN of a DNS zone; rights go no finer."""
    return f"urn:v1:eu:resource:dnsZone:{zone}"
