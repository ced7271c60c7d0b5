import base64
import hashlib
import json
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from andamio.bindings.schema import check_terraform_json
from andamio.cloud.links_gitops import argocd_oidc, argocd_repository, key_store_token_link, manual_secrets
from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.views import context
from andamio.kubernetes.addons import argo_cd, external_secrets
from andamio.kubernetes.projects import projects
from andamio.kubernetes.secret_stores import TOKEN_KEY, TOKEN_SECRET
from andamio.model import Repository
from infra.stacks.gitops import GitopsStack
from tests.infra.builtin_terraform import needs_terraform, terraform, write
from tests.infra.small_shop import SHARED, gitops_stack, platform

CLUSTER_ID = "data.terraform_remote_state.cluster.outputs.cluster_id"
HOST = "data.ovh_cloud_project_kube.cluster.kubeconfig_attributes[0].host"


def with_outputs(source="ovh", cluster_id="cluster-1", shared="ovh"):
    of = platform(outputs={"production": CloudOutputs(source=source, cluster_id=cluster_id)})
    return replace(of, shared_outputs=SharedOutputs(source=shared))


@pytest.fixture(scope="module")
def stack():
    return gitops_stack(with_outputs())


@pytest.fixture(scope="module")
def releases(stack):
    return stack["resource"]["helm_release"]


def values(release):
    return json.loads(release["values"][0].replace("$${", "${").replace("%%{", "%{"))


def test_the_providers_take_every_argument(stack) -> None:
    assert check_terraform_json(stack) == []


def test_releases_come_one_after_the_other_and_all_after_the_precondition(releases) -> None:
    assert releases["bootstrap_secrets"]["depends_on"] == ["terraform_data.catalog_outputs"]
    assert releases["argocd"]["depends_on"] == ["helm_release.bootstrap_secrets"]
    assert releases["root"]["depends_on"] == ["helm_release.argocd"]


def test_the_kubeconfig_is_read_and_never_crosses_as_an_output(stack) -> None:
    kubernetes = stack["provider"]["helm"][0]["kubernetes"]
    assert set(kubernetes) == {"host", "cluster_ca_certificate", "client_certificate", "client_key"}
    assert all(
        "data.ovh_cloud_project_kube.cluster.kubeconfig_attributes[0]." in value for value in kubernetes.values()
    )
    assert "insecure" not in kubernetes
    assert stack["data"]["ovh_cloud_project_kube"]["cluster"]["kube_id"] == f"${{{CLUSTER_ID}}}"
    assert "output" not in stack


def test_no_secret_is_a_literal(releases) -> None:
    given = {entry["name"]: entry["value"] for entry in releases["bootstrap_secrets"]["set_sensitive"]}
    assert given
    for value in given.values():
        assert value.startswith("${base64encode(jsondecode(data.ovh_okms_secret.")
    visible = values(releases["bootstrap_secrets"])["secrets"]
    for name, secret in visible.items():
        hidden = {entry.rpartition(".")[2] for entry in given if entry.split(".")[1] == name}
        assert hidden, "a Secret without anything secret"
        assert not hidden & set(secret["data"])


def test_bootstrap_holds_what_the_key_store_cannot_give_yet_and_no_more(stack, releases) -> None:
    made = {
        (name, secret["namespace"]): secret for name, secret in values(releases["bootstrap_secrets"])["secrets"].items()
    }
    assert set(made) == {
        (TOKEN_SECRET, external_secrets.NAMESPACE),
        ("argocd-repository", argo_cd.NAMESPACE),
        (argo_cd.OIDC_SECRET, argo_cd.NAMESPACE),
    }
    assert f"secrets.{TOKEN_SECRET}.data.{TOKEN_KEY}" in {
        entry["name"] for entry in releases["bootstrap_secrets"]["set_sensitive"]
    }
    read = {data["path"] for data in stack["data"]["ovh_okms_secret"].values()}
    links = (key_store_token_link(), *(one.link for one in manual_secrets(SHARED.repository)))
    assert read == {link.path for link in links}
    assert all(data["include_data"] for data in stack["data"]["ovh_okms_secret"].values())


