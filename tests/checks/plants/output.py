"""Mistakes in what was synthesized: Kubernetes objects and Terraform stacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.checks.planting import (
    BASE,
    Plant,
    container,
    objects,
)
from tests.checks.shop_output import edited, output


def made(edit: Callable[[Any, Any], Any]) -> Plant:
    """The valid catalog, of which something wrong was synthesized."""
    platform = BASE.platform()
    return Plant(platform, edited(output(platform), edit))


def literal_password(stacks: Any, documents: Any) -> None:
    stacks["dev-data"]["resource"]["ovh_me_identity_user"] = {"reader": {"password": "hunter-two-and-a-half"}}


def second_state(stacks: Any, documents: Any) -> None:
    backend = stacks["dev-data"]["terraform"]["backend"]["s3"]
    backend["key"] = "dev-network.tfstate"


def pool_without_zone(stacks: Any, documents: Any) -> None:
    stacks["production-cluster"]["resource"]["ovh_cloud_project_kube_nodepool"]["apps"].pop("availability_zones")


PLANTS: dict[str, Callable[[], Plant]] = {
    # Kubernetes objects
    "AND200": lambda: made(lambda s, d: container(d).update(command=["${TfToken[TOKEN.1]}"])),
    "AND201": lambda: made(
        lambda s, d: d.update(
            {
                "dev/orders/Secret.key.yaml": {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {"name": "key", "namespace": "orders"},
                    "stringData": {"key": "value"},
                }
            }
        )
    ),
    "AND202": lambda: made(
        lambda s, d: d.update({"dev/stock/Namespace.orders.yaml": d["dev/orders/Namespace.orders.yaml"]})
    ),
    "AND203": lambda: made(lambda s, d: container(d).update(image="registry.invalid/orders:1")),
    "AND204": lambda: made(lambda s, d: d["dev/orders/Namespace.orders.yaml"]["metadata"].pop("labels")),
    "AND205": lambda: made(lambda s, d: d["dev/orders/ExternalSecret.all.yaml"]["metadata"].pop("namespace")),
    "AND206": lambda: made(lambda s, d: d.pop("dev/orders/NetworkPolicy.deny-all.yaml")),
    "AND207": lambda: made(lambda s, d: d["dev/orders/ExternalSecret.all.yaml"]["metadata"].update(name="All_Secrets")),
    "AND208": lambda: made(lambda s, d: container(d).pop("securityContext")),
    "AND209": lambda: made(
        lambda s, d: d.update(objects(1, "v1", "ResourceQuota", hard={"pods": "1"})),
    ),
    # Terraform stacks
    "AND210": lambda: made(
        lambda s, d: s["production-data"]["resource"]["ovh_cloud_project_database"]["postgres"].pop("lifecycle")
    ),
    "AND211": lambda: made(lambda s, d: s["dev-keys"]["output"].pop("key_store_host")),
    "AND212": lambda: made(
        lambda s, d: d["dev/orders/ExternalSecret.all.yaml"]["spec"]["data"].append({"remoteRef": {"key": "nowhere"}})
    ),
    "AND213": lambda: made(
        lambda s, d: s["dev-data"]["resource"]["ovh_okms_secret"].update(
            extra={"okms_id": "${x}", "path": "services/stock/unread"}
        )
    ),
    "AND214": lambda: made(lambda s, d: s["dev-network"]["output"].pop("network_id")),
    "AND215": lambda: made(second_state),
    "AND216": lambda: made(literal_password),
    "AND217": lambda: made(pool_without_zone),
    # limits of a project
    "AND218": lambda: made(
        lambda s, d: d.update(objects(201, "gateway.networking.k8s.io/v1", "Gateway", gatewayClassName="istio"))
    ),
    "AND219": lambda: made(lambda s, d: d.update(objects(2401, "v1", "PersistentVolumeClaim"))),
}
