"""Builds stack shares: from views to fragments, and from fragments to `cdk.tf.json`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from andamio.contract.shares import StackShare, builder
from andamio.synthesis import json as stable

__all__ = ["BASE", "StackJob", "build_stacks", "manifest", "merged", "stack_file"]

BASE = ""
"""Name of a stack's own fragment; the others are named after their service."""

TOOL_VERSION = "0.21.0"
"""What `//.metadata.version` says, whichever release made it: the `cdktf` command only wants it to be there."""

Fragment = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StackJob:
    """A stack of which some fragments have to be built."""

    share: StackShare
    parts: tuple[str, ...]
    """Services whose fragments are wanted."""


def build_stacks(jobs: Iterable[StackJob]) -> list[dict[str, Fragment]]:
    """The fragments of each stack: its own under `BASE`, each wanted part's under its name.

    Beside Terraform's own keys a fragment may hold `//files`: path beside `cdk.tf.json` → text.
    """
    from andamio.cdktf import App  # starts jsii: only in a process that builds

    jobs = list(jobs)
    with tempfile.TemporaryDirectory(prefix="andamio-") as folder:
        app = App(outdir=folder, skip_validation=False)
        extra: list[Mapping[str, str]] = []
        for job in jobs:
            stack = builder(job.share.stack)(app, job.share.name, job.share.view)
            for part in job.share.parts:
                if part.name in job.parts:
                    stack.add_part(part.name, part.view)
            files = getattr(stack, "extra_files", None)
            extra.append({path: _text(data) for path, data in files().items()} if files is not None else {})
        app.synth()
        built = []
        for job, files_beside in zip(jobs, extra, strict=True):
            path = Path(folder, "stacks", job.share.name, "cdk.tf.json")
            fragments = _split(job, json.loads(path.read_bytes()))
            if files_beside:
                fragments[BASE]["//files"] = dict(files_beside)
            built.append(fragments)
    return built


def _text(data: bytes | str) -> str:
    return data if isinstance(data, str) else data.decode()


def _split(job: StackJob, document: dict[str, Any]) -> dict[str, Fragment]:
    """Tell the resources of each part from the stack's own by their construct path."""
    fragments: dict[str, Fragment] = {BASE: {}, **{name: {} for name in job.parts}}
    for section, content in document.items():
        if section in ("resource", "data"):
            for kind, blocks in content.items():
                for name, block in blocks.items():
                    # What a stack adds by override has no construct, so no path, and is the stack's own.
                    path = block.pop("//", {}).get("metadata", {}).get("path", "").split("/")
                    part = path[2] if path[1:2] == ["services"] else BASE
                    fragments[part].setdefault(section, {}).setdefault(kind, {})[name] = block
        elif section != "//":
            fragments[BASE][section] = content
    return fragments


def merged(fragments: Iterable[Fragment]) -> Fragment:
    """One document of all fragments; raises `ValueError` when two hold the same resource."""
    result: Fragment = {}
    for fragment in fragments:
        for section, content in fragment.items():
            if section in ("resource", "data"):
                for kind, blocks in content.items():
                    target = result.setdefault(section, {}).setdefault(kind, {})
                    for name, block in blocks.items():
                        if name in target:
                            raise ValueError(f"two parts of a stack hold {section} {kind}.{name}")
                        target[name] = block
            elif section in result:
                raise ValueError(f"two parts of a stack hold a section {section}")
            else:
                result[section] = content
    return result


def stack_file(share: StackShare, document: Fragment, remake: str) -> str:
    """The text of `cdk.tf.json`: what Terraform reads, under a `//` for the `cdktf` command and for people."""
    body = {key: value for key, value in document.items() if key != "//files"}
    outputs = {name: name for name in sorted(body.get("output", {}))}
    backends = list(body.get("terraform", {}).get("backend", {"local": {}}))
    head = {
        "made_from": share.source,
        "made_by": f"Andamio; do not edit, run: {remake}",
        "metadata": {"backend": backends[0], "stackName": share.name, "version": TOOL_VERSION},
        "outputs": {share.name: outputs} if outputs else {},
    }
    return stable.dump({"//": head, **_sorted(body)})


def manifest(shares: Iterable[StackShare]) -> str:
    """The text of `dist/terraform/manifest.json`, by which the `cdktf` command finds stacks and their order."""
    stacks = {
        share.name: {
            "annotations": [],
            "constructPath": share.name,
            "dependencies": sorted(share.depends_on),
            "name": share.name,
            "synthesizedStackPath": f"stacks/{share.name}/cdk.tf.json",
            "workingDirectory": f"stacks/{share.name}",
        }
        for share in sorted(shares, key=lambda share: share.name)
    }
    return stable.dump({"stacks": stacks, "version": TOOL_VERSION})


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
