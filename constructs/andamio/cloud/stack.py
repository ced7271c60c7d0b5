"""The base of every Terraform stack: backend, provider, stable addresses, outputs and lifecycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import jsii

from andamio.cdktf import (
    Construct,
    Precondition,
    S3Backend,
    TerraformElement,
    TerraformOutput,
    TerraformRemoteState,
    TerraformStack,
)
from andamio.cloud.exchange import EXCHANGE, check_publish, check_read
from andamio.cloud.place import Place
from andamio.contract.names import terraform_id
from andamio.contract.stacks import Stack
from cdktf_cdktf_provider_ovh.provider import OvhProvider

__all__ = ["OVH_ENDPOINT", "TERRAFORM_VERSION", "CloudStack", "Condition", "lifecycle", "state_location"]

OVH_ENDPOINT = "ovh-eu"
"""OVHcloud's API for Europe."""

TERRAFORM_VERSION = ">= 1.11.0"
"""From 1.11 on Terraform's own lock file in the bucket (`use_lockfile`) is no longer experimental."""

_Element = TypeVar("_Element", bound=TerraformElement)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A precondition: Terraform refuses to go on when it is false."""

    expression: str
    """Terraform expression in `${}`; it has to refer to something, a local for instance."""

    message: str
    """What Terraform says then: a sentence on what to do."""


def lifecycle(
    *,
    protect: bool = False,
    ignore: Sequence[str] = (),
    require: Sequence[Condition] = (),
    create_first: bool = False,
) -> dict[str, Any] | None:
    """A `lifecycle` block for a resource's argument of that name; None when nothing is asked of it.

    Args:
        protect: Whether Terraform refuses every plan that would destroy it. Default: no.
        ignore: Arguments whose drift is somebody else's business. Default: none.
        require: Preconditions. Default: none.
        create_first: Whether a successor is made before the old one goes. Default: no.
    """
    block: dict[str, Any] = {}
    if protect:
        block["prevent_destroy"] = True
    if ignore:
        block["ignore_changes"] = list(ignore)
    if require:
        block["precondition"] = [Precondition(condition=one.expression, error_message=one.message) for one in require]
    if create_first:
        block["create_before_destroy"] = True
    return block or None


def state_location(place: Place, stack: str) -> dict[str, Any]:
    """Where the state of `stack` lies, in the words that backend and remote state share.

    The `skip_*` settings turn off calls to services that OVHcloud's object storage does not have; they are those
    of its own Terraform example.
    """
    region = place.state_region.lower()
    return {
        "bucket": place.bucket,
        "key": f"{stack}.tfstate",
        "region": region,
        "endpoints": {"s3": f"https://s3.{region}.io.cloud.ovh.net/"},
        "skip_credentials_validation": True,
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
        "skip_s3_checksum": True,
    }


class CloudStack(TerraformStack):
    """One Terraform stack with a state of its own.

    It stores that state in the place's bucket, encrypted, under `<name>.tfstate`, and locks it by Terraform's lock
    file beside it. The OVHcloud provider takes its credentials from the environment of the process, never from here.
    """

    def __init__(self, scope: Construct, name: str, *, kind: Stack, place: Place) -> None:
        super().__init__(scope, name)
        self.kind = kind
        self.place = place
        self.stack_name = name
        self._addresses: set[tuple[type, str]] = set()
        self._remotes: dict[Stack, _RemoteState] = {}
        self._published: set[str] = set()
        S3Backend(self, encrypt=True, **state_location(place, name))
        self.add_override("terraform.backend.s3.use_lockfile", True)
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        OvhProvider(self, "ovh", endpoint=OVH_ENDPOINT)

    def address(self, element: _Element, *parts: str) -> _Element:
        """Give `element` the Terraform name that `parts` make, and return it.

        cdktf would end the name with a hash of the construct's path, which changes when a construct moves.

        Raises:
            ValueError: when another element of the same type already has that name.
        """
        name = terraform_id(*parts)
        key = (type(element), name)
        if key in self._addresses:
            raise ValueError(f"stack {self.stack_name} has two {type(element).__name__} of the name {name}")
        self._addresses.add(key)
        element.override_logical_id(name)
        return element

    def publish(self, name: str, value: Any) -> None:
        """Publish an id or an address as the Terraform output `name`.

        Raises:
            ExchangeError: when the exchange does not give this stack such an output.
        """
        entry = check_publish(self.kind, name)
        TerraformOutput(self, name, value=value, description=entry.doc, static_id=True)
        self._published.add(name)

    def remote(self, publisher: Stack, name: str) -> str:
        """The output `name` that `publisher` of the same environment published, as a reference.

        Raises:
            ExchangeError: when nobody publishes it, or the exchange does not name this stack as a reader.
        """
        check_read(self.kind, publisher, name)
        if publisher not in self._remotes:
            stack = f"{self.place.environment}-{publisher}" if self.place.environment else str(publisher)
            self._remotes[publisher] = _RemoteState(self, str(publisher), state_location(self.place, stack))
        return str(self._remotes[publisher].get_string(name))

    @property
    def unpublished(self) -> tuple[str, ...]:
        """Outputs that the exchange promises of this stack and that it has not published (yet)."""
        return tuple(name for name in EXCHANGE[self.kind] if name not in self._published)


class _RemoteState(TerraformRemoteState):
    """Another stack's outputs, read from its state."""

    def __init__(self, scope: Construct, id_: str, location: dict[str, Any]) -> None:
        jsii.create(TerraformRemoteState, self, [scope, id_, "s3", {}])
        self.add_override("config", location)
