"""Turns every way in which a command may end into a message for people and an exit code."""

from __future__ import annotations

import errno
import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict

from typer import Abort
from typer._click.exceptions import ClickException  # typer carries its own copy of click

from andamio.checks.output import OutputError
from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.process import INTERRUPTED
from andamio.loading import CatalogError
from andamio.synthesis.errors import FULL, PublishError, fix_of
from andamio.synthesis.failures import BuildError, MachineError
from andamio.synthesis.run import CheckError

__all__ = ["CommandError", "guarded"]


_ADDON_ERROR = "AddonError"
"""An add-on's version or value that its chart does not know; told by name, to import no construct for it."""


class CommandError(Exception):
    """A command that cannot go on, with what to do about it."""

    def __init__(self, message: str, *, code: ExitCode = ExitCode.OUTSIDE) -> None:
        super().__init__(message)
        self.code = code


def guarded(command: Callable[[], object]) -> int:
    """Run `command` and return its exit code; tracebacks are for our own mistakes only."""
    try:
        result = command()
        terminal.flush()
    except (CatalogError, CheckError) as error:
        if "--json" in sys.argv[1:]:
            terminal.print_line(json.dumps([asdict(finding) for finding in error.findings], indent=2, default=str))
        else:
            terminal.findings(error.findings)
        return ExitCode.FINDINGS
    except PublishError as error:
        terminal.error(str(error))
        return ExitCode.REFUSED
    except OutputError as error:
        terminal.error(str(error))
        return ExitCode.OUTSIDE
    except CommandError as error:
        terminal.error(str(error))
        return error.code
    except ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (KeyboardInterrupt, Abort):
        return _interrupted()
    except (MachineError, terminal.StreamError) as error:
        terminal.error(str(error))
        return ExitCode.OUTSIDE
    except BuildError as error:
        if error.kind == _ADDON_ERROR:
            terminal.error(error.reason)
            return ExitCode.FINDINGS
        terminal.error(f"{error}\nThis is a mistake of Andamio or of its composition, not of the catalog.")
        terminal.detail(error.trace)
        return ExitCode.BUG
    except (MemoryError, OSError) as error:
        if (number := errno.ENOMEM if isinstance(error, MemoryError) else error.errno) in FULL:
            what, fix = fix_of(OSError(number, ""))
            terminal.error(f"{_file_of(error)}{what}. {fix}.")
            return ExitCode.REFUSED
        return _bug(error)
    except Exception as error:
        if type(error).__name__ == _ADDON_ERROR:
            terminal.error(str(error))
            return ExitCode.FINDINGS
        return _bug(error)
    if result == ExitCode.INTERRUPTED:  # typer makes an exit code of Ctrl-C, and says nothing
        return _interrupted()
    return int(result) if isinstance(result, int) else ExitCode.OK


def _bug(error: Exception) -> ExitCode:
    terminal.error(
        f"{type(error).__name__}: {error}\nThis is a mistake of Andamio; please report it with what follows."
    )
    terminal.detail("".join(traceback.format_exception(error)))
    return ExitCode.BUG


def _file_of(error: Exception) -> str:
    name = getattr(error, "filename", None)
    return f"{name}: " if name else ""


def _interrupted() -> ExitCode:
    terminal.error(INTERRUPTED.removeprefix("error: "))
    return ExitCode.INTERRUPTED
