"""How a deployment reaches what all environments of a sandbox share: object storage, key store, git remote, charts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from andamio.contract.platform import Platform
from andamio.sandbox.addresses import Addresses, addresses
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.overrides import OVERRIDE
from andamio.sandbox.parts import CHARTS, GIT, KEYS, STORAGE
from andamio.sandbox.site import Site
from andamio.sandbox.stacks import environment

__all__ = ["Reach"]

_NOBODY: Final = "sandbox@andamio.invalid"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Addresses and keys of the shared parts, as they were written down when these started."""

    tree: Path
    storage: Mapping[str, str]
    keys: Mapping[str, str]
    git: Mapping[str, str]
    charts: Mapping[str, str]

    @classmethod
    def of(cls, site: Site) -> Reach:
        """The shared parts of a sandbox.

        Raises:
            SandboxError: one does not run.
        """
        found: dict[str, Mapping[str, str]] = {CHARTS: {"instead": "{}"}}  # real charts come from where they are
        for name in (STORAGE, KEYS, GIT, *(() if site.record.charts == "real" else (CHARTS,))):
            part = site.record.parts.get(name)
            if part is None or not part.alive:
                raise SandboxError(f"{name} does not run. Run `andamio sandbox up` again.")
            found[name] = part.facts
        return cls(tree=site.tree, storage=found[STORAGE], keys=found[KEYS], git=found[GIT], charts=found[CHARTS])

    @property
    def environment(self) -> dict[str, str]:
        """Variables for what reads or writes states."""
        return environment(
            access_key=self.storage["access_key"],
            secret_key=self.storage["secret_key"],
            storage=self.storage["endpoint"],
        )

    def addresses(self, platform: Platform) -> Addresses:
        """What stands in `dist/` and what comes in its place."""
        return addresses(
            platform,
            git=self.git["url"],
            charts_at=json.loads(self.charts["instead"]),
            storage=self.storage["endpoint"],
            key_store=self.keys["url"],
        )

    def commit(self, message: str, branch: str) -> str:
        """Commit the work tree and push it to the sandbox's remote; the commit that its branch has then.

        Raises:
            SandboxError: git fails.
        """
        if not (self.tree / ".git").is_dir():
            self._git("init", "--quiet", f"--initial-branch={branch}")
            exclude = self.tree / ".git" / "info" / "exclude"
            exclude.parent.mkdir(exist_ok=True)
            exclude.write_text(f".terraform/\n.terraform.lock.hcl\n{OVERRIDE}\n", encoding="utf-8")
        self._git("add", "--all")
        if self._git("status", "--porcelain").strip():
            self._git("commit", "--quiet", "--message", message)
        self._git("push", "--quiet", "--force", self.git["push"], f"HEAD:refs/heads/{branch}")
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self.tree,
                env={
                    **kept,
                    "GIT_CONFIG_GLOBAL": os.devnull,
                    "GIT_CONFIG_NOSYSTEM": "1",
                    "GIT_TERMINAL_PROMPT": "0",
                    **{f"GIT_{who}_NAME": "Andamio's sandbox" for who in ("AUTHOR", "COMMITTER")},
                    **{f"GIT_{who}_EMAIL": _NOBODY for who in ("AUTHOR", "COMMITTER")},
                },
                capture_output=True,
                stdin=subprocess.DEVNULL,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            raise SandboxError("`git` is not on PATH. Install it.") from None
        if done.returncode:
            raise SandboxError(f"`git {arguments[0]}` in {self.tree} failed: {done.stderr.strip()}")
        return done.stdout
