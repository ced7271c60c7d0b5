"""The Kubernetes versions that each add-on's project supports or tests.

A chart's own `kubeVersion` only says below which version its objects do not exist; a project
promises less than that. Each entry names its source in words and says where it is inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class KubernetesSupport:
    """The range of Kubernetes minor versions of one add-on, both ends included."""

    minimum: str
    """Oldest supported minor version, such as `1.32`."""

    maximum: str
    """Newest supported minor version, such as `1.35`."""

    tested_only: bool
    """Whether the project only tests these versions: others may work, without a promise."""

    inferred: bool
    """Whether the range is deduced from a neighbouring release instead of being stated."""

    source: str
    """Where the range comes from, in words."""

    def covers(self, version: str) -> bool:
        """Whether a Kubernetes version such as `1.34` or `v1.34.2` lies in the range.

        Raises:
            ValueError: the version does not begin with two numbers.
        """
        return minor(self.minimum) <= minor(version) <= minor(self.maximum)


def minor(version: str) -> tuple[int, int]:
    """Return the major and minor number of a version such as `1.34`, `v1.34.2` or `1.34.2-3`.

    Raises:
        ValueError: the version does not begin with two numbers.
    """
    major, _, rest = version.removeprefix("v").partition(".")
    return int(major), int(rest.partition(".")[0].partition("-")[0])


_ISTIO: Final = KubernetesSupport(
    minimum="1.32",
    maximum="1.36",
    tested_only=False,
    inferred=True,
    source="IBM Cloud's table of its Istio add-on (1.30 on 1.32 to 1.36); Istio's own page Supported Releases"
    " was not at hand for 1.30",
)

SUPPORT: Final[dict[tuple[str, str], KubernetesSupport]] = {
    ("argo-cd", "10.1.1"): KubernetesSupport(
        minimum="1.32",
        maximum="1.35",
        tested_only=True,
        inferred=True,
        source="Argo CD's page Tested versions: four minors a release, up to the newest at its branching"
        " (3.2: 1.31 to 1.34); for 3.4, branched in March 2026, deduced from that rule",
    ),
    ("base", "1.30.3"): _ISTIO,
    ("cert-manager", "v1.21.1"): KubernetesSupport(
        minimum="1.33",
        maximum="1.36",
        tested_only=False,
        inferred=True,
        source="cert-manager's page Supported Releases gives 1.32 to 1.35 for 1.20; for 1.21 as the release"
        " notes of kupre, an upgrade checker, quote that page",
    ),
    ("external-secrets", "2.9.0"): KubernetesSupport(
        minimum="1.19",
        maximum="1.36",
        tested_only=True,
        inferred=True,
        source="External Secrets' page Stability and Support promises only the one version of its test suite"
        " (1.34 for 2.0) and lists none for 2.9; the minimum is the chart's own kubeVersion, the maximum"
        " the newest released minor",
    ),
    ("istiod", "1.30.3"): _ISTIO,
}
"""Support by chart name and version. A chart that is missing has its `kubeVersion` only."""
