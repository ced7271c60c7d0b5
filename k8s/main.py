"""The cdk8s app: every folder of Kubernetes objects of an environment."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    # A script finds modules beside itself, and this one's are named from the project's folder.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from andamio.contract.platform import EnvironmentView
from andamio.contract.shares import ChartShare
from andamio.contract.views import context, service_view
from andamio.kubernetes.addons import ADDONS
from andamio.kubernetes.applications import ACCESS
from andamio.kubernetes.grants_view import grants_view
from andamio.kubernetes.units import GRANTS, addon_manifests
from k8s.views import AccessView, AddonView, ApplicationsView, ConcernView, SecretStoresView

__all__ = ["shares"]

ENVIRONMENTS = "catalog/environments.py"
"""Where environments are declared, for the first line of each file."""


def shares(view: EnvironmentView) -> Iterator[ChartShare]:
    """Every folder of `dist/k8s/<environment>/`: the platform's, the add-ons', the services', the Applications'."""
    common = context(view)
    owners = tuple((service.name, service.team) for service in view.services)
    concern = ConcernView(context=common)
    renamed = tuple(
        (service.name, service.original_name) for service in view.services if service.name != service.original_name
    )
    yield _share(view, "platform", "k8s.platform_chart:PlatformChart", concern)
    yield _share(
        view,
        "secret-stores",
        "k8s.secret_stores_chart:SecretStoresChart",
        SecretStoresView(context=common, renamed=renamed),
    )
    yield _share(view, "certificates", "k8s.gateway_chart:CertificatesChart", concern)
    yield _share(view, "gateway", "k8s.gateway_chart:GatewayChart", concern)
    for addon in ADDONS.values():
        if addon_manifests(addon, common):
            yield _share(view, addon.name, "k8s.addon_chart:AddonChart", AddonView(context=common, addon=addon.name))
    if view.database_clusters:
        yield _share(view, GRANTS, "k8s.grants_chart:GrantsChart", grants_view(view))
    if owners:
        yield _share(view, ACCESS, "k8s.platform_chart:AccessChart", AccessView(context=common, owners=owners))
    for service in view.services:
        found = service_view(view, service.name)
        yield _share(view, service.name, "k8s.service_chart:ServiceChart", found, source=found.source)
    databases = bool(view.database_clusters)
    applications = ApplicationsView(context=common, owners=owners, databases=databases)
    yield _share(view, "applications", "k8s.applications_chart:ApplicationsChart", applications)


def _share(
    view: EnvironmentView, folder: str, chart: str, share_view: object, *, source: str = ENVIRONMENTS
) -> ChartShare:
    return ChartShare(environment=view.environment.name, folder=folder, source=source, chart=chart, view=share_view)


if __name__ == "__main__":
    from andamio.cli import run_plane

    run_plane("kubernetes")
