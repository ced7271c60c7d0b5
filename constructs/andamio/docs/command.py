"""The reference of the command: every subcommand with its arguments and options, and the exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from andamio.cli.exit_codes import ExitCode
from andamio.cli.program import program
from andamio.docs.markdown import GENERATED, attribute_docs, table

__all__ = ["command_page", "commands"]


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups too, in the order of the help."""
    yield from _walk("andamio", program)


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from _walk(f"{name} {child}", inner)


def command_page() -> str:
    """The page `docs/reference/command.md`."""
    parts = [f"# The command\n\n{GENERATED}\n"]
    for name, command in commands():
        is_group = bool(getattr(command, "commands", {}))
        parts.append(f"{'##' if is_group else '###'} `{name}`\n\n{(command.help or '').strip()}\n")
        rows = list(_parameters(command))
        if rows:
            parts.append(table(("argument or option", "meaning"), rows))
    docs = attribute_docs(ExitCode)
    rows = [(str(int(code)), docs[code.name]) for code in ExitCode]
    parts.append(f"## Exit codes\n\n{table(('code', 'meaning'), rows)}")
    return "\n".join(parts)


def _parameters(command: Any) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if not getattr(parameter, "hidden", False) and parameter.name != "help":
            yield _shown(parameter), _meaning(parameter)


def _shown(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        return f"`{name}`" if parameter.required else f"`[{name}]`"
    value = "" if parameter.is_flag or parameter.count else f" {parameter.metavar or _value_name(parameter)}"
    return ", ".join(f"`{name}{value}`" for name in [*parameter.opts, *parameter.secondary_opts])


def _value_name(parameter: Any) -> str:
    """What stands for an option's value: its longest name, without dashes."""
    return str(max(parameter.opts, key=len)).lstrip("-").replace("-", "_").upper()


def _meaning(parameter: Any) -> str:
    """The help text; a default that it does not tell comes after it."""
    text = parameter.help or ""
    tells = "Default" in text or parameter.is_flag if parameter.param_type_name == "option" else True
    return text if tells or parameter.default in (None, "") else f"{text} Default: {parameter.default}."
