"""What exists in the imitated cloud, in one SQLite file that several processes share."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from andamio.sandbox.errors import SandboxError

__all__ = ["Cloud", "CloudAccessError", "CloudFileError", "Thing", "Use"]

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS things (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS uses (
    kind TEXT, id TEXT, used_kind TEXT, used_id TEXT, holds INTEGER NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (kind, id, used_kind, used_id)
);
CREATE INDEX IF NOT EXISTS used ON uses (used_kind, used_id);
CREATE TABLE IF NOT EXISTS births (seed TEXT PRIMARY KEY, number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class CloudFileError(SandboxError):
    """The file is not a sandbox's cloud, or of another version of it, or damaged; what was deployed is lost with it."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be read as a cloud ({why}). What was deployed is lost with it: run `andamio sandbox down "
            "--purge`, then `up` and `deploy` again."
        )


class CloudAccessError(SandboxError):
    """The file cannot be used now: the disk is full, another process holds it, rights are missing. Nothing is lost."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be used now: {why}. Nothing of it is lost; mend that and run it again.")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that exists: a resource's type, its id at the cloud and its attributes."""

    kind: str
    id: str
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Use:
    """One thing needs another."""

    kind: str
    id: str
    holds: bool = False
    """Whether the other cannot be deleted while this exists. Default: no, it takes this with it."""

    why: str = ""
    """Source of a hold."""


class Cloud:
    """An imitated cloud.

    Args:
        path: Its file; made when it is not there.

    Raises:
        CloudFileError: the file is something else, or damaged; so do all methods.
        CloudAccessError: it cannot be used now; so do all methods.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        with self._told():
            connection = self._connection()
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, _VERSION):
                raise CloudFileError(path, f"it is of another version, {found}")
            if not found:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_TABLES)
                connection.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing; one writer at a time."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        with self._told():
            connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._told():
                connection.commit()
        except BaseException:
            with suppress(sqlite3.Error):  # nothing that was not committed is kept in any case
                connection.rollback()
            raise

    def get(self, kind: str, id_: str) -> dict[str, Any] | None:
        """The attributes of a thing, or None."""
        row = self._one("SELECT body FROM things WHERE kind = ? AND id = ?", kind, id_)
        return json.loads(row[0]) if row else None

    def find(self, kind: str, /, **attributes: object) -> list[Thing]:
        """Things of a kind with these attributes, by id."""
        rows = self._all("SELECT id, body FROM things WHERE kind = ? ORDER BY id", kind)
        things = (Thing(kind=kind, id=id_, body=json.loads(body)) for id_, body in rows)
        return [one for one in things if all(one.body.get(name) == value for name, value in attributes.items())]

    def kinds(self) -> dict[str, int]:
        """Kind → how many things of it exist."""
        return dict(self._all("SELECT kind, COUNT(*) FROM things GROUP BY kind ORDER BY kind"))

    def put(self, kind: str, id_: str, body: dict[str, Any], *, uses: Sequence[Use] = ()) -> None:
        """Make or replace a thing and what it uses."""
        with self.transaction():
            text = json.dumps(body, sort_keys=True)
            self._do("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", kind, id_, text)
            self._do("DELETE FROM uses WHERE kind = ? AND id = ?", kind, id_)
            for one in uses:
                self._do(
                    "INSERT OR REPLACE INTO uses VALUES (?, ?, ?, ?, ?, ?)",
                    *(kind, id_, one.kind, one.id, one.holds, one.why),
                )

    def remove(self, kind: str, id_: str) -> None:
        """End a thing, and with it all that lies in it. Nothing happens when it is not there."""
        with self.transaction():
            inside = self._all("SELECT kind, id FROM uses WHERE used_kind = ? AND used_id = ? AND NOT holds", kind, id_)
            self._do("DELETE FROM things WHERE kind = ? AND id = ?", kind, id_)
            self._do("DELETE FROM uses WHERE kind = ? AND id = ?", kind, id_)
            for other_kind, other in inside:
                self.remove(other_kind, other)

    def holders(self, kind: str, id_: str) -> list[tuple[str, str, str]]:
        """Kind, id and source of everything that keeps a thing from being deleted."""
        return self._all(
            "SELECT kind, id, why FROM uses WHERE used_kind = ? AND used_id = ? AND holds ORDER BY kind, id", kind, id_
        )

    def births(self, seed: str) -> int:
        """How often something was made from `seed` before, and count one more."""
        row = self._one("SELECT number FROM births WHERE seed = ?", seed)
        number = row[0] if row else 0
        self._do("INSERT OR REPLACE INTO births VALUES (?, ?)", seed, number + 1)
        return int(number)

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of this cloud, such as the DNS zones that exist."""
        row = self._one("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(row[0]) if row else default

    def configure(self, name: str, value: Any) -> None:
        """Change a setting."""
        with self.transaction():
            self._do("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, json.dumps(value))

    def copy(self, path: Path) -> Cloud:
        """The same cloud in another file, which must not exist."""
        target = sqlite3.connect(path)
        try:
            with self._told():
                self._connection().backup(target)
        finally:
            target.close()
        return Cloud(path)

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _connection(self) -> sqlite3.Connection:
        found = getattr(self._local, "connection", None)
        if found is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            found = sqlite3.connect(self.path, timeout=60, isolation_level=None)
            found.execute("PRAGMA synchronous = OFF")
            self._local.connection = found
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what is wrong with the file in place of SQLite's errors."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CloudAccessError(self.path, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise CloudFileError(self.path, str(error)) from error

    def _one(self, statement: str, *values: object) -> Any:
        with self._told():
            return self._connection().execute(statement, values).fetchone()

    def _all(self, statement: str, *values: object) -> list[Any]:
        with self._told():
            return self._connection().execute(statement, values).fetchall()

    def _do(self, statement: str, *values: object) -> None:
        with self._told():
            self._connection().execute(statement, values)
