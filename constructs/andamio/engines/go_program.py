"""Engines that are built from the Go module proxy, and files that are read from there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from andamio.engines.engine import BuiltEngine
from andamio.engines.released import ReleasedBinary

__all__ = ["MAINS", "RECIPE", "Edit", "GoProgram", "ModuleFiles"]

RECIPE: Final = 1
"""Revision of the way in which engines are built; another one builds all of them anew."""

MAINS: Final = Path(__file__).parent / "mains"
"""Where the main packages of our own lie."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A text in a module's file that is replaced where no flag does what is needed."""

    file: str
    """The file, relative to the module."""

    old: str
    """The text; it has to be there once."""

    new: str


@dataclass(frozen=True, kw_only=True)
class GoProgram(BuiltEngine):
    """A program that is found on the machine, or built from the Go module proxy; `module` is a Go module."""

    package: str
    """The main package, relative to the module. Empty: the module's root."""

    local_replacements: dict[str, str] = field(default_factory=dict)
    """Version of each module that upstream's go.mod replaces by a folder of its own repository.

    The key `*` stands for every such module that is not named. A module without a version here is not replaced.
    """

    main: str = ""
    """Name of a main package of our own beside the table, built on the module. Empty: the module brings its own."""

    edits: tuple[Edit, ...] = ()
    """What is changed in the module's files before it is built."""

    additional_replacements: dict[str, str] = field(default_factory=dict)
    """Replacements that upstream's go.mod lacks, each as `module` to `module@version`."""

    linker_values: dict[str, str] = field(default_factory=dict)
    """Variables that the linker sets (`-X`), such as the version that a server reports."""

    space: int = 6
    """Free space that the build takes at most, GB, download and build caches included."""

    released: ReleasedBinary | None = None
    """Where the project publishes the program, unchanged. None: nowhere that a checksum is published, too."""

    def fits(self, version: str) -> bool:
        """Whether a program of this version on the machine will do: none does where the source is edited here."""
        return not self.edits and super().fits(version)

    @property
    def import_path(self) -> str:
        """The main package's import path; `.` where it is our own."""
        if self.main:
            return "."
        return f"{self.module}/{self.package}" if self.package else self.module

    @property
    def source(self) -> str:
        """The Go source of the main package of our own; empty where the module brings its own."""
        return (MAINS / f"{self.main}.go.txt").read_text(encoding="utf-8") if self.main else ""

    def key(self, *, system: str, architecture: str) -> str:
        """What the build depends on, as 12 hexadecimal digits.

        Module, package, version, replacements, linker values, the source of a main package of our own, edits, the
        recipe's revision, the operating system and the processor. Go's own version is not in it: a patch of the
        compiler is no reason to build for an hour.
        """
        inputs = asdict(self)
        kept = ("module", "package", "version", "local_replacements", "additional_replacements", "linker_values")
        own: dict[str, object] = {"source": self.source} if self.main else {}
        if self.edits:
            own["edits"] = inputs["edits"]
        return _digest(
            {**{name: inputs[name] for name in kept}, **own, "on": f"{system}/{architecture}", "recipe": RECIPE}
        )


@dataclass(frozen=True, kw_only=True)
class ModuleFiles:
    """Files of a Go module that engines or tests read, such as custom resource definitions."""

    name: str
    module: str
    version: str
    paths: tuple[str, ...]
    """Glob patterns in the module, in the order in which the files are read."""

    stands_for: str | None = None
    """The version that the catalog installs, where the module of that version is not served. None: the same."""

    @property
    def key(self) -> str:
        """What the files depend on, as 12 hexadecimal digits."""
        return _digest({"module": self.module, "version": self.version, "paths": self.paths})


def _digest(inputs: dict[str, object]) -> str:
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
