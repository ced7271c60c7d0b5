import csv
from urllib.parse import urlsplit

import pytest
from syrupy.assertion import SnapshotAssertion

from andamio.contract.platform import Platform
from andamio.contract.views import context
from andamio.kubernetes.addons import ADDONS, HelmChart, argo_cd
from andamio.kubernetes.addons.argo_cd_flows import components, git_host
from andamio.kubernetes.flows import CLOSED_LAST, ToHost
from andamio.kubernetes.units import addon_manifests


def test_nobody_gets_in_without_single_sign_on_or_runs_commands(tienda: Platform) -> None:
    configuration = argo_cd.values(context(tienda.views["dev"]))["configs"]
    assert configuration["cm"]["admin.enabled"] is False
    assert configuration["cm"]["exec.enabled"] is False
    assert configuration["cm"]["users.anonymous.enabled"] is False
    assert configuration["rbac"]["policy.default"] == ""


def test_the_oidc_secret_is_named_and_never_written(tienda: Platform, snapshot: SnapshotAssertion) -> None:
    oidc = argo_cd.values(context(tienda.views["dev"]))["configs"]["cm"]["oidc.config"]
    assert 'clientSecret: "$argocd-oidc:clientSecret"' in oidc
    assert oidc == snapshot(name="oidc")


def test_a_team_sees_and_syncs_its_own_project_and_does_nothing_else(tienda: Platform) -> None:
    rows = list(csv.reader(argo_cd.rbac_policy(context(tienda.views["dev"])).splitlines(), skipinitialspace=True))
    rights = [row for row in rows if row[0] == "p"]
    for _, role, resource, action, target, effect in rights:
        team = role.removeprefix("role:team-")
        assert target in {team, f"{team}/*"}
        assert (resource, action) in {
            ("applications", "get"),
            ("applications", "sync"),
            ("logs", "get"),
            ("projects", "get"),
        }
        assert effect == "allow"
    assert len(rights) == 4 * len(tienda.shared.teams)
    groups = {row[1]: row[2] for row in rows if row[0] == "g"}
    assert groups["tienda-platform"] == "role:admin"
    assert list(groups.values()).count("role:admin") == 1


def test_production_survives_a_node_and_development_is_small(tienda: Platform) -> None:
    production, dev = (argo_cd.values(context(tienda.views[name])) for name in ("production", "dev"))
    assert production["redis-ha"]["enabled"] is True
    assert production["redis-ha"]["hardAntiAffinity"] is True
    assert production["server"]["replicas"] == production["repoServer"]["replicas"] == 2
    assert dev["redis-ha"] == {"enabled": False}
    assert dev["server"]["replicas"] == 1


def test_it_can_be_installed_before_anything_of_the_platform_is_there(tienda: Platform) -> None:
    """Terraform installs it with the same values into an empty cluster: no priority class of ours, no route."""
    for view in tienda.views.values():
        values = argo_cd.values(context(view))
        assert "andamio-" not in str(values)
        assert "httproute" not in values["server"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://git.tienda.example/platform.git", ("git.tienda.example", 443)),
        ("https://git.tienda.example:8443/platform.git", ("git.tienda.example", 8443)),
        ("ssh://git@git.tienda.example:2222/platform.git", ("git.tienda.example", 2222)),
        ("ssh://git@git.tienda.example/platform.git", ("git.tienda.example", 22)),
        ("git@github.com:tienda/platform.git", ("github.com", 22)),
    ],
)
def test_the_host_of_every_form_of_git_url_is_found(url: str, expected: tuple[str, int]) -> None:
    assert git_host(url) == expected


def test_the_repository_server_reaches_git_and_every_chart(tienda: Platform) -> None:
    shop = context(tienda.views["dev"])
    (server,) = [component for component in components(shop) if component.name == "argocd-repo-server"]
    hosts = {flow.host for flow in server.flows if isinstance(flow, ToHost)}
    wanted = {git_host(shop.shared.repository.url)[0]}
    for addon in ADDONS.values():
        url = addon.source.repository
        wanted.add(urlsplit(url).hostname or "")
        assert isinstance(addon.source, HelmChart) or "github.com" in url
    assert wanted <= hosts


def test_its_own_namespace_is_closed_after_everything_else_in_it(tienda: Platform) -> None:
    """Regression: closed first, Argo CD could not reach the API server to open what it needs."""
    for name in ("dev", "production"):
        waves = {
            manifest.name: int(manifest.body["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])
            for manifest in addon_manifests(argo_cd.ADDON, context(tienda.views[name]))
        }
        assert waves.pop("deny-all") == CLOSED_LAST
        assert max(waves.values()) < CLOSED_LAST
