"""What services read of their stores, as Terraform itself computes it."""

import json
import re

from tests.infra.builtin_terraform import applied, needs_terraform, terraform
from tests.infra.small_shop import data_stack, platform


def evaluated(folder, stack):
    """The stack's secrets and ports as Terraform computes them from attributes that are made up here."""
    made = {}
    for section in ("resource", "data"):
        for kind, found in stack[section].items():
            for label, resource in found.items():
                made.setdefault(kind, {})[label] = {
                    "id": f"id-{label}",
                    "name": resource.get("name", ""),
                    "password": f"password-{label}",
                    "port": 20185,
                    "ca": f"ca-{label}",
                    "cert": f"cert-{label}",
                    "key": f"key-{label}",
                    "endpoints": [
                        {"component": "postgresqlReadOnly", "domain": "replica", "port": 1},
                        {"component": resource.get("engine", ""), "domain": f"{label}.example", "port": 20184},
                    ],
                }

    def local(expression):
        return re.sub(r"(?:data\.)?(ovh_[a-z_]+)\.([A-Za-z_][\w-]*)", r'local.\1["\2"]', expression)

    secrets = {
        secret["path"]: local(secret["version"]["data"]) for secret in stack["resource"]["ovh_okms_secret"].values()
    }
    ports = {store: local(expression) for store, expression in stack["output"]["store_ports"]["value"].items()}
    outputs = {"secrets": {"value": secrets}, "ports": {"value": ports}}
    applied(folder, {"locals": made, "output": outputs})
    computed = json.loads(terraform(folder, "output", "-json").stdout)
    found = {path: json.loads(text) for path, text in computed["secrets"]["value"].items()}
    return found, computed["ports"]["value"]


@needs_terraform
def test_terraform_itself_computes_what_services_read(tmp_path) -> None:
    secrets, ports = evaluated(tmp_path, data_stack(platform()))
    assert secrets["services/orders/database"] == {
        "host": "orders-cluster.example",
        "port": "20185",
        "database": "orders_pool",
        "username": "orders_app",
        "password": "password-orders-application",
        "ca": "ca-orders-cluster",
    }
    assert secrets["services/orders/database-owner"] == {
        "host": "orders-cluster.example",
        "port": "20184",
        "database": "orders",
        "username": "orders_owner",
        "password": "password-orders-owner",
        "ca": "ca-orders-cluster",
    }
    assert secrets["services/stock/database"]["host"] == "postgres.example"
    assert secrets["admin/postgres"] == {
        "host": "postgres.example",
        "port": "20184",
        "database": "defaultdb",
        "username": "avnadmin",
        "password": "password-postgres_admin",
        "ca": "ca-postgres",
    }
    assert secrets["services/orders/cache"] == {
        "host": "valkey.example",
        "port": "20184",
        "username": "orders",
        "password": "password-orders-cache",
        "prefix": "orders:",
    }
    assert secrets["services/mail/events"] == {
        "brokers": "kafka.example:20184",
        "certificate": "cert-mail-events",
        "key": "key-mail-events",
        "ca": "ca-kafka",
    }
    assert ports == {
        "postgres": [20184, 20185],
        "postgres-orders": [20184, 20185],
        "valkey": [20184],
        "kafka": [20184],
    }