def test_argo_cd_finds_its_secrets_by_label(releases) -> None:
    made = values(releases["bootstrap_secrets"])["secrets"]
    assert made["argocd-repository"]["labels"] == {"argocd.argoproj.io/secret-type": "repository"}
    url = made["argocd-repository"]["data"]["url"]
    assert base64.b64decode(url).decode() == SHARED.repository.url
    assert made[argo_cd.OIDC_SECRET]["labels"] == {"app.kubernetes.io/part-of": "argocd"}
    assert f"${argo_cd.OIDC_SECRET}:clientSecret" in values(releases["argocd"])["configs"]["cm"]["oidc.config"]


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("ssh://git@git.example.com/platform.git", {"sshPrivateKey"}),
        ("git@git.example.com:platform.git", {"sshPrivateKey"}),
        ("https://git.example.com/platform.git", {"username", "password"}),
    ],
)
def test_the_repositorys_credential_is_of_the_kind_that_its_url_takes(url, keys) -> None:
    shared = SHARED.model_copy(update={"repository": Repository(url=url)})
    release = gitops_stack(platform(shared=shared))["resource"]["helm_release"]["bootstrap_secrets"]
    names = {entry["name"] for entry in release["set_sensitive"]}
    prefix = "secrets.argocd-repository.data."
    assert {name.removeprefix(prefix) for name in names if name.startswith(prefix)} == keys


def test_a_person_is_told_what_to_put_where() -> None:
    for secret in (argocd_repository(SHARED.repository), argocd_oidc()):
        assert secret.link.writer == "person"
        assert len(secret.instructions) > 20
    assert key_store_token_link().writer == "terraform"


def test_namespaces_are_there_before_with_their_pod_security_level(releases) -> None:
    namespaces = values(releases["bootstrap_secrets"])["namespaces"]
    assert set(namespaces) == {argo_cd.NAMESPACE, external_secrets.NAMESPACE}
    for namespace in namespaces.values():
        assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert releases["argocd"]["create_namespace"] is False


def test_argo_cd_is_installed_whole_and_then_left_to_itself(releases) -> None:
    release = releases["argocd"]
    assert release["lifecycle"]["ignore_changes"] == ["version", "values"]
    assert (release["atomic"], release["wait"], release["version"]) == (True, True, argo_cd.VERSION)
    view = platform().views["production"]
    assert values(release) == json.loads(json.dumps(argo_cd.values(context(view))))
    assert release["name"] == argo_cd.ADDON.name, "the chart derives names from it, and the Application takes over"


def test_values_reach_helm_as_they_are(releases) -> None:
    """Terraform would read `${` and `%{` in a string as the start of an expression."""
    for release in releases.values():
        text = release["values"][0].replace("$${", "").replace("%%{", "")
        assert "${" not in text
        assert "%{" not in text


