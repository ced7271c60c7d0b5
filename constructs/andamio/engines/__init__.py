"""The programs that `dist/` is proven on: found on the machine, or built from the Go module proxy.

`path("etcd")` is the program, `files("argo-cd-crds")` the definitions; `install()` makes what is missing.
"""

from andamio.engines.engine import BuiltEngine, Engine
from andamio.engines.errors import BuildError, EngineError, MissingEngineError, StartError
from andamio.engines.find import Found, Where, files, find, path
from andamio.engines.go_program import GoProgram, ModuleFiles
from andamio.engines.install import install
from andamio.engines.npm import NpmCommand
from andamio.engines.on_machine import MachineProgram
from andamio.engines.table import ENGINES, FILES, KUBERNETES, engine, module_files

__all__ = [
    "ENGINES",
    "FILES",
    "KUBERNETES",
    "BuildError",
    "BuiltEngine",
    "Engine",
    "EngineError",
    "Found",
    "GoProgram",
    "MachineProgram",
    "MissingEngineError",
    "ModuleFiles",
    "NpmCommand",
    "StartError",
    "Where",
    "engine",
    "files",
    "find",
    "install",
    "module_files",
    "path",
]
