"""The grants of an environment: one Job a PostgreSQL cluster, the only reader of its administrator's credential."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from andamio.cdk8s import Construct, kplus
from andamio.contract.labels import POOL_LABEL, Labels
from andamio.contract.names import GRANTS_NAMESPACE
from andamio.contract.secrets import database_admin_link
from andamio.kubernetes import waves
from andamio.kubernetes.container import resources, restricted
from andamio.kubernetes.cronjob import DISRUPTION_IS_NO_FAILURE
from andamio.kubernetes.grants_sql import grants_sql
from andamio.kubernetes.grants_view import ClusterGrants, GrantsView, grants_view
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.network_policy import deny_all, dns, stores
from andamio.kubernetes.overlay import pod_template
from andamio.kubernetes.pod import metadata, pod_rights, tolerations, trust
from andamio.kubernetes.priority import priority_class
from andamio.kubernetes.secrets import ADMIN_KEY_STORE, MOUNT, ExternalSecret
from andamio.kubernetes.values import seconds
from andamio.model import Resources

__all__ = [
    "PSQL_IMAGE",
    "ClusterGrants",
    "GrantsConfigMap",
    "GrantsJob",
    "GrantsView",
    "admin_secret",
    "grants_job_overlay",
    "grants_policies",
    "grants_script",
    "grants_view",
    "job_name",
]

PSQL_IMAGE = "docker.io/library/postgres:17.6"
"""The image that brings `psql`. Pinned by version alone: its digest is not known here."""

_ADMINISTRATION = "defaultdb"
"""The database that OVHcloud makes with a cluster; the script starts and ends there."""

_REFRESH = 900
"""Seconds between two looks into the key store for the administrator's credential."""

_SQL = "/etc/grants"

_SERVICE_FILE = """[admin]
host={{ .host }}
port={{ .port }}
dbname={{ .database }}
user={{ .username }}
password={{ .password }}
sslmode=verify-full
sslrootcert=/run/secrets/admin/ca
connect_timeout=10
"""
"""A connection service file (libpq): `psql service=admin` finds in it all that it needs, on each reconnect too."""


def job_name(cluster: str) -> str:
    """Name of a cluster's Job, ConfigMap, account and pods: `grants-postgres`."""
    return f"grants-{cluster}"


def job_labels(cluster: str) -> Labels:
    """The labels that select the pods of a cluster's Job."""
    return {"app.kubernetes.io/name": job_name(cluster)}


def grants_script(cluster: ClusterGrants) -> str:
    """The SQL of a cluster."""
    return grants_sql(cluster.databases, administration=_ADMINISTRATION)


def admin_secret(cluster: str) -> ExternalSecret:
    """The administrator's credential, from the store that this namespace alone may use, as a libpq service file."""
    return ExternalSecret(
        name=_secret_name(cluster),
        namespace=GRANTS_NAMESPACE,
        link=database_admin_link(cluster),
        refresh=_REFRESH,
        store=ADMIN_KEY_STORE,
        template={"type": "Opaque", "data": {"pg_service.conf": _SERVICE_FILE, "ca": "{{ .ca }}"}},
    )


def grants_policies(view: GrantsView) -> Iterator[Manifest]:
    """Nothing in, nothing out but the name server and each Job's own cluster."""
    yield deny_all(GRANTS_NAMESPACE)
    yield dns(GRANTS_NAMESPACE)
    for cluster in view.clusters:
        yield stores(
            name=f"allow-{cluster.name}",
            namespace=GRANTS_NAMESPACE,
            pods=job_labels(cluster.name),
            subnet=view.context.environment.network.nodes,
            ports=sorted(cluster.ports),
        )


class GrantsConfigMap(kplus.ConfigMap):
    """The SQL of one cluster."""

    def __init__(self, scope: Construct, id_: str, *, cluster: ClusterGrants) -> None:
        super().__init__(
            scope,
            id_,
            metadata=metadata(job_name(cluster.name), waves.FOUNDATION),
            data={"grants.sql": grants_script(cluster)},
        )


class GrantsJob(kplus.Job):
    """Runs a cluster's SQL as its administrator; cdk8s-plus' part of it.

    A Sync hook, so that it runs again in each sync, under one name; the SQL may run any number of times. Ten minutes
    for three tries. No token, no rights in Kubernetes.
    """

    def __init__(self, scope: Construct, id_: str, *, cluster: str, account: kplus.IServiceAccount) -> None:
        super().__init__(
            scope,
            id_,
            metadata=metadata(job_name(cluster), waves.TASK, waves.HOOK),
            backoff_limit=2,
            active_deadline=seconds(600),
            restart_policy=kplus.RestartPolicy.NEVER,
            select=False,
            service_account=account,
            automount_service_account_token=False,
            security_context=pod_rights(),
            containers=[
                kplus.ContainerProps(
                    name="psql",
                    image=PSQL_IMAGE,
                    image_pull_policy=kplus.ImagePullPolicy.IF_NOT_PRESENT,
                    command=["psql", "--no-psqlrc", "--quiet", f"--file={_SQL}/grants.sql", "service=admin"],
                    resources=resources(_asked()),
                    security_context=restricted(),
                )
            ],
        )


def grants_job_overlay(view: GrantsView, cluster: ClusterGrants) -> dict[str, Any]:
    """Labels, volumes, and the fields of the pod that cdk8s-plus does not know. It runs on the system's nodes."""
    name = job_name(cluster.name)
    mounts = [
        {"name": "admin", "mountPath": f"{MOUNT}/admin", "readOnly": True},
        {"name": "sql", "mountPath": _SQL, "readOnly": True},
    ]
    tolerated = tolerations(view.context.environment, "system")
    spec = {
        **trust(),
        **({"tolerations": tolerated} if tolerated else {}),
        "priorityClassName": priority_class("standard"),
        "nodeSelector": {POOL_LABEL: "system"},
        "containers": [
            {
                "name": "psql",
                "env": [
                    {"name": "PGSERVICEFILE", "value": f"{MOUNT}/admin/pg_service.conf"},
                    {"name": "HOME", "value": "/nonexistent"},
                ],
                "securityContext": {"capabilities": {"drop": ["ALL"]}},
                "volumeMounts": mounts,
            }
        ],
        "volumes": [
            {"name": "admin", "secret": {"secretName": _secret_name(cluster.name), "defaultMode": 0o440}},
            {"name": "sql", "configMap": {"name": name, "defaultMode": 0o444}},
        ],
    }
    return {
        "spec": {
            "podFailurePolicy": dict(DISRUPTION_IS_NO_FAILURE),
            **pod_template(job_labels(cluster.name), {}, spec),
        }
    }


@cache
def _asked() -> Resources:
    return Resources(cpu=50, memory=64)


def _secret_name(cluster: str) -> str:
    return f"admin-{cluster}"