def test_the_root_reads_the_environments_applications_as_plain_files(releases) -> None:
    given = values(releases["root"])
    root = given["applications"]["root"]
    assert root["source"] == {
        "repoURL": SHARED.repository.url,
        "targetRevision": "main",
        "path": "dist/k8s/production/applications",
        "directory": {"recurse": False, "exclude": "kustomization.yaml"},
    }
    assert root["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True, "allowEmpty": False}
    assert "ServerSideApply=true" in root["syncPolicy"]["syncOptions"]
    assert root["syncPolicy"]["retry"]["refresh"] is True
    assert "finalizers" not in root


def test_the_root_comes_with_its_project_so_that_both_follow_a_repository_that_moves(releases) -> None:
    given = values(releases["root"])
    project = given["projects"][given["applications"]["root"]["project"]]
    made = {one.body["metadata"]["name"] for one in projects(context(platform().views["production"]), ())}
    assert not made & set(given["projects"]), "two would own it"
    assert project["sourceRepos"] == [SHARED.repository.url]
    assert project["destinations"] == [{"server": "https://kubernetes.default.svc", "namespace": "argocd"}]
    assert {kind["kind"] for kind in project["namespaceResourceWhitelist"]} == {"Application", "AppProject"}
    assert project["clusterResourceWhitelist"] == []


def test_the_chart_lies_beside_the_stack_where_terraform_reads_it(releases) -> None:
    files = GitopsStack.extra_files()
    folder = releases["bootstrap_secrets"]["chart"].removeprefix("${path.module}/")
    assert f"{folder}/Chart.yaml" in files
    assert f"{folder}/templates/secrets.yaml" in files
    assert all(PurePosixPath(path).is_relative_to(folder) for path in files)
    assert list(files) == sorted(files)


def test_a_chart_that_changed_has_a_new_version() -> None:
    """Helm's provider sees a change of a chart in a folder by its version only."""
    files = GitopsStack.extra_files()
    digest = hashlib.sha256(b"".join(path.encode() + b"\0" + text for path, text in files.items())).hexdigest()
    version = files["charts/bootstrap-secrets/Chart.yaml"].decode().split("version: ")[1].strip()
    assert (version, digest) == ("1.0.0", "9bd57a8220b0d86b96881a13b182797f1f786d7faeff92b6003a61ff99589bb8")


def precondition(source, cluster_id, *, host, actual="cluster-1", shared="ovh"):
    """The guard alone, with what it reads from elsewhere as local values."""
    guard = gitops_stack(with_outputs(source, cluster_id, shared))["resource"]["terraform_data"]
    text = json.dumps(guard).replace(CLUSTER_ID, "local.cluster_id").replace(HOST, "local.host")
    assert "data." not in text
    # The host comes out of a sensitive attribute.
    return {
        "locals": {"cluster_id": actual, "host": f'${{sensitive("{host}")}}'},
        "resource": {"terraform_data": json.loads(text)},
    }


OVH_HOST = "https://abc.c1.gra9.k8s.ovh.net"


@needs_terraform
def test_terraform_refuses_what_does_not_fit_the_cluster(tmp_path) -> None:
    def refusal(*given, **where):
        write(tmp_path, precondition(*given, **where))
        plan = terraform(tmp_path, "plan", "-input=false", "-no-color")
        return " ".join(plan.stderr.replace("│", " ").split()) if plan.returncode else ""

    write(tmp_path, {"resource": {"terraform_data": {"nothing": {}}}})
    assert terraform(tmp_path, "init", "-input=false").returncode == 0

    assert refusal("ovh", "cluster-1", host=OVH_HOST) == ""
    for loopback in ("https://127.0.0.1:6443", "https://localhost:6443", "https://[::1]:6443/", "https://127.0.0.1"):
        assert refusal("sandbox", "cluster-1", host=loopback) == ""

    nothing = refusal("none", "not-deployed-yet", host=OVH_HOST)
    assert "catalog/cloud/production.json" in nothing
    assert "andamio outputs pull production" in nothing
    assert '"none"' in nothing
    assert '"none"' in refusal("none", "cluster-1", host="https://127.0.0.1:6443")
    for host in (OVH_HOST, "https://127.0.0.1.example.com", "https://example.com/127.0.0.1", "http://127.0.0.1"):
        assert '"sandbox"' in refusal("sandbox", "cluster-1", host=host)
    for shared, host in (("none", OVH_HOST), ("none", "https://127.0.0.1:6443"), ("sandbox", OVH_HOST)):
        foreign = refusal("ovh", "cluster-1", host=host, shared=shared)
        assert f'catalog/cloud/shared.json is of the source "{shared}"' in foreign
        assert "andamio outputs pull shared" in foreign
    assert refusal("sandbox", "cluster-1", host="https://127.0.0.1:6443", shared="sandbox") == ""
    for source, host in (("ovh", OVH_HOST), ("sandbox", "https://127.0.0.1:6443")):
        other = refusal(source, "cluster-2", host=host)
        assert "id of another cluster (cluster-2)" in other
        assert "andamio outputs pull production" in other


def test_the_precondition_knows_both_files_as_they_were_synthesized() -> None:
    guard = gitops_stack(with_outputs("sandbox", shared="none"))["resource"]["terraform_data"]["catalog_outputs"]
    assert guard["input"] == {"source": "sandbox", "shared_source": "none", "cluster_id": "cluster-1"}
    assert len(guard["lifecycle"]["precondition"]) == 3
