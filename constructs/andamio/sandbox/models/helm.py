"""Helm releases. In a cluster of a sandbox Helm itself deploys them (`helm_program`); else they are kept as records.

A release needs a cluster that exists, by the host that the provider is given. Where it is only a record it needs the
namespace that it goes to, unless an earlier release or Kubernetes itself brought it.
"""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

from andamio.sandbox.cloud.made import Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Use
from andamio.sandbox.models.clusters import CLUSTER
from andamio.sandbox.models.helm_program import HelmProgram, runs
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, model

__all__: list[str] = []

_EPOCH: Final = 1767225600
_ALWAYS: Final = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})
_KINDS: Final = {"argocd-apps": "argo-cd"}
"""Chart → the chart that brings the kinds which it makes objects of."""


@model("helm_release")
class Release(Model):
    """A release, kept in the cluster that the provider points to."""

    unmodelled = frozenset({"set_wo", "set_list", "postrender"})
    empty = frozenset({"manifest"})
    imports = ("namespace", "name")

    def key(self, asked: Asked) -> str:
        """Cluster, namespace and name."""
        return f"{self._cluster(asked)}/{asked.given['namespace']}/{asked.given['name']}"

    def check(self, asked: Asked) -> None:
        """The cluster is there, the namespace too, values are YAML, kinds are known."""
        given, key = asked.given, self.key(asked)
        if asked.before is None and asked.cloud.get(self.kind, key) is not None:
            raise Refusal(f'the release "{given["name"]}" exists already', source="Helm: cannot re-use a name in use")
        cluster = self._cluster(asked)
        found = asked.cloud.get(CLUSTER, cluster) or {}
        if runs(asked.cloud, found):
            _values(given)
            return  # Helm asks the rest
        releases = [thing.body for thing in asked.cloud.find(self.kind) if thing.id.startswith(f"{cluster}/")]
        known = _ALWAYS.union(*(_namespaces(one) for one in [*releases, given]))
        if given["namespace"] not in known:
            raise Refusal(f'namespace "{given["namespace"]}" not found', source="Kubernetes' API answers 404")
        needs = _KINDS.get(_chart(given))
        if needs and needs not in {_chart(one) for one in releases}:
            raise Refusal(
                f"the cluster does not know the kinds of {_chart(given)}: no release of {needs} brings them",
                source="Helm: no matches for kind, ensure CRDs are installed first",
            )

    def _cluster(self, asked: Asked) -> str:
        access = asked.provider.get("kubernetes") or {}
        for thing in asked.cloud.find(CLUSTER):
            theirs = thing.body["kubeconfig_attributes"][0]
            if theirs["host"] == access.get("host"):
                return thing.id
        raise Refusal(f"no cluster answers at {access.get('host')!r}", source="Helm: Kubernetes cluster unreachable")

    def made(self, asked: Asked, make: Made) -> Values:
        """Revision and record; in a cluster that runs, the release itself."""
        given, before = asked.given, asked.before
        cluster, notes = asked.cloud.get(CLUSTER, self._cluster(asked)) or {}, ""
        if runs(asked.cloud, cluster):
            notes = HelmProgram(asked.cloud, cluster).deploy(given, first=before is None)
        revision = 1 + (int(before["metadata"]["revision"]) if before and before.get("metadata") else 0)
        version = given.get("version") or "0.0.0"
        metadata: dict[str, Any] = {
            "app_version": version,
            "chart": _chart(given),
            "first_deployed": _EPOCH,
            "last_deployed": _EPOCH + revision - 1,
            "name": given["name"],
            "namespace": given["namespace"],
            "notes": notes,
            "revision": revision,
            "values": json.dumps(_values(given), sort_keys=True),
            "version": version,
        }
        settings = {"description": None, "set": {"type": ""}, "version": version, "namespace": "default"}
        return {"id": given["name"], "status": "deployed", "metadata": metadata, "resources": {}, **settings}

    def ended(self, asked: Asked) -> None:
        """Uninstall it where its cluster runs."""
        cluster = asked.cloud.get(CLUSTER, self._cluster(asked)) or {}
        if runs(asked.cloud, cluster):
            HelmProgram(asked.cloud, cluster).end(str(asked.given["name"]), str(asked.given["namespace"]))

    def uses(self, asked: Asked) -> list[Use]:
        """It ends with its cluster."""
        return [Use(kind=CLUSTER, id=self._cluster(asked))]

    def seed(self, given: Values) -> str:
        """Its place."""
        return f"{self.kind}|{given['namespace']}|{given['name']}"


def _chart(given: Values) -> str:
    return str(given["chart"]).rstrip("/").rpartition("/")[2]


def _namespaces(given: Values) -> set[str]:
    """Namespaces that a release makes: its own when it is told to, and those that its values list."""
    own = {str(given["namespace"])} if given.get("create_namespace") else set()
    return own | set(_values(given).get("namespaces") or ())


def _values(given: Values) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for text in given.get("values") or ():
        try:
            one = yaml.safe_load(text) or {}
        except yaml.YAMLError as error:
            raise Refusal(f"values are no YAML ({error})", source="Helm reads values as YAML") from None
        if not isinstance(one, dict):
            raise Refusal("values are no mapping", source="Helm reads values as YAML mappings")
        merged.update(one)
    return merged
