"""What differs from `dist/` when a stack runs on this machine: where states lie, in an override file beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["OVERRIDE", "override"]

OVERRIDE: Final = "andamio_override.tf.json"
"""Name of the file; Terraform merges files of such names into the rest."""


def override(stack: Mapping[str, Any], *, own: Path, states: Path) -> dict[str, Any]:
    """The content of the override file of a stack.

    Args:
        stack: Content of its `cdk.tf.json`.
        own: File of its state.
        states: Folder of all states, which are named as in the bucket.
    """
    document: dict[str, Any] = {"terraform": {"backend": {"local": {"path": str(own)}}}}
    remote = stack.get("data", {}).get("terraform_remote_state", {})
    if remote:
        document["data"] = {
            "terraform_remote_state": {
                name: {"backend": "local", "config": {"path": str(states / given["config"]["key"])}}
                for name, given in remote.items()
            }
        }
    return document
