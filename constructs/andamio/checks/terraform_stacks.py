"""Terraform stacks: protection, outputs, state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from andamio.checks.changes import STATEFUL
from andamio.checks.finding import Finding, Severity
from andamio.checks.kubernetes_objects import OURS
from andamio.checks.output import Output
from andamio.checks.previous import environment_of
from andamio.checks.rule import output_rule
from andamio.checks.secrecy import looks_secret
from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY
from andamio.contract.platform import Platform
from andamio.contract.stacks import Stack, stack_name
from andamio.knowledge.ovh.clusters import ZONES_PER_POOL_IN_THREE_ZONE_REGION

_READ = re.compile(r"data\.terraform_remote_state\.([A-Za-z0-9_-]+)\.outputs(?:\.|\[\\?\")([A-Za-z0-9_]+)")
_SECRET_ARGUMENT = re.compile(r"(^|_)(password|passwd|secret|token|private_key|secret_key|client_secret)$")


def in_stack(stack: str, field: str = "", *, value: object = None, means: str, fix: str = OURS) -> Finding:
    """A finding in a stack's file."""
    file = f"dist/terraform/stacks/{stack}/cdk.tf.json"
    return Finding(file=file, at=field, value=value, means=means, fix=fix)


@output_rule("AND210", severity=Severity.ERROR, title="Terraform refuses to destroy what holds data")
def data_is_protected(platform: Platform, output: Output) -> Iterator[Finding]:
    """No plan that would destroy data is applied.

    Stores, databases, topics, buckets, key stores and registries have `prevent_destroy`, so that no plan that would
    destroy one is applied. Development may lose its data, but not the bucket of its state, without which Terraform
    would lose everything else too.
    """
    for resource in output.resources:
        if resource.type not in STATEFUL:
            continue
        place = environment_of(resource.stack)
        view = platform.views.get(place[0]) if place else None
        spared = (
            view is not None and view.environment.tier == "development" and place != (place and place[0], Stack.STATE)
        )
        if not spared and not (resource.body.get("lifecycle") or {}).get("prevent_destroy"):
            yield in_stack(resource.stack, resource.address, means="holds data, and Terraform would destroy it")


@output_rule("AND211", severity=Severity.ERROR, title="Each cloud output is published once, by its stack")
def outputs_are_published(platform: Platform, output: Output) -> Iterator[Finding]:
    """A field of `catalog/cloud/` is read from one Terraform output of the same name (andamio.contract.outputs).

    One that no stack publishes stays a placeholder for ever; one that a second stack publishes could be read from the
    wrong one.
    """
    groups: list[tuple[Mapping[str, Stack], dict[str, str]]] = [
        (SHARED_PUBLISHED_BY, {str(stack): str(stack) for stack in SHARED_PUBLISHED_BY.values()})
    ]
    for environment in platform.environments:
        groups.append((PUBLISHED_BY, {str(s): stack_name(s, environment) for s in PUBLISHED_BY.values()}))
    for table, names in groups:
        published = {
            stack: set(output.stacks[stack].get("output") or {}) for stack in names.values() if stack in output.stacks
        }
        for field, kind in table.items():
            owner = names[str(kind)]
            if owner in published and field not in published[owner]:
                yield in_stack(owner, f"output.{field}", means="the stack does not publish it, and objects read it")
            for other in sorted(set(published) - {owner}):
                if field in published[other]:
                    yield in_stack(other, f"output.{field}", means=f"{owner} publishes it too")


@output_rule("AND214", severity=Severity.ERROR, title="What a stack reads of another is published there")
def reads_are_published(platform: Platform, output: Output) -> Iterator[Finding]:
    """A stack reads ids of others by their remote state.

    An output that is not there is an error at apply, after half of the stacks were deployed.
    """
    for stack, document in output.stacks.items():
        states = (document.get("data") or {}).get("terraform_remote_state") or {}
        if not states:
            continue
        told: set[tuple[str, str]] = set()
        for label, name in _READ.findall(json.dumps(document)):
            if (label, name) in told:
                continue
            told.add((label, name))
            key = str(((states.get(label) or {}).get("config") or {}).get("key", ""))
            publisher = key.removesuffix(".tfstate")
            if publisher not in output.stacks:
                yield in_stack(stack, f"data.terraform_remote_state.{label}", value=key, means="is no stack's state")
            elif name not in (output.stacks[publisher].get("output") or {}):
                means = f"{publisher} publishes no output of that name"
                yield in_stack(stack, f"data.terraform_remote_state.{label}.outputs.{name}", means=means)


@output_rule("AND215", severity=Severity.ERROR, title="Each stack has a state of its own")
def states_are_apart(platform: Platform, output: Output) -> Iterator[Finding]:
    """Two stacks with one state would each destroy what the other made."""
    first: dict[tuple[str, str], str] = {}
    for stack, document in sorted(output.stacks.items()):
        backend: Mapping[str, Any] = ((document.get("terraform") or {}).get("backend") or {}).get("s3") or {}
        if not backend:
            continue
        place = (str(backend.get("bucket")), str(backend.get("key")))
        other = first.setdefault(place, stack)
        if other != stack:
            yield in_stack(stack, "terraform.backend.s3.key", value=place[1], means=f"is the state of {other} too")


@output_rule("AND217", severity=Severity.ERROR, title="A node pool names one zone where there are three")
def pools_name_one_zone(platform: Platform, output: Output) -> Iterator[Finding]:
    """In a region of three availability zones OVHcloud takes a node pool with exactly one (provider documentation).

    So each pool of the catalog becomes one a zone. A pool without a zone, or with several, is refused when the cluster
    is there already.
    """
    for resource in output.resources:
        place = environment_of(resource.stack)
        view = platform.views.get(place[0]) if place else None
        if resource.type != "ovh_cloud_project_kube_nodepool" or view is None or not view.environment.three_zones:
            continue
        zones = resource.body.get("availability_zones") or []
        if len(zones) != ZONES_PER_POOL_IN_THREE_ZONE_REGION:
            yield in_stack(
                resource.stack,
                f"{resource.address}.availability_zones",
                value=list(zones),
                means=f"a pool names {ZONES_PER_POOL_IN_THREE_ZONE_REGION} zone there, this one names {len(zones)}",
            )


@output_rule("AND216", severity=Severity.ERROR, title="No secret stands in a stack")
def no_secrets(platform: Platform, output: Output) -> Iterator[Finding]:
    """Stacks are committed.

    Passwords and tokens are made by resources and cross through the key store, as expressions; a literal one would be
    in git for ever. The text is not shown; change that secret once it was committed.
    """
    fix = "Read it from the key store, or let a resource make it"
    for stack, document in output.stacks.items():
        if kind := looks_secret(json.dumps(document, ensure_ascii=False)):
            yield in_stack(stack, means=f"has something that looks like {kind}", fix=fix)
    for resource in (*output.resources, *output.data_sources):
        for name, value in resource.body.items():
            if isinstance(value, str) and value and "${" not in value and _SECRET_ARGUMENT.search(name):
                yield in_stack(resource.stack, f"{resource.address}.{name}", means="is a literal secret", fix=fix)
