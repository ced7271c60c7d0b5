"""Turns every way in which a command may end into a message for people and an exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict

from typer import Abort
from typer._click.exceptions import ClickException  # typer carries its own copy of click

from andamio.checks.output import OutputError
from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.loading import CatalogError
from andamio.synthesis.build import BuildError
from andamio.synthesis.errors import PublishError
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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return ExitCode.OK
    except BuildError as error:
        if error.kind == _ADDON_ERROR:
            terminal.error(error.reason)
            return ExitCode.FINDINGS
        terminal.error(f"{error}\nThis is a mistake of Andamio or of its composition, not of the catalog.")
        terminal.detail(error.trace)
        return ExitCode.BUG
    except Exception as error:
        if type(error).__name__ == _ADDON_ERROR:
            terminal.error(str(error))
            return ExitCode.FINDINGS
        terminal.error(
            f"{type(error).__name__}: {error}\nThis is a mistake of Andamio; please report it with what follows."
        )
        terminal.detail(traceback.format_exc())
        return ExitCode.BUG
    if result == ExitCode.INTERRUPTED:  # typer makes an exit code of Ctrl-C, and says nothing
        return _interrupted()
    return int(result) if isinstance(result, int) else ExitCode.OK


def _interrupted() -> ExitCode:
    terminal.error("Interrupted. Published files are as they were; run the command again.")
    return ExitCode.INTERRUPTED
