"""Secret links: each secret has a writer and a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from andamio.checks.finding import Finding, Severity
from andamio.checks.kubernetes_objects import in_object
from andamio.checks.output import Document, Output
from andamio.checks.previous import environment_of
from andamio.checks.rule import output_rule
from andamio.checks.terraform_stacks import in_stack
from andamio.contract.platform import Platform
from andamio.contract.secrets import manual_link, registry_pull_link

_SECRET = "ovh_okms_secret"  # noqa: S105 - a resource type
_SHARED = "shared"

_BY_PEOPLE = ("platform/argocd-repository", "platform/argocd-oidc")
"""Secrets of the platform that a person provides."""

_FOR_PEOPLE = ("ci/", "registry/push/")
"""What is written for pipelines outside of the cluster, which read it themselves."""

Place = tuple[str, str]
"""Key store (an environment, or `shared`) and path."""


def _store(stack: str, key_store: object, platform: Platform) -> str:
    place = environment_of(stack)
    if place is None or key_store == platform.shared_outputs.key_store_id:
        return _SHARED
    return place[0]


def _written(platform: Platform, output: Output) -> dict[Place, str]:
    """Place → the stack that writes it."""
    return {
        (_store(r.stack, r.body.get("okms_id"), platform), str(r.body.get("path"))): r.stack
        for r in output.resources
        if r.type == _SECRET
    }


def _read_by_stacks(platform: Platform, output: Output) -> dict[Place, str]:
    return {
        (_store(r.stack, r.body.get("okms_id"), platform), str(r.body.get("path"))): r.stack
        for r in output.data_sources
        if r.type == _SECRET
    }


def _keys(document: Document) -> Iterator[str]:
    spec: dict[str, Any] = document.body.get("spec") or {}
    for item in spec.get("data") or ():
        yield str((item.get("remoteRef") or {}).get("key"))
    for item in spec.get("dataFrom") or ():
        if "extract" in item:
            yield str(item["extract"].get("key"))


def _read_by_objects(output: Output) -> dict[Place, Document]:
    found: dict[Place, Document] = {}
    for document in output.objects:
        if document.kind in ("ExternalSecret", "ClusterExternalSecret"):
            for key in _keys(document):
                found.setdefault((document.environment, key), document)
    return found


@output_rule("AND212", severity=Severity.ERROR, title="Who reads a secret has somebody who writes it")
def readers_have_writers(platform: Platform, output: Output) -> Iterator[Finding]:
    """A secret crosses from Terraform to the cluster through the key store only.

    One that is read and that neither a stack writes nor a person provides never comes: the ExternalSecret waits, and
    the pods with it.
    """
    if not output.stacks:
        return
    written = set(_written(platform, output))
    for view in platform.views.values():
        name = view.environment.name
        written.update((name, path) for path in _BY_PEOPLE)
        written.update((name, manual_link(s, secret).path) for s in view.services for secret in s.secrets)
    for place, document in _read_by_objects(output).items():
        if place not in written:
            yield in_object(document, "spec.data", value=place[1], means="is read, and nobody writes it")
    for place, stack in _read_by_stacks(platform, output).items():
        if place not in written:
            yield in_stack(stack, f"data.{_SECRET}", value=place[1], means="is read, and nobody writes it")


@output_rule("AND213", severity=Severity.ERROR, title="Who writes a secret has somebody who reads it")
def writers_have_readers(platform: Platform, output: Output) -> Iterator[Finding]:
    """A credential that nobody reads is one more that can leak.

    Only what pipelines outside of the cluster use (`ci/…`, `registry/push/…`) has no reader here, and the account by
    which images are pulled waits for the first service.
    """
    if not output.stacks or not output.documents:
        return
    read = set(_read_by_objects(output)) | set(_read_by_stacks(platform, output))
    waits = () if platform.services else (registry_pull_link().path,)
    for place, stack in sorted(_written(platform, output).items()):
        if place not in read and place[1] not in waits and not place[1].startswith(_FOR_PEOPLE):
            yield in_stack(stack, _SECRET, value=place[1], means="is written, and nobody reads it")
