"""`andamio state init`: makes what a state stack needs before Terraform can use its backend.

A bucket, its S3 user, the user's policy and credential. Every step looks before it makes, so that it may be killed
anywhere and run again; a create whose answer was lost is found again (the bucket by its name and tags, the user by
its description, policy and credential at the user), so that nothing is made twice. What carries our names without
our marks is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from andamio.state.credentials import S3Credential, read_credential, write_credential
from andamio.state.errors import NoAnswerError, OutsideError, RefusedError
from andamio.state.handover import IMPORTS, check_stack, handover, write_imports
from andamio.state.object_storage import ObjectStorage, StorageError
from andamio.state.ovh import ApiError, OvhApi, path
from andamio.state.policy import same_policy
from andamio.state.prepared import Prepared, Step
from andamio.state.project import Bucket, User, find_bucket, find_users, our_policy, read_keys, read_secret
from andamio.state.target import Target, shell, shown
from andamio.state.terraform_state import DamagedError, TerraformState, parse

__all__ = ["Preparation"]


@dataclass
class Preparation:
    """One run of the command for one target."""

    target: Target
    api: OvhApi
    storage: Callable[[S3Credential], ObjectStorage]
    """Reaches the bucket by a credential."""

    dry_run: bool = False
    replace_policy: bool = False
    """Whether a policy of the user that may not be ours is replaced. Default: it is refused."""

    tell: Callable[[Step], None] = lambda step: None
    """Hears of each step as soon as it is done."""

    patience: float = 120.0
    """Seconds to wait until a new user or credential can be used. Default: two minutes."""

    pause: float = 2.0
    """Seconds between two looks at it. Default: two."""

    _steps: list[Step] = field(default_factory=list)

    def run(self) -> Prepared:
        """Make what is missing.

        Raises:
            RefusedError: when something carries our name that we did not make.
            OutsideError: when the API or object storage fails; run again to go on.
            SettingError: when the stack is not published or a file cannot be written.
        """
        check_stack(self.target)
        user = self._user()
        self._bucket(user)
        self._policy(user)
        credential = self._credential(user)
        if self.dry_run or user is None or credential is None:
            return Prepared(steps=tuple(self._steps), credentials=None, imports=None)
        changed = write_credential(self.target.credentials, credential)
        self._done("credentials file", shown(self.target.credentials), "written" if changed else "was there")
        state = self._state(credential)
        rest = handover(self.target, state, user=user.id, access_key=credential.access_key)
        imports = write_imports(self.target, rest.imports)
        self._done("hand-over", self.target.stack, f"by {IMPORTS}" if imports else "its stack owns everything")
        return Prepared(
            steps=tuple(self._steps),
            credentials=self.target.credentials,
            imports=imports,
            commands=self._commands(rest.stale, pending=bool(rest.imports)),
        )

    def _commands(self, stale: tuple[str, ...], *, pending: bool) -> tuple[str, ...]:
        terraform = self.target.chdir(self.target.stack)
        commands = [f"export AWS_SHARED_CREDENTIALS_FILE={shell(str(self.target.credentials))}"]
        if pending:
            commands.append(f"{terraform} init")
            commands += [f"{terraform} state rm {address}" for address in stale]
            commands += [f"{terraform} apply", f"andamio state init {self.target.name}"]
        return tuple(commands)

    def _done(self, what: str, name: str, outcome: str) -> None:
        step = Step(what=what, name=name, outcome=outcome)
        self._steps.append(step)
        self.tell(step)

    def _at(self, *parts: str) -> str:
        return path("cloud", "project", self.target.place.project, *parts)

    def _user(self) -> User | None:
        found = self._one_user()
        outcome = "was there"
        if found is None and self.dry_run:
            self._done("S3 user", self.target.user, "would make")
            return None
        if found is None:
            body = {"description": self.target.user, "roles": [self.target.role]}
            self._make(lambda: self.api.post(self._at("user"), body), self._one_user)
            found, outcome = self._one_user(), "made"
        if found is None:
            raise OutsideError(f"OVHcloud made the user {self.target.user}, but does not list it. Run again later.")
        if set(found.roles) != {self.target.role}:
            raise RefusedError(
                f"User {found.id} of project {self.target.place.project} is called {self.target.user} but has the "
                f"roles {', '.join(found.roles) or 'none'} instead of {self.target.role}: we did not make it. Rename "
                "or delete it in the Public Cloud project (Users & Roles), then run the command again."
            )
        found = self._await_user(found)
        self._done("S3 user", f"{self.target.user} (id {found.id})", outcome)
        return found

    def _one_user(self) -> User | None:
        found = find_users(self.api, self.target)
        if len(found) > 1:
            raise RefusedError(
                f"Project {self.target.place.project} has {len(found)} users called {self.target.user}: "
                f"{', '.join(user.id for user in found)}. Two runs at once make that. Keep the one that Terraform's "
                f"state of {self.target.stack} owns (or, before its first apply, any one), delete the others in the "
                "Public Cloud project (Users & Roles), then run the command again."
            )
        return found[0] if found else None

    def _await_user(self, user: User) -> User:
        until = time.monotonic() + self.patience
        while user.status != "ok" and not self.dry_run:
            if user.status not in ("creating", "updating") or time.monotonic() > until:
                raise OutsideError(
                    f"User {user.id} ({self.target.user}) is {user.status or 'in no known status'}, not ok. "
                    "Wait, then run the command again."
                )
            time.sleep(self.pause)
            user = self._one_user() or user
        return user

    def _make(self, make: Callable[[], Any], look: Callable[[], Any]) -> None:
        """Call `make` once; when its answer is lost, `look` tells whether it was carried out."""
        try:
            made = make()
        except NoAnswerError as error:
            made = look()
            if made is None:
                raise NoAnswerError(f"{error} Nothing was made there. Run the command again.") from None

    def _bucket(self, user: User | None) -> None:
        place, name = self.target.place, f"{self.target.place.bucket} ({self.target.place.state_region})"
        found = find_bucket(self.api, self.target)
        if found is None and self.dry_run:
            self._done("bucket", name, "would make")
            return
        if found is None:
            body = {
                "name": place.bucket,
                "versioning": {"status": "enabled"},
                "encryption": {"sseAlgorithm": "AES256"},
                "tags": dict(self.target.mark),
            }
            where = self._at("region", place.state_region, "storage")
            try:
                self._make(lambda: self.api.post(where, body), lambda: find_bucket(self.api, self.target))
            except ApiError as error:
                if error.status != 409:
                    raise
                if find_bucket(self.api, self.target) is None:
                    raise RefusedError(
                        f"A bucket called {place.bucket} exists, but not in region {place.state_region} of project "
                        f"{place.project}: names are global at OVHcloud. Find it (another region or project of yours) "
                        "and delete or empty it there; if it is somebody else's, give the platform another name."
                    ) from None
            found = find_bucket(self.api, self.target)
            self._check_bucket(found, user)
            self._done("bucket", name, "made")
            return
        self._check_bucket(found, user)
        if found.versioned and found.encrypted:
            self._done("bucket", name, "was there")
        elif self.dry_run:
            self._done("bucket", name, "would mend")
        else:
            body = {"versioning": {"status": "enabled"}, "encryption": {"sseAlgorithm": "AES256"}}
            self.api.put(self._at("region", place.state_region, "storage", place.bucket), body)
            self._done("bucket", name, "mended")

    def _check_bucket(self, found: Bucket | None, user: User | None) -> None:
        if found is None:
            raise OutsideError(f"OVHcloud made the bucket {self.target.place.bucket}, but does not show it. Run again.")
        if found.tags.items() >= self.target.mark.items() or self._owned_by_stack(user):
            return
        marks = ", ".join(f"{name}={value}" for name, value in self.target.mark.items())
        raise RefusedError(
            f"Bucket {self.target.place.bucket} is in project {self.target.place.project}, but lacks our tags "
            f"({marks}): we did not make it. If it holds nothing that you need, delete it; if you made it for this "
            "state, give it those tags; then run the command again."
        )

    def _policy(self, user: User | None) -> None:
        name = f"of user {self.target.user} on {self.target.place.bucket}"
        found = our_policy(self.api, self.target, user.id) if user else None
        outcome = "make"
        if found is not None and user is not None:
            if same_policy(found, self.target.policy):
                self._done("S3 policy", name, "was there")
                return
            # The provider never reads a policy back, so Terraform would not see the difference.
            if not (self.replace_policy or self._owned_by_stack(user)):
                raise RefusedError(
                    f"User {user.id} ({self.target.user}) has an S3 policy that is not the catalog's, and Terraform's "
                    f"state of {self.target.stack} does not show that it is ours. If that user serves nothing else, "
                    "run the command again with --replace-policy; if it does, rename it."
                )
            outcome = "mend"
        if self.dry_run or user is None:
            self._done("S3 policy", name, f"would {outcome}")
            return
        # Setting the policy again does no harm, so a lost answer is simply an error that a new run settles.
        self.api.post(self._at("user", user.id, "policy"), {"policy": self.target.policy})
        self._done("S3 policy", name, "made" if outcome == "make" else "mended")

    def _credential(self, user: User | None) -> S3Credential | None:
        keys = read_keys(self.api, self.target, user.id) if user else []
        if user is None or (not keys and self.dry_run):
            self._done("S3 credential", f"of user {self.target.user}", "would make")
            return None
        outcome = "was there"
        if not keys:
            where = self._at("user", user.id, "s3Credentials")
            self._make(lambda: self.api.post(where), lambda: read_keys(self.api, self.target, user.id) or None)
            keys, outcome = read_keys(self.api, self.target, user.id), "made"
            if not keys:
                raise OutsideError("OVHcloud made an S3 credential, but does not list it. Run again later.")
        access = self._choose(keys)
        self._done("S3 credential", f"{access} of user {self.target.user}", outcome)
        return (
            None
            if self.dry_run
            else S3Credential(access_key=access, secret_key=read_secret(self.api, self.target, user.id, access))
        )

    def _choose(self, keys: list[str]) -> str:
        """The key that this machine has already, else the first by alphabet: each run takes the same one."""
        local = read_credential(self.target.credentials)
        return local.access_key if local and local.access_key in keys else min(keys)

    def _owned_by_stack(self, user: User | None) -> bool:
        """Whether Terraform's state of the stack, in that very bucket, owns this user and this bucket."""
        keys = read_keys(self.api, self.target, user.id) if user else []
        if user is None or not keys:
            return False
        access = self._choose(keys)
        credential = S3Credential(access_key=access, secret_key=read_secret(self.api, self.target, user.id, access))
        try:
            data = self.storage(credential).get(self.target.key(self.target.stack))
            state = parse(data) if data is not None else None
        except (OutsideError, DamagedError):
            return False
        if state is None:
            return False
        rest = handover(self.target, state, user=user.id, access_key=access).imports
        return self.target.addresses["user"] not in rest and self.target.addresses["bucket"] not in rest

    def _state(self, credential: S3Credential) -> TerraformState | None:
        """The stack's state; None before its first apply."""
        storage = self.storage(credential)
        key, doctor = self.target.key(self.target.stack), f"Run `andamio state doctor {self.target.name}`"
        self._await_access(storage)
        data = storage.get(key)
        if data is None:
            if any(version.key == key for version in storage.versions(key)):
                raise RefusedError(f"s3://{storage.bucket}/{key} was deleted, but versions of it are kept. {doctor}.")
            return None
        try:
            return parse(data)
        except DamagedError as error:
            raise RefusedError(f"s3://{storage.bucket}/{key} is damaged: {error}. {doctor}.") from None

    def _await_access(self, storage: ObjectStorage) -> None:
        """Wait until the credential opens the bucket: a new one takes a moment to be known everywhere."""
        until = time.monotonic() + self.patience
        while True:
            try:
                storage.reach()
            except StorageError as error:
                if error.status not in (403, 404) or time.monotonic() > until:
                    raise OutsideError(
                        f"The S3 credential {storage.credential.access_key} does not open the bucket: {error} "
                        f"Run `andamio state doctor {self.target.name}`."
                    ) from None
                time.sleep(self.pause)
            else:
                self._done("access", f"s3://{storage.bucket}", "works")
                return
