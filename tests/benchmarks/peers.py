"""What synthesis is measured beside: the same objects as a Kustomize base with overlays, and as a bare cdk8s app."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

__all__ = ["bare_cdk8s", "kustomize"]

_APP = '''"""The same objects as a bare cdk8s app: one chart a service and environment."""

import json
import sys
from pathlib import Path

from andamio.cdk8s import ApiObject, App, Chart

objects = json.loads(Path(sys.argv[1]).read_text())
app = App(outdir=sys.argv[2])
for environment, folders in objects.items():
    for folder, bodies in folders.items():
        chart = Chart(app, f"{environment}-{folder}", disable_resource_name_hashes=True)
        for index, body in enumerate(bodies):
            spec = {key: value for key, value in body.items() if key not in ("apiVersion", "kind", "metadata")}
            api = ApiObject(chart, str(index), api_version=body["apiVersion"], kind=body["kind"],
                            metadata={"name": body["metadata"]["name"], "namespace": body["metadata"].get("namespace")})
            for key, value in spec.items():
                from cdk8s import JsonPatch
                api.add_json_patch(JsonPatch.add(f"/{key}", value))
app.synth()
'''


def kustomize(dist: Path, folder: Path, environments: Sequence[str]) -> int:
    """Write `folder/base` with the objects of the first environment and an overlay for each; return their number.

    Each overlay sets a label and the images' tags, as overlays do.
    """
    base = folder / "base"
    base.mkdir(parents=True)
    resources, images = [], set()
    for path in sorted((dist / "k8s" / environments[0]).glob("svc-*/*.yaml")):
        if path.name == "kustomization.yaml":
            continue
        name = f"{path.parent.name}.{path.name}"
        text = path.read_text()
        (base / name).write_text(text)
        resources.append(name)
        images.update(
            line.split("image: ")[1].split("@")[0].rsplit(":", 1)[0] for line in text.splitlines() if "image: " in line
        )
    _write(base, {"resources": resources})
    for environment in environments:
        overlay = folder / "overlays" / environment
        overlay.mkdir(parents=True)
        tags = [{"name": image, "newTag": environment} for image in sorted(images)]
        labels = [{"pairs": {"andamio.dev/environment": environment}, "includeSelectors": False}]
        _write(overlay, {"resources": ["../../base"], "labels": labels, "images": tags})
    return len(resources) * len(environments)


def _write(folder: Path, content: dict[str, object]) -> None:
    head = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump({**head, **content}, sort_keys=False))


def bare_cdk8s(dist: Path, folder: Path) -> tuple[Path, Path]:
    """Write the app and its objects; return both files."""
    objects: dict[str, dict[str, list[object]]] = {}
    for path in sorted((dist / "k8s").glob("*/svc-*/*.yaml")):
        if path.name != "kustomization.yaml":
            environment, name = path.parts[-3], path.parts[-2]
            body = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
            objects.setdefault(environment, {}).setdefault(name, []).append(body)
    folder.mkdir(parents=True)
    data, app = folder / "objects.json", folder / "app.py"
    data.write_text(json.dumps(objects))
    app.write_text(_APP)
    return app, data
