"""What a state command is about: `shared` or one environment, with the names of all that belongs to its state."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from andamio.cloud.place import Place, place
from andamio.cloud.state_access import STATE_ADDRESSES, USER_ROLE, owner_policy, state_user
from andamio.contract.platform import Platform
from andamio.contract.stacks import ENVIRONMENT_STACKS, SHARED_STACKS, Stack, stack_name
from andamio.state.credentials import credentials_file
from andamio.state.errors import SettingError
from andamio.state.http import check_address, is_loopback

__all__ = ["SHARED", "Target"]

SHARED = "shared"
"""The name by which commands take what all environments share."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """`shared` or an environment."""

    name: str
    """`shared`, or the environment's name."""

    platform: str
    """The platform's name."""

    place: Place

    stacks: Mapping[Stack, str]
    """Its stacks in the order of deployment → their names."""

    keep_days: int
    """Days for which replaced versions are kept."""

    folder: Path
    """The published folder, `dist/`."""

    @classmethod
    def of(cls, platform: Platform, name: str, *, folder: Path) -> Target:
        """The target `name` of `platform`, published to `folder`.

        Raises:
            KeyError: when there is no such environment.
        """
        environment = None if name == SHARED else {e.name: e for e in platform.environments}[name]
        kinds = ENVIRONMENT_STACKS if environment else SHARED_STACKS
        return cls(
            name=name,
            platform=platform.shared.name,
            place=place(platform.shared, environment),
            keep_days=(environment or platform.shared).state.keep_days,
            stacks={kind: stack_name(kind, environment) for kind in kinds},
            folder=folder,
        )

    @property
    def stack(self) -> str:
        """Name of its state stack."""
        return next(iter(self.stacks.values()))

    def stack_folder(self, stack: str) -> Path:
        """Where Terraform runs for a stack."""
        return self.folder / "terraform" / "stacks" / stack

    def chdir(self, stack: str) -> str:
        """`terraform -chdir=...` for a stack, as a person would type it here."""
        return f"terraform -chdir={shell(shown(self.stack_folder(stack)))}"

    def key(self, stack: str) -> str:
        """Key of a stack's state in the bucket, as `andamio.cloud.stack` sets it."""
        return f"{stack}.tfstate"

    @property
    def user(self) -> str:
        """Description of the S3 user, by which it is found."""
        return state_user(self.place)

    @property
    def role(self) -> str:
        """The only role of that user."""
        return USER_ROLE

    @property
    def policy(self) -> str:
        """The S3 policy of that user, JSON."""
        return owner_policy(self.place.bucket)

    @property
    def mark(self) -> Mapping[str, str]:
        """Tags by which we know a bucket that we made."""
        return {"managed-by": "andamio", "stack": f"{self.platform}-{self.stack}"}

    @property
    def addresses(self) -> Mapping[str, str]:
        """What `andamio state init` makes → its address in the state stack."""
        return {what: STATE_ADDRESSES[what] for what in ("user", "bucket", "policy", "credential")}

    @property
    def credentials(self) -> Path:
        """Where the S3 credential lies on this machine."""
        return credentials_file(self.platform, self.name)

    def storage_endpoint(self, environment: Mapping[str, str] | None = None) -> str:
        """Address of object storage: `AWS_ENDPOINT_URL_S3` where set, else the region's, as the stacks' backend has it.

        Raises:
            SettingError: when the variable holds no address.
        """
        found = os.environ if environment is None else environment
        given = found.get("AWS_ENDPOINT_URL_S3", "").strip()
        if given:
            return check_address(given, "AWS_ENDPOINT_URL_S3")
        return f"https://s3.{self.place.state_region.lower()}.io.cloud.ovh.net"

    def check_world(self, *, sandbox: bool) -> None:
        """Make sure that the API (`sandbox`: it is on this machine) and object storage are of one world.

        Raises:
            SettingError: when one is OVHcloud's and the other a stand-in on this machine.
        """
        if is_loopback(self.storage_endpoint()) != sandbox:
            here, there = ("OVH_ENDPOINT", "AWS_ENDPOINT_URL_S3")[:: 1 if sandbox else -1]
            raise SettingError(f"{here} is on this machine and {there} is not. Set both to a sandbox, or unset both.")


def shown(path: Path) -> str:
    """`path` relative to the current folder where it lies below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def shell(text: str) -> str:
    """`text` as one word of a shell command."""
    return shlex.quote(text)
