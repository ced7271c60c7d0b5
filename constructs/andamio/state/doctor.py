"""`andamio state doctor`: examines a state's backend from both sides, OVHcloud's API and object storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from andamio.state.credentials import S3Credential, usual_credential
from andamio.state.doctor_objects import ObjectsDoctor
from andamio.state.errors import OutsideError, SettingError, clean
from andamio.state.object_storage import ObjectStorage, StorageError
from andamio.state.ovh import OvhApi
from andamio.state.policy import lacks, reaches_beyond, same_policy
from andamio.state.project import User, find_bucket, find_users, our_policy, read_keys
from andamio.state.report import Report
from andamio.state.target import Target, shell, shown
from andamio.state.terraform_state import DamagedError, TerraformState, parse
from andamio.state.unowned import find_unowned, find_untold

__all__ = ["Doctor", "as_data"]

_SKEW = 300.0
"""Seconds by which clocks may differ. Object storage refuses signatures that are a quarter of an hour off."""


@dataclass
class Doctor:
    """One examination of one target's backend."""

    target: Target
    api: Callable[[], OvhApi]
    """Makes the API's client; raises `SettingError` without credentials."""

    storage: Callable[[S3Credential], ObjectStorage]
    probe: bool = True
    """Whether a conditional write is tried. Default: yes."""

    progress: Callable[[str], None] = lambda text: None
    _report: Report = field(default_factory=Report)

    def examine(self) -> Report:
        """Look at everything that can be looked at; what cannot is a trouble of its own."""
        credential = self._credential()
        self.progress("look at the project by OVHcloud's API")
        try:
            self._project(self.api(), credential)
        except SettingError as error:
            self._report.wrong(
                "no-api-credentials",
                str(error),
                "Bucket settings, user and policy cannot be looked at without OVHcloud's API.",
                "# Set them in the environment, then:",
                f"andamio state doctor {self.target.name}",
            )
        except OutsideError as error:
            self._report.wrong(
                "api-fails",
                str(error),
                "Bucket settings, user and policy cannot be looked at without OVHcloud's API.",
                f"andamio state doctor {self.target.name}",
            )
        if credential is not None and self._objects(credential):
            self._unowned(self.storage(credential))
        return self._report

    @property
    def _init(self) -> str:
        return f"andamio state init {self.target.name}"

    def _credential(self) -> S3Credential | None:
        try:
            credential = usual_credential(self.target.credentials)
        except SettingError as error:
            self._report.wrong("no-credentials", str(error), "Without it neither we nor Terraform reach the state.")
            return None
        if credential is None:
            self._report.wrong(
                "no-credentials",
                f"There is no S3 credential: neither AWS_ACCESS_KEY_ID nor AWS_SHARED_CREDENTIALS_FILE is set, and "
                f"{shown(self.target.credentials)} does not exist.",
                "Without it neither we nor Terraform reach the state. It is fetched anew, not made anew.",
                self._init,
                f"export AWS_SHARED_CREDENTIALS_FILE={shell(str(self.target.credentials))}",
            )
            return None
        self._report.well(f"S3 credential {credential.access_key} from {credential.source}")
        if credential.source == str(self.target.credentials):
            export = f"export AWS_SHARED_CREDENTIALS_FILE={shell(credential.source)}"
            self._report.well(f"Terraform takes it in shells where you ran: {export}")
        return credential

    def _project(self, api: OvhApi, credential: S3Credential | None) -> None:
        self._bucket(api)
        users = find_users(api, self.target)
        if not users:
            self._report.wrong(
                "user-missing",
                f"Project {self.target.place.project} has no user called {self.target.user}.",
                "Its credential is what opens the state.",
                self._init,
            )
        elif len(users) > 1:
            self._report.wrong(
                "user-twice",
                f"{len(users)} users are called {self.target.user}: {', '.join(user.id for user in users)}.",
                "Only one of them is Terraform's; the others are doors that nobody watches.",
                f"{self.target.chdir(self.target.stack)} state show {self.target.addresses['user']}",
                "# Delete the others in the Public Cloud project (Users & Roles).",
            )
        else:
            self._user(api, users[0], credential)

    def _bucket(self, api: OvhApi) -> None:
        place = self.target.place
        bucket = find_bucket(api, self.target)
        if bucket is None:
            self._report.wrong(
                "bucket-missing",
                f"There is no bucket {place.bucket} in region {place.state_region} of project {place.project}.",
                "Terraform's state lies in it. If it was there before, the state is lost: docs/state-recovery.md.",
                self._init,
            )
            return
        self._report.well(f"bucket {place.bucket} in {place.state_region}")
        if bucket.versioned:
            self._report.well("versioning is on")
        else:
            self._report.wrong(
                "versioning-off",
                f"Versioning of {place.bucket} is off.",
                "A state that is overwritten or deleted is then gone for good.",
                self._init,
            )
        if bucket.encrypted:
            self._report.well("encryption at rest is on (AES256)")
        else:
            self._report.wrong(
                "encryption-off",
                f"Encryption of {place.bucket} is off.",
                "State holds credentials; new versions are written unencrypted.",
                self._init,
            )

    def _user(self, api: OvhApi, user: User, credential: S3Credential | None) -> None:
        self._report.well(f"S3 user {self.target.user} (id {user.id})")
        if set(user.roles) != {self.target.role}:
            self._report.wrong(
                "user-roles",
                f"User {user.id} has the roles {', '.join(user.roles) or 'none'} instead of {self.target.role}.",
                "More roles reach more than the bucket; without the right one the credential opens nothing.",
                f"{self.target.chdir(self.target.stack)} apply",
            )
        self._policy(our_policy(api, self.target, user.id), user)
        keys = read_keys(api, self.target, user.id)
        if not keys:
            self._report.wrong(
                "credential-missing", f"User {user.id} has no S3 credential.", "Nobody reaches the state.", self._init
            )
        elif credential is not None and credential.access_key not in keys:
            self._report.wrong(
                "credential-unknown",
                f"{credential.source} holds {credential.access_key}, which is not a credential of user {user.id}.",
                "It was revoked, or belongs to something else.",
                "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
                self._init,
                f"export AWS_SHARED_CREDENTIALS_FILE={shell(str(self.target.credentials))}",
            )
        else:
            self._report.well(f"{len(keys)} S3 credential{'s' if len(keys) > 1 else ''} of that user")

    def _policy(self, policy: str | None, user: User) -> None:
        wanted, mend = self.target.policy, f"{self._init} --replace-policy"
        if policy is None:
            self._report.wrong(
                "policy-missing",
                f"User {user.id} has no S3 policy.",
                "Without one it may not use the bucket.",
                self._init,
            )
            return
        narrow, wide = lacks(policy, wanted), reaches_beyond(policy, wanted)
        if narrow:
            self._report.wrong(
                "policy-narrow",
                f"The S3 policy of user {user.id} does not allow {'; '.join(narrow)}.",
                "Terraform, a recovery or this examination will be refused.",
                mend,
            )
        if wide:
            self._report.wrong(
                "policy-wide",
                f"The S3 policy of user {user.id} also allows {'; '.join(wide)}.",
                "Whoever has the state's credential reaches more than they need; versions may no longer be safe.",
                mend,
            )
        if not narrow and not wide:
            self._report.well(
                "S3 policy is the catalog's" if same_policy(policy, wanted) else "S3 policy allows the same"
            )

    def _unowned(self, storage: ObjectStorage) -> None:
        """Look for what no state owns, where the API answers; what it does not answer was reported before."""
        self.progress("look for things that no state owns")
        try:
            states = dict(_sound_states(self.target, storage))
            find_untold(self.target, states, self._report)
            find_unowned(self.target, self.api(), states, self._report)
        except (SettingError, OutsideError) as error:
            self._report.well(f"not looked for: things that no state owns ({clean(error)})")

    def _objects(self, credential: S3Credential) -> bool:
        """Look at what lies in the bucket; whether it could be looked at."""
        self.progress("look at the bucket by S3")
        storage = self.storage(credential)
        try:
            storage.reach()
        except StorageError as error:
            self._refused(error, credential)
            reached = False
        except OutsideError as error:
            reached = False
            self._report.wrong(
                "storage-fails",
                str(error),
                "Neither we nor Terraform reach the state.",
                f"andamio state doctor {self.target.name}",
            )
        else:
            reached = True
            self._report.well(f"the credential opens s3://{storage.bucket}")
            try:
                ObjectsDoctor(target=self.target, storage=storage, report=self._report, progress=self.progress).examine(
                    probe=self.probe
                )
            except OutsideError as error:
                self._report.wrong(
                    "storage-fails",
                    str(error),
                    "The examination stopped there.",
                    f"andamio state doctor {self.target.name}",
                )
        self._clock(storage.skew)
        return reached

    def _refused(self, error: StorageError, credential: S3Credential) -> None:
        if error.status == 404:
            self._report.wrong(
                "bucket-missing",
                f"Object storage knows no bucket {self.target.place.bucket}.",
                "Terraform's state lies in it. If it was there before, the state is lost: docs/state-recovery.md.",
                self._init,
            )
        elif error.code != "RequestTimeTooSkewed":
            self._report.wrong(
                "credential-refused",
                f"Object storage refuses the credential {credential.access_key} of {credential.source}: {error}",
                "Terraform will be refused too: the credential was revoked, is of another place, or lacks its policy.",
                "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
                self._init,
                f"export AWS_SHARED_CREDENTIALS_FILE={shell(str(self.target.credentials))}",
            )

    def _clock(self, skew: float | None) -> None:
        if skew is None:
            return
        if abs(skew) > _SKEW:
            self._report.wrong(
                "clock-skew",
                f"This machine's clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} object storage's.",
                "Signed requests are refused from a quarter of an hour on, and the times in locks mislead.",
                "sudo timedatectl set-ntp true",
            )
        else:
            self._report.well("the clock agrees with object storage's")


def _sound_states(target: Target, storage: ObjectStorage) -> Iterator[tuple[str, TerraformState]]:
    for stack in target.stacks.values():
        with suppress(DamagedError):  # which was reported
            data = storage.get(target.key(stack))
            if data is not None:
                yield stack, parse(data)


def as_data(target: Target, report: Report) -> dict[str, Any]:
    """An examination for machines."""
    return {
        "target": target.name,
        "bucket": target.place.bucket,
        "healthy": not report.troubles,
        "facts": report.facts,
        "troubles": [
            {"code": one.code, "what": one.what, "why": one.why, "mend": list(one.mend)} for one in report.troubles
        ],
    }
