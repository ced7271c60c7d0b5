"""`andamio secrets`: what people have to put into a key store, where, and where they get it. Never a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.graph import view_of
from andamio.cloud.links_gitops import manual_secrets
from andamio.contract.platform import EnvironmentView
from andamio.contract.secrets import manual_link
from andamio.loading import load
from andamio.synthesis.run import Project

__all__ = ["Wanted", "secrets", "wanted"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One secret that a person provides."""

    path: str
    """Where it goes in the environment's key store."""

    keys: tuple[str, ...]
    """Keys of the JSON object that goes there."""

    owner: str
    """The service that reads it, or `platform`."""

    instructions: str
    """Where a person gets it and who may."""


def wanted(view: EnvironmentView) -> Iterator[Wanted]:
    """Every secret of an environment that a person provides: the platform's, then the services'."""
    for secret in manual_secrets(view.shared.repository):
        yield Wanted(path=secret.link.path, keys=secret.link.keys, owner="platform", instructions=secret.instructions)
    for service in view.services:
        for manual in service.secrets:
            link = manual_link(service, manual)
            yield Wanted(path=link.path, keys=link.keys, owner=service.name, instructions=manual.instructions)


def secrets(*, catalog: Path | None, environment: str | None, as_json: bool) -> int:
    """Print them and return the exit code."""
    view = view_of(load(Project.at(catalog=catalog).catalog), environment)
    found = list(wanted(view))
    if as_json:
        terminal.print_line(json.dumps([asdict(one) for one in found], indent=2))
        return ExitCode.OK
    terminal.print_line(
        f"{terminal.bold(view.environment.name)}: {len(found)} secrets that people put into its key store "
        f"({view.outputs.key_store_id})"
    )
    for one in found:
        terminal.print_line(f"\n{terminal.bold(one.path)}  for {one.owner}, keys {', '.join(one.keys)}")
        terminal.print_line(f"  {one.instructions}")
    return ExitCode.OK
