"""What differs from `dist/` when a stack runs on this machine: an override file beside it, and nothing else.

This is the only table of it. Stacks either keep their states in object storage as they do at OVHcloud, and only its
address differs, or in files of a folder, where no server is wanted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

__all__ = ["OVERRIDE", "FileStates", "ObjectStates", "States", "differences", "variables"]

OVERRIDE: Final = "andamio_override.tf.json"
"""Name of the file; Terraform merges files of such names into the rest."""

_DROPPED: Final = ("TF_", "TOFU_", "CDKTF_", "AWS_", "OVH_", "HELM_", "KUBE", "VAULT_")
"""Beginnings of variables of the user's that Terraform and its providers would read."""


@dataclass(frozen=True, kw_only=True)
class FileStates:
    """States in files of a folder, named as in the bucket. Nothing is locked against other machines."""

    folder: Path

    def override(self, stack: Mapping[str, Any]) -> dict[str, Any]:
        """The content of the override file of a stack.

        Args:
            stack: Content of its `cdk.tf.json`.
        """
        document: dict[str, Any] = {"terraform": {"backend": {"local": {"path": self._path(_backend(stack))}}}}
        return _with_remote(
            document, stack, lambda config: {"backend": "local", "config": {"path": self._path(config)}}
        )

    def environment(self) -> dict[str, str]:
        """Variables that Terraform needs for it: none."""
        return {}

    def _path(self, config: Mapping[str, Any]) -> str:
        return str(self.folder / config["key"])


@dataclass(frozen=True, kw_only=True)
class ObjectStates:
    """States in object storage, with Terraform's own locks and encryption as at OVHcloud."""

    endpoint: str = ""
    """Where it answers. Default: what the stacks say already."""

    access_key: str = ""
    secret_key: str = field(default="", repr=False)

    def override(self, stack: Mapping[str, Any]) -> dict[str, Any]:
        """The content of the override file of a stack: its own backends whole, as Terraform replaces them whole.

        Buckets stand in the path of an address: `bucket.127.0.0.1` is no name that anybody resolves.

        Args:
            stack: Content of its `cdk.tf.json`.
        """
        document: dict[str, Any] = {"terraform": {"backend": {"s3": self._there(_backend(stack))}}}
        return _with_remote(document, stack, lambda config: {"backend": "s3", "config": self._there(config)})

    def environment(self) -> dict[str, str]:
        """Variables that Terraform needs for it: the credential."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _there(self, config: Mapping[str, Any]) -> dict[str, Any]:
        moved = {"endpoints": {**config["endpoints"], "s3": self.endpoint}} if self.endpoint else {}
        return {**config, **moved, "use_path_style": True}


States = FileStates | ObjectStates
"""Where stacks keep their states."""


def variables(states: States) -> dict[str, str]:
    """Variables for whoever runs a stack here: this process's own without those of any cloud, and what states need."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    return {**kept, **states.environment(), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def differences(stack: Mapping[str, Any], override: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Path, value in `dist/` and value on this machine of all that an override changes in a stack.

    Args:
        stack: Content of its `cdk.tf.json`.
        override: Content of the override file.
    """
    yield from _differences(stack["terraform"]["backend"], override["terraform"]["backend"], "terraform.backend")
    before, after = (one.get("data", {}).get("terraform_remote_state", {}) for one in (stack, override))
    yield from _differences(before, after, "data.terraform_remote_state")


def _differences(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _differences(before.get(key), after.get(key), f"{path}.{key}")
    elif before != after:
        yield path, before, after


def _backend(stack: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = stack["terraform"]["backend"]["s3"]
    return found


def _with_remote(
    document: dict[str, Any], stack: Mapping[str, Any], moved: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    remote = stack.get("data", {}).get("terraform_remote_state", {})
    if not remote:
        return document
    return {
        **document,
        "data": {"terraform_remote_state": {name: moved(given["config"]) for name, given in remote.items()}},
    }
