"""The page that benchmarks write, a section each."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

__all__ = ["PAGE", "ROOT", "kept", "machine", "replaced"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"


def replaced(page: str, heading: str, text: str) -> str:
    """The page with a section's text in the place of the old one, or behind all others when it is new."""
    section = f"## {heading}\n\n{text.strip()}\n"
    old = _section(page, heading)
    if old is None:
        return f"{page.rstrip()}\n\n{section}"
    return page[: old.start()] + section + ("\n" if page[old.end() :] else "") + page[old.end() :]


def kept(page: str, heading: str) -> str:
    """The section of that heading, with it; empty when the page has none."""
    found = _section(page, heading)
    return found[0].strip() + "\n" if found else ""


def machine() -> str:
    """What the figures were measured on: cores, processor, system, Python, kubectl."""
    model = "unknown processor"
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        model = platform.processor() or model
    kubectl = ""
    if shutil.which("kubectl"):
        done = subprocess.run(["kubectl", "version", "--client"], capture_output=True, text=True, check=False)
        kubectl = "; " + ", ".join(line.strip() for line in done.stdout.splitlines())
    return f"{os.cpu_count()} cores of {model}, {platform.system()}, Python {platform.python_version()}{kubectl}"


def _section(page: str, heading: str) -> re.Match[str] | None:
    return re.search(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", page, re.M | re.S)
