"""Helm itself, for releases in a cluster that runs: renders the chart, applies it, waits, and refuses in its own words.

Only clusters of a sandbox run. Any other cluster of the imitated cloud has no API, and its releases are records.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from andamio.engines.errors import EngineError
from andamio.engines.find import path
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.protocol.values import Values

__all__ = ["CHART_FOLDER", "HelmProgram", "runs"]

CHART_FOLDER: Final = "chart-folder:"
"""Prefix of the setting that tells, for a cluster, the folder to which a chart's relative path belongs."""

_FLAGS: Final = {
    "atomic": "--atomic",
    "create_namespace": "--create-namespace",
    "disable_webhooks": "--no-hooks",
    "skip_crds": "--skip-crds",
    "wait": "--wait",
    "wait_for_jobs": "--wait-for-jobs",
}
"""Argument of the resource → flag of the command."""

_SOURCE: Final = "Helm itself, in the cluster that runs"
_SPARE_SECONDS: Final = 60


def runs(cloud: Cloud, cluster: Values) -> bool:
    """Whether a cluster has an API that answers: a sandbox told the cloud how to get into it."""
    return bool(cloud.setting(f"kubernetes-access:{cluster.get('name')}"))


class HelmProgram:
    """The command `helm` for one cluster.

    Args:
        cloud: The imitated cloud.
        cluster: The cluster, as the cloud has it.
    """

    def __init__(self, cloud: Cloud, cluster: Values) -> None:
        self._folder = cloud.setting(f"{CHART_FOLDER}{cluster.get('name')}", "")
        self._kubeconfig = str(cluster["kubeconfig"])

    def deploy(self, given: Values, *, first: bool) -> str:
        """Install or upgrade a release; what the chart's notes say.

        Raises:
            Refusal: Helm refuses, in its words.
        """
        chart = str(given["chart"])
        if chart.startswith(("./", "../")) and self._folder:
            chart = str(Path(self._folder, chart))
        arguments = ["install" if first else "upgrade", str(given["name"]), chart, "--namespace", given["namespace"]]
        for name, flag in (("repository", "--repo"), ("version", "--version")):
            if given.get(name):
                arguments += [flag, str(given[name])]
        arguments += [flag for name, flag in _FLAGS.items() if given.get(name)]
        # What the sandbox's own Argo CD needs before its chart comes (definitions, settings) lies in the cluster
        # already and belongs to no release, so a release takes over what it finds.
        arguments += ["--take-ownership", "--timeout", f"{int(given.get('timeout') or 300)}s", "--output", "json"]
        texts = [str(text) for text in given.get("values") or ()]
        told = self._run(arguments, values=[*texts, *_set(given)], seconds=float(given.get("timeout") or 300))
        try:
            return str(json.loads(told).get("info", {}).get("notes", ""))
        except ValueError:
            return ""

    def end(self, name: str, namespace: str) -> None:
        """Uninstall a release, if it is there.

        Raises:
            Refusal: Helm refuses, or nobody answers.
        """
        self._run(["uninstall", name, "--namespace", namespace, "--ignore-not-found", "--wait"], values=[], seconds=300)

    def _run(self, arguments: list[str], *, values: list[str], seconds: float) -> str:
        try:
            program = path("helm")
        except EngineError as error:
            raise Refusal(str(error), source=_SOURCE) from None
        with tempfile.TemporaryDirectory(prefix="andamio-helm-") as name:
            folder = Path(name)
            files = {"kubeconfig": self._kubeconfig, **{f"values-{n}.yaml": text for n, text in enumerate(values)}}
            for file, text in files.items():
                (folder / file).touch(0o600)
                (folder / file).write_text(text, encoding="utf-8")
            command = [str(program), *arguments, *(f"--values={folder / file}" for file in files if "values" in file)]
            try:
                done = subprocess.run(
                    command,
                    env={
                        "PATH": "/usr/bin:/bin",
                        "HOME": name,
                        "KUBECONFIG": str(folder / "kubeconfig"),
                        "HELM_CACHE_HOME": str(folder / "cache"),
                        "HELM_CONFIG_HOME": str(folder / "config"),
                        "HELM_DATA_HOME": str(folder / "data"),
                    },
                    capture_output=True,
                    stdin=subprocess.DEVNULL,
                    text=True,
                    timeout=seconds + _SPARE_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise Refusal(f"helm {arguments[0]} did not end in time", source=_SOURCE) from None
        if done.returncode:
            raise Refusal(done.stderr.strip().removeprefix("Error: "), source=_SOURCE)
        return done.stdout


def _set(given: Values) -> list[str]:
    """The values of `set` and `set_sensitive` as documents; texts of the type `string` stay texts."""
    found: dict[str, Any] = {}
    for one in (*(given.get("set") or ()), *(given.get("set_sensitive") or ())):
        inner = found
        *way, last = _parts(str(one["name"]))
        for part in way:
            inner = inner.setdefault(part, {})
        inner[last] = one["value"] if one.get("type") == "string" else _plain(str(one["value"]))
    return [json.dumps(found)] if found else []


def _parts(name: str) -> list[str]:
    """The parts of a name as Helm splits it: at dots that no backslash keeps."""
    return [part.replace("\0", ".") for part in name.replace("\\.", "\0").split(".")]


def _plain(text: str) -> Any:
    words: Mapping[str, Any] = {"true": True, "false": False, "null": None}
    return words.get(text, int(text) if text.isdigit() and not text.startswith("0") else text)
