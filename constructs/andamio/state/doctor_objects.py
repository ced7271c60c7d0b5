"""Examines what lies in a state bucket: locks, states, their versions. Shows no byte of a state."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from andamio.state.errors import clean
from andamio.state.object_storage import ObjectStorage, ObjectVersion, StorageError
from andamio.state.report import Report
from andamio.state.target import Target, shell
from andamio.state.terraform_state import DamagedError, TerraformState, parse

__all__ = ["PROBE", "ObjectsDoctor"]

PROBE = "andamio-doctor.tflock"
"""Scratch object of the probe. Its name ends as locks do, so that whoever may lock may probe."""

_SLACK = 7
"""Days by which the store may be late with dropping what has expired."""

_BACK = 20
"""How many versions back a sound one is looked for."""


@dataclass
class ObjectsDoctor:
    """Looks at the objects of one bucket."""

    target: Target
    storage: ObjectStorage
    report: Report
    progress: Callable[[str], None] = lambda text: None

    def examine(self, *, probe: bool) -> None:
        """Look at every stack's lock and state; with `probe` also try a conditional write."""
        versions = self._versions()
        if versions is not None:
            self._expiry(versions)
        self._states(versions)
        if probe:
            self._probe()

    def _expiry(self, versions: Sequence[ObjectVersion]) -> None:
        kept, late = 0, 0
        for newer, version in pairwise(versions):
            if newer.key == version.key:
                kept += 1
                # A version counts as replaced since the one after it was written.
                late += _seconds_ago(newer.modified) > (self.target.keep_days + _SLACK) * 86400
        if late:
            self.report.wrong(
                "versions-kept-too-long",
                f"{late} of {kept} replaced versions were replaced more than {self.target.keep_days} days ago.",
                "Old states hold old secrets, and cost money; the bucket's rule that drops them is not at work.",
                f"{self.target.chdir(self.target.stack)} apply",
            )
        else:
            self.report.well(
                f"{kept} replaced version{'' if kept == 1 else 's'} kept, none past {self.target.keep_days} days"
            )

    def _versions(self) -> list[ObjectVersion] | None:
        try:
            return list(self.storage.versions())
        except StorageError as error:
            if error.status != 403:
                raise
            self.report.wrong(
                "versions-hidden",
                "The credential may not list versions of objects.",
                "A deleted or damaged state cannot be recovered with it.",
                f"andamio state init {self.target.name} --replace-policy",
            )
            return None

    def _states(self, versions: Sequence[ObjectVersion] | None) -> None:
        missing: list[str] = []
        for stack in self.target.stacks.values():
            self.progress(f"look at the state of {stack}")
            key = self.target.key(stack)
            self._lock(stack)
            history = None if versions is None else [version for version in versions if version.key == key]
            if history is not None and history and history[0].deleted:
                self._deleted(stack, history)
                continue
            data = self.storage.get(key)
            if data is None:
                missing.append(stack)
                continue
            for one in missing:
                self._never_written(one, before=stack)
            missing = []
            self._state(stack, data, history)
        if missing:
            self.report.well(f"not deployed yet: {', '.join(missing)}")

    def _never_written(self, stack: str, *, before: str) -> None:
        terraform = self.target.chdir(stack)
        self.report.wrong(
            "state-missing",
            f"{stack} has no state, though {before}, which is deployed after it, has one.",
            "Terraform would make everything of that stack a second time.",
            "# If it was never applied:",
            f"{terraform} init",
            f"{terraform} apply",
            "# If it was: docs/state-recovery.md, section on a state that is lost.",
        )

    def _lock(self, stack: str) -> None:
        key = f"{self.target.key(stack)}.tflock"
        data = self.storage.get(key)
        if data is None:
            return
        try:
            found: Any = json.loads(data)
            lock_id = str(found["ID"])
            told = {name: clean(found.get(name) or "unknown", limit=120) for name in ("Who", "Operation", "Created")}
        except (ValueError, KeyError, TypeError, AttributeError):
            self.report.wrong(
                "lock-damaged",
                f"{stack} is locked by {key}, which is not a lock that Terraform wrote.",
                "Nobody can plan or apply that stack.",
                "# Make sure that nobody runs Terraform on it, then:",
                *self._aws(f"delete-object --key {shell(key)}"),
            )
            return
        age = _age(told["Created"])
        self.report.wrong(
            "locked",
            f"{stack} is locked by {told['Who']} since {told['Created']}{age}: {told['Operation']}.",
            "Nobody else can plan or apply it until that run ends. A run that was killed leaves its lock behind.",
            "# Ask them, and look at pipelines. Only when that run is gone for certain:",
            f"{self.target.chdir(stack)} force-unlock {shell(clean(lock_id, limit=80))}",
            f"{self.target.chdir(stack)} plan",
        )

    def _state(self, stack: str, data: bytes, history: Sequence[ObjectVersion] | None) -> None:
        try:
            state = parse(data)
        except DamagedError as error:
            self.report.wrong(
                "state-damaged",
                f"The state of {stack} is damaged: {error}.",
                "Terraform cannot work on that stack. What it made is still there.",
                *self._restore(stack, (history or [])[1:]),
            )
            return
        replaced = len(history) - 1 if history else 0
        self.report.well(f"state of {stack}: serial {state.serial}, {replaced} replaced")
        if history is not None and len(history) > 1 and not history[1].deleted:
            self._compare(stack, state, data, history[1])

    def _compare(self, stack: str, state: TerraformState, data: bytes, before: ObjectVersion) -> None:
        earlier = self._sound(before)
        if earlier is None:
            return
        restore = (
            "# If nobody meant that, look at what Terraform would do:",
            f"{self.target.chdir(stack)} plan",
            "# If it would make again what exists, take the version before:",
            *self._copy_back(stack, before.version),
        )
        if earlier.lineage != state.lineage:
            self.report.wrong(
                "state-replaced",
                f"The state of {stack} is another state than the version before it (their lineages differ).",
                "Somebody pushed a state by force or began anew; what the old one owned has no owner now.",
                *restore,
            )
        elif earlier.serial > state.serial:
            self.report.wrong(
                "state-rolled-back",
                f"The state of {stack} has serial {state.serial}, the version before it {earlier.serial}.",
                "It was taken back. After a recovery that is meant, and the next apply ends this report.",
                *restore,
            )
        elif earlier.serial == state.serial and self.storage.get(before.key, version=before.version) != data:
            self.report.wrong(
                "state-forked",
                f"Two versions of the state of {stack} have serial {state.serial} and differ.",
                "Two runs wrote at once: locking did not hold, and what one of them made may have no owner.",
                *restore,
            )

    def _deleted(self, stack: str, history: Sequence[ObjectVersion]) -> None:
        self.report.wrong(
            "state-deleted",
            f"The state of {stack} was deleted at {clean(history[0].modified, limit=40)}; versions of it are kept.",
            "Terraform would make everything of that stack a second time.",
            *self._restore(stack, history[1:]),
        )

    def _restore(self, stack: str, history: Sequence[ObjectVersion]) -> tuple[str, ...]:
        """Commands that bring the newest sound version back."""
        for version in history[:_BACK]:
            state = None if version.deleted else self._sound(version)
            if state is not None:
                return (
                    f"# The newest sound version is of {clean(version.modified, limit=40)}, serial {state.serial}:",
                    *self._copy_back(stack, version.version),
                )
        return ("# No sound version is kept: docs/state-recovery.md, section on a state that is lost.",)

    def _sound(self, version: ObjectVersion) -> TerraformState | None:
        try:
            data = self.storage.get(version.key, version=version.version)
            return parse(data) if data is not None else None
        except DamagedError:
            return None
        except StorageError as error:
            if error.status == 403:
                return None
            raise

    def _copy_back(self, stack: str, version: str) -> tuple[str, ...]:
        key = shell(self.target.key(stack))
        body = "restored.tfstate"
        return (
            "umask 077",
            *self._aws(
                f"get-object --key {key} --version-id {shell(clean(version, limit=120))} {body}",
                f"put-object --key {key} --body {body}",
            ),
            f"rm {body}",
            f"{self.target.chdir(stack)} plan",
        )

    def _aws(self, *calls: str) -> tuple[str, ...]:
        place = self.target.place
        # Newer AWS clients send checksums that not every S3-compatible store takes.
        return (
            f"export AWS_SHARED_CREDENTIALS_FILE={shell(str(self.target.credentials))}",
            "export AWS_REQUEST_CHECKSUM_CALCULATION=when_required",
            *(
                f"aws s3api {verb} --endpoint-url {shell(self.storage.endpoint)} --region {place.state_region.lower()} "
                f"--bucket {place.bucket} {rest}"
                for verb, _, rest in (call.partition(" ") for call in calls)
            ),
        )

    def _probe(self) -> None:
        self.progress("try a conditional write")
        try:
            first = self.storage.put_if_absent(PROBE, b"{}")
            second = self.storage.put_if_absent(PROBE, b"{}")
        except StorageError as error:
            if error.status == 403:
                self.report.wrong(
                    "write-refused",
                    f"The credential may not write {PROBE}.",
                    "Then it cannot take Terraform's locks either.",
                    f"andamio state init {self.target.name} --replace-policy",
                )
                return
            if error.status not in (400, 501):
                raise
            first = second = True
        if first and second:
            # A refusal of either proves the point: the first may meet the object of another examination.
            self.report.wrong(
                "no-conditional-writes",
                "The store does not honour If-None-Match: it wrote an object that was there.",
                "Terraform's lock file does not hold there: two runs at once would damage the state.",
                "# Let one person or one pipeline at a time run Terraform, and ask OVHcloud's support for",
                f"# conditional writes in region {self.target.place.state_region}.",
            )
        else:
            self.report.well("conditional writes are honoured, so locks hold")
        self.storage.delete(PROBE)


def _seconds_ago(moment: str) -> float:
    """Seconds since an ISO 8601 moment; 0 when it is none."""
    try:
        then = datetime.fromisoformat(moment.replace("Z", "+00:00"))
        return (datetime.now(tz=UTC) - then).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _age(created: str) -> str:
    seconds = _seconds_ago(created)
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = int(seconds // size)
            return f" ({number} {unit}{'' if number == 1 else 's'} ago)"
    return ""
