"""The secrets that the key store cannot give a cluster yet, as a Helm release of their own.

External Secrets needs a token before it can read the key store, and Argo CD needs its repository and its single
sign-on before it installs External Secrets. They are read from the key store by Terraform; a value that is changed
there is a change of this release alone, which is how they are rotated.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from andamio.cdktf import Construct, ITerraformDependable
from andamio.cloud.text import plain
from andamio.contract.labels import Labels, namespace_labels
from cdktf_cdktf_provider_helm.release import Release

__all__ = ["CHART", "BootstrapSecret", "BootstrapSecrets", "chart_files", "encoded"]

CHART: Final = "charts/bootstrap-secrets"
"""Where the chart lies, in this package and in the stack's folder."""

_NAMESPACE: Final = "kube-system"
"""Where Helm keeps the release, whose record holds the secrets: the one namespace that is always there and that
only administrators read."""


@dataclass(frozen=True, kw_only=True)
class BootstrapSecret:
    """One Secret of the cluster."""

    name: str
    namespace: str
    secret: Mapping[str, str]
    """Key → Terraform expression of its value; passed as a sensitive value."""

    plain: Mapping[str, str] = field(default_factory=dict)
    """Key → a value that is no secret. Default: none."""

    labels: Labels = field(default_factory=dict)
    """Labels by which a controller finds it. Default: none."""


class BootstrapSecrets(Release):
    """Namespaces with their Pod Security level, and Secrets in them.

    The namespaces come first, with labels (`create_namespace` of Helm sets none), and stay when the release goes;
    Argo CD takes them over with the same labels. When it is installed again it takes what it left behind for its
    own (`take_ownership`). Values travel in base64, so that Helm's parser of `--set`, to which
    commas and braces mean something, takes any of them as it is.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        namespaces: Sequence[str],
        secrets: Sequence[BootstrapSecret],
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        values = {
            "namespaces": {name: {"labels": _labels()} for name in namespaces},
            "secrets": {
                secret.name: {
                    "namespace": secret.namespace,
                    "labels": secret.labels,
                    "data": {key: encoded(value) for key, value in secret.plain.items()},
                }
                for secret in secrets
            },
        }
        super().__init__(
            scope,
            id_,
            name="bootstrap-secrets",
            namespace=_NAMESPACE,
            chart=f"${{path.module}}/{CHART}",
            values=[plain(json.dumps(values, sort_keys=True))],
            set_sensitive=[
                {
                    "name": f"secrets.{secret.name}.data.{key}",
                    "value": f"${{base64encode({expression})}}",
                    "type": "string",
                }
                for secret in secrets
                for key, expression in secret.secret.items()
            ],
            create_namespace=False,
            take_ownership=True,
            atomic=True,
            wait=True,
            timeout=120,
            depends_on=list(depends_on),
        )
        self.override_logical_id("bootstrap_secrets")


def _labels() -> Labels:
    """What makes the API server enforce `restricted`; who manages it is a label that Helm sets by itself."""
    return {key: value for key, value in namespace_labels().items() if key.startswith("pod-security.")}


def encoded(value: str) -> str:
    """A value that is no secret as a Secret's `data` holds it."""
    return base64.b64encode(value.encode()).decode()


def chart_files() -> Mapping[str, bytes]:
    """The chart's files by their path relative to the stack's folder, sorted.

    Terraform reads the chart from the stack's folder, so whoever writes the stack writes these beside it.
    """
    package = files("andamio")
    return dict(sorted(_below(package.joinpath(*CHART.split("/")), CHART)))


def _below(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        here = f"{path}/{entry.name}"
        if entry.is_dir():
            found.extend(_below(entry, here))
        elif not entry.name.startswith("."):
            found.append((here, entry.read_bytes()))
    return found
