"""The chain from Terraform to a namespace's Secrets, and what the tests ask about it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from andamio.contract.platform import Platform
from andamio.contract.secrets import service_links
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.key_store import KeyStore
from andamio.sandbox.models.keys import SECRET, write_secret
from andamio.sandbox.operators.reloader import Reloader
from tests.engines.cluster import Cluster, until
from tests.engines.deployment import Deployment

VERSION = "external-secrets.io/v1"


@dataclass
class Chain:
    """dev: its stacks, its key store, its cluster and the operator between them."""

    deployment: Deployment
    server: KeyStore
    cluster: Cluster
    reloader: Reloader
    asked: int = 0

    @property
    def cloud(self) -> Cloud:
        return self.deployment.cloud

    @property
    def store(self) -> str:
        return self.deployment.platform.outputs["dev"].key_store_id

    def stored(self, path: str) -> dict[str, str]:
        """A secret's values in the key store."""
        found = self.cloud.get(SECRET, f"{self.store}/{path}")
        assert found is not None, path
        return json.loads(found["version"]["data"])

    def get(self, kind: str, namespace: str, name: str, version: str = VERSION) -> dict[str, Any]:
        answered = self.cluster.client.request("GET", self.cluster.client.path(version, kind, name, namespace))
        return answered.body if answered.ok else {}

    def secret(self, namespace: str, name: str) -> dict[str, str]:
        """The values of a Secret in the cluster."""
        data = self.get("Secret", namespace, name, "v1").get("data") or {}
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def external(self) -> dict[str, dict[str, Any]]:
        """Namespace and name → ExternalSecret."""
        items = self.cluster.client.all_of(VERSION, "ExternalSecret")
        return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in items}

    def not_ready(self) -> set[str]:
        return {name for name, one in self.external().items() if ready(one) != "True"}

    def ask(self, *names: str) -> None:
        """Let the operator look at these now, as `kubectl annotate … force-sync=` does; without names, at all."""
        self.asked += 1
        for name in names or self.external():
            namespace, _, secret = name.partition("/")
            path = self.cluster.client.path(VERSION, "ExternalSecret", secret, namespace)
            answered = self.cluster.client.merge(path, {"metadata": {"annotations": {"force-sync": str(self.asked)}}})
            assert answered.ok, answered.message

    def store_is_ready(self) -> bool:
        items = self.cluster.client.all_of(VERSION, "ClusterSecretStore")
        return bool(items) and all(ready(one) == "True" for one in items)

    def write_manual(self) -> None:
        for path, keys in manual(self.deployment.platform, "dev").items():
            write_secret(self.cloud, self.store, path, {key: f"by hand: {key}" for key in keys})

    def give_token(self) -> None:
        """Put the token into the cluster, as the release `bootstrap-secrets` does with what Terraform passes it."""
        state = self.deployment.workspace.state("dev-gitops").read_text(encoding="utf-8")
        (release,) = (
            one
            for one in json.loads(state)["resources"]
            if one["type"] == "helm_release" and one["name"] == "bootstrap_secrets"
        )
        passed = {one["name"]: one["value"] for one in release["instances"][0]["attributes"]["set_sensitive"]}
        token = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "key-store-token", "namespace": "external-secrets"},
            "data": {"token": passed["secrets.key-store-token.data.token"]},
        }
        answered = self.cluster.client.apply(token)
        assert answered.ok, answered.message

    def heal(self) -> None:
        """Have everything fetched anew, and wait until it arrived."""
        assert soon(self.store_is_ready)
        before = {name: fetched(one) for name, one in self.external().items()}
        self.ask()
        assert soon(
            lambda: all(ready(one) == "True" and fetched(one) != before[name] for name, one in self.external().items())
        ), reasons(self)


def soon(true: Callable[[], Any]) -> bool:
    """Whether something came true within what the operator takes; it tries again after up to half a minute."""
    return until(true, seconds=60)


def manual(platform: Platform, environment: str) -> dict[str, tuple[str, ...]]:
    """Path → keys of what a person writes for services."""
    links = [link for service in platform.views[environment].services for _, link in service_links(service)]
    return {link.path: link.keys for link in links if link.writer == "person"}


def server_of(cluster: Cluster, store: str) -> str:
    (found,) = (one for one in cluster.of_kind("ClusterSecretStore") if one.name == store)
    return found.body["spec"]["provider"]["vault"]["server"]


def ready(item: dict[str, Any]) -> str:
    conditions = item.get("status", {}).get("conditions", ())
    return next((one["status"] for one in conditions if one["type"] == "Ready"), "Unknown")


def rewritten(item: dict[str, Any]) -> list[Any]:
    """What the operator owns of the part that is declared."""
    owners = item["metadata"]["managedFields"]
    return [one["fieldsV1"]["f:spec"] for one in owners if one["manager"] != "andamio" and "f:spec" in one["fieldsV1"]]


def fetched(item: dict[str, Any]) -> str:
    """A hash of the version that was fetched last; asking changes it."""
    return str(item.get("status", {}).get("syncedResourceVersion"))


def reasons(chain: Chain) -> str:
    return "; ".join(
        f"{name}: {one.get('status', {}).get('conditions')}"
        for name, one in chain.external().items()
        if ready(one) != "True"
    ) + "; ".join(events(chain, namespace) for namespace in sorted({name.split("/")[0] for name in chain.not_ready()}))


def events(chain: Chain, namespace: str) -> str:
    events = chain.cluster.client.all_of("v1", "Event", namespace=namespace)
    return "; ".join(one["message"] for one in events if one["involvedObject"]["kind"] == "ExternalSecret")


def all_secrets(chain: Chain) -> dict[str, Any]:
    """Every Secret that External Secrets made, with its data."""
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["data"]
        for one in chain.cluster.client.all_of("v1", "Secret")
        if any(owner["kind"] == "ExternalSecret" for owner in one["metadata"].get("ownerReferences", ()))
    }


def templates(chain: Chain) -> dict[str, Any]:
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["spec"]["template"]
        for one in chain.cluster.client.all_of("apps/v1", "Deployment")
    }


def mounted(cluster: Cluster) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """File, namespace, Secret and keys (none: all) of each Secret that a workload needs."""
    for one in cluster.written:
        spec = one.body.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template", {}) if isinstance(spec, dict) else {}
        pod = template.get("spec", {})
        if "containers" not in pod:
            continue
        for volume in pod.get("volumes", ()):
            sources = [volume, *volume.get("projected", {}).get("sources", ())]
            for source in sources:
                secret = source.get("secret")
                if secret and not secret.get("optional"):
                    keys = tuple(item["key"] for item in secret.get("items", ()))
                    yield one.file, one.namespace, secret.get("secretName") or secret["name"], keys
        for pull in pod.get("imagePullSecrets", ()):
            yield one.file, one.namespace, pull["name"], (".dockerconfigjson",)


def reader(namespace: str, store: str, path: str) -> dict[str, Any]:
    return {
        "apiVersion": VERSION,
        "kind": "ExternalSecret",
        "metadata": {"name": "thief", "namespace": namespace},
        "spec": {
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
            "data": [{"secretKey": "password", "remoteRef": {"key": path, "property": "password"}}],
        },
    }
