"""Kubernetes objects: names, places, and what must not be in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from andamio.checks.finding import Finding, Severity
from andamio.checks.output import Document, Output
from andamio.checks.own_text import program_texts
from andamio.checks.rule import output_rule
from andamio.checks.secrecy import looks_secret
from andamio.contract.platform import Platform
from andamio.knowledge.crds import Scope
from andamio.knowledge.kubernetes import scope
from andamio.model.base import walk

OURS = "This is a mistake of the constructs, not of the catalog: please report it with this message"

_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_RBAC = re.compile(r"[^/%]+")
_LABEL_KINDS = frozenset({"Namespace", "Service"})
"""Kinds whose names are DNS labels of 63 characters."""

_RBAC_KINDS = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
"""Kinds whose names are path segments, which may have `:` in them."""

_CLOSING = frozenset({"LimitRange", "NetworkPolicy", "ResourceQuota"})
"""Kinds that may lie in the namespace `default`: they keep it empty."""

_NO_NAMESPACE = {("v1", "Namespace"), ("v1", "List")}


def in_object(document: Document, field: str = "", *, value: object = None, means: str, fix: str = OURS) -> Finding:
    """A finding in a file of `dist/k8s/`."""
    return Finding(file=f"dist/k8s/{document.file}", at=field, value=value, means=means, fix=fix)


@output_rule("AND200", severity=Severity.ERROR, title="No Terraform value stands in a Kubernetes object")
def no_tokens(platform: Platform, output: Output) -> Iterator[Finding]:
    """Argo CD applies the files as they are: Terraform's `${…}` or a `TfToken` in one would reach the cluster as text.

    What only Terraform knows comes from `catalog/cloud/<env>.json`, and secrets through the key store. What a service's
    own file says for its commands, arguments and configuration is a person's text: `${HOME}` may stand there.
    """
    for document in output.fresh:
        if "${" not in document.text and "TfToken" not in document.text:
            continue
        view = platform.views.get(document.environment)
        service = view.by_name.get(document.folder) if view else None
        own = {text for _, text in program_texts(service)} if service else set()
        for at, value in walk(document.body):
            for text in value if isinstance(value, Mapping) else (value,):
                if isinstance(text, str) and ("TfToken" in text or ("${" in text and text not in own)):
                    yield in_object(document, at, value=text, means="has a value that only Terraform knows")


@output_rule("AND201", severity=Severity.ERROR, title="No secret stands in what is synthesized")
def no_secrets(platform: Platform, output: Output) -> Iterator[Finding]:
    """Everything under `dist/` is committed.

    A Secret with content, or text that looks like a private key, a token or a URL with a password, would be in git for
    ever. The text is not shown; change that secret once it was committed.
    """
    for document in output.fresh:
        if document.kind == "Secret" and (document.body.get("data") or document.body.get("stringData")):
            fix = "Let External Secrets make it from the key store"
            yield in_object(document, "data", means="is a Secret with its content", fix=fix)
        if kind := looks_secret(document.text):
            fix = "Find what put it there (the catalog's config, arguments or commands) and make it a ManualSecret"
            yield in_object(document, means=f"has something that looks like {kind}", fix=fix)


@output_rule("AND202", severity=Severity.ERROR, title="An object is made once")
def objects_are_unique(platform: Platform, output: Output) -> Iterator[Finding]:
    """Two files with one object undo each other for ever.

    Two files with one object would be applied in turn for ever: two Applications of Argo CD each undo what the other
    did. An object is its API group, kind, namespace and name.
    """
    first: dict[tuple[str, ...], Document] = {}
    for document in output.objects:
        group = str(document.body.get("apiVersion", "")).rpartition("/")[0]
        key = (document.environment, group, document.kind, document.namespace, document.name)
        other = first.setdefault(key, document)
        if other is not document:
            name = "/".join(part for part in (document.namespace, document.name) if part)
            yield in_object(
                document,
                "metadata.name",
                value=f"{document.kind} {name}",
                means=f"{other.file} makes that object too",
            )


@output_rule("AND205", severity=Severity.ERROR, title="An object says in which namespace it is")
def objects_name_their_namespace(platform: Platform, output: Output) -> Iterator[Finding]:
    """An object without a namespace lands wherever the one who applies it happens to be.

    Without a namespace an object lands where the one who applies it happens to be; `default` belongs to nobody, and no
    policy, quota or team rule covers it.
    """
    for document in output.fresh:
        api, kind = str(document.body.get("apiVersion", "")), document.kind
        if (api, kind) in _NO_NAMESPACE:
            continue
        if document.namespace == "default" and kind not in _CLOSING:
            yield in_object(document, "metadata.namespace", value="default", means="nobody owns that namespace")
            continue
        try:
            namespaced = scope(api, kind) is Scope.NAMESPACED
        except LookupError:
            continue
        if namespaced and not document.namespace:
            yield in_object(document, "metadata.namespace", means=f"a {kind} lives in a namespace, and none is named")


@output_rule("AND207", severity=Severity.ERROR, title="An object's name is one that Kubernetes takes")
def object_names_are_valid(platform: Platform, output: Output) -> Iterator[Finding]:
    """The API server refuses other names, one object at a time.

    Names are DNS subdomains of at most 253 characters (RFC 1123), of namespaces and Services DNS labels of 63; those of
    roles may have any character but `/` and `%` (Kubernetes: object names).
    """
    for document in output.fresh:
        name = document.name
        longest = 63 if document.kind in _LABEL_KINDS else 253
        pattern = _RBAC if document.kind in _RBAC_KINDS else _SUBDOMAIN
        label = document.kind in _LABEL_KINDS and "." in name
        if len(name) > longest or label or not pattern.fullmatch(name):
            yield in_object(document, "metadata.name", value=name, means=f"is no valid name of a {document.kind}")
