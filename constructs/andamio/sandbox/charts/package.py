"""Packs stand-in charts as a chart repository serves them: an index, and an archive a chart, always the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from andamio.engines.find import files
from andamio.knowledge.charts import Chart, charts
from andamio.sandbox.charts.templates import templates
from andamio.sandbox.charts.workloads import CHARTS, StandIn

__all__ = ["INDEX", "pack"]

INDEX: Final = "index.yaml"
_MOMENT: Final = "2026-01-01T00:00:00Z"


def pack(folder: Path) -> dict[str, str]:
    """Write a folder for each repository that the catalog's charts come from; the real URL → name of its folder.

    Raises:
        MissingEngineError: module files with definitions are not there.
        LookupError: the catalog has a chart that nothing stands in for.
    """
    found: dict[str, str] = {}
    entries: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for chart in charts():
        if chart.name not in CHARTS:
            raise LookupError(f"Nothing stands in for the chart {chart.name}.")
        url = chart.repository.rstrip("/")
        name = found.setdefault(url, _name(url))
        data = _archive(chart, CHARTS[chart.name])
        file = f"{chart.name}-{chart.version}.tgz"
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / file).write_bytes(data)
        entry = {**_about(chart), "urls": [file], "digest": hashlib.sha256(data).hexdigest(), "created": _MOMENT}
        entries.setdefault(name, {}).setdefault(chart.name, []).append(entry)
    for name, listed in entries.items():
        text = json.dumps({"apiVersion": "v1", "entries": listed, "generated": _MOMENT}, indent=2)
        (folder / name / INDEX).write_text(text, encoding="utf-8")
    return found


def _name(url: str) -> str:
    return url.partition("://")[2].replace("/", "-")


def _about(chart: Chart) -> dict[str, str]:
    about = {
        "apiVersion": "v2",
        "name": chart.name,
        "version": chart.version,
        "appVersion": chart.app_version or chart.version,
        "description": f"Stands in for the chart {chart.name} in a sandbox",
    }
    return about | ({"kubeVersion": chart.kube_version} if chart.kube_version else {})


def _archive(chart: Chart, stand_in: StandIn) -> bytes:
    contents = {"Chart.yaml": json.dumps(_about(chart), indent=2), "values.yaml": "{}\n"}
    contents |= {f"templates/{name}": text for name, text in templates(stand_in).items()}
    if stand_in.definitions:
        contents |= {f"definitions/{file.name}": file.read_text("utf-8") for file in files(stand_in.definitions)}
    return _packed({f"{chart.name}/{path}": text for path, text in contents.items()})


def _packed(contents: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for path, text in contents.items():
            data = text.encode()
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()
