"""The table of engines: which programs prove `dist/`, in which version, built how.

An upgrade is a change of a version here; `andamio engines install` then builds what changed. Rows were built on Linux,
amd64, with Go 1.26; one that says `tried=False` was not. Where a project publishes its program with a checksum, the row
says where (`released`): that serves machines that may download it.
"""

from __future__ import annotations

from typing import Final

from andamio.engines.engine import Engine
from andamio.engines.errors import EngineError
from andamio.engines.go_program import Edit, GoProgram, ModuleFiles
from andamio.engines.npm import COMMANDS
from andamio.engines.on_machine import TERRAFORM
from andamio.engines.released import ReleasedBinary

__all__ = ["ENGINES", "FILES", "KUBERNETES", "engine", "module_files"]

KUBERNETES: Final = "1.35.4"
"""The Kubernetes version of the engines: the latest patch of the catalog's 1.35 whose modules are all served."""

_STAGING: Final = {"*": "v0" + KUBERNETES.removeprefix("1")}
_VERSION_VARIABLES: Final = {
    f"k8s.io/component-base/version.{name}": value
    for name, value in {
        "gitVersion": f"v{KUBERNETES}",
        "gitMajor": KUBERNETES.split(".")[0],
        "gitMinor": KUBERNETES.split(".")[1],
        "gitTreeState": "clean",
    }.items()
}


_KUBERNETES_BINARY: Final = "https://dl.k8s.io/release/{version}/bin/{system}/{architecture}/"
_HELM: Final = ReleasedBinary(
    address="https://get.helm.sh/helm-{version}-{system}-{architecture}.tar.gz",
    checksums="https://get.helm.sh/helm-{version}-{system}-{architecture}.tar.gz.sha256sum",
    member="{system}-{architecture}/helm",
)
_ETCD: Final = "https://github.com/etcd-io/etcd/releases/download/{version}/"
_OPENTOFU: Final = "https://github.com/opentofu/opentofu/releases/download/{version}/tofu_{number}_"


def _kubernetes(
    name: str,
    *,
    version_arguments: tuple[str, ...] = ("--version",),
    systems: tuple[str, ...] = ("linux",),
) -> GoProgram:
    """A program of Kubernetes' own repository; its staging modules are served under their own names."""
    return GoProgram(
        name=name,
        module="k8s.io/kubernetes",
        package=f"cmd/{name}",
        version=f"v{KUBERNETES}",
        accepts=KUBERNETES.rpartition(".")[0] + ".",
        version_arguments=version_arguments,
        local_replacements=_STAGING,
        linker_values=_VERSION_VARIABLES,
        released=ReleasedBinary(
            address=f"{_KUBERNETES_BINARY}{name}",
            checksums=f"{_KUBERNETES_BINARY}{name}.sha256",
            systems=systems,
        ),
    )


_GO_PROGRAMS: Final[tuple[GoProgram, ...]] = (
    GoProgram(
        name="etcd",
        module="go.etcd.io/etcd/server/v3",
        package="",
        version="v3.6.16",
        accepts="3.6.",
        released=ReleasedBinary(
            address=f"{_ETCD}etcd-{{version}}-{{system}}-{{architecture}}.tar.gz",
            checksums=f"{_ETCD}SHA256SUMS",
            member="etcd-{version}-{system}-{architecture}/etcd",
            systems=("linux",),
        ),
        space=3,
    ),
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    GoProgram(
        name="kwok",
        module="sigs.k8s.io/kwok",
        package="cmd/kwok",
        version="v0.8.0",
        accepts="0.8.",
        space=4,
    ),
    GoProgram(
        name="glua",
        module="github.com/yuin/gopher-lua",
        package="cmd/glua",
        version="v1.1.1",
        # It says "GopherLua 0.1" in every version, which fits none: one on PATH is left alone.
        accepts="1.1.",
        version_arguments=("-v",),
        space=1,
    ),
    GoProgram(
        name="helm",
        module="helm.sh/helm/v3",
        package="cmd/helm",
        version="v3.19.5",
        accepts="3.19.",
        version_arguments=("version", "--short"),
        linker_values={"helm.sh/helm/v3/internal/version.version": "v3.19.5"},
        released=_HELM,
        space=4,
    ),
    GoProgram(
        name="helm-4",
        module="helm.sh/helm/v4",
        package="cmd/helm",
        version="v4.2.1",
        accepts="4.2.",
        version_arguments=("version", "--short"),
        program_names=("helm",),
        linker_values={"helm.sh/helm/v4/internal/version.version": "v4.2.1"},
        released=_HELM,
        space=4,
    ),
    GoProgram(
        name="opentofu",
        module="github.com/opentofu/opentofu",
        package="cmd/tofu",
        version="v1.12.6",
        accepts="1.12.",
        version_arguments=("version",),
        program_names=("tofu",),
        released=ReleasedBinary(
            address=f"{_OPENTOFU}{{system}}_{{architecture}}.tar.gz",
            checksums=f"{_OPENTOFU}SHA256SUMS",
            member="tofu",
        ),
    ),
    _kubernetes("kubectl", version_arguments=("version", "--client"), systems=("linux", "darwin")),
    GoProgram(
        name="external-secrets",
        module="github.com/external-secrets/external-secrets",
        package="",
        version="v0.20.4",
        accepts="0.20.",
        space=10,
        chart="external-secrets",
    ),
    GoProgram(
        name="redis",
        module="github.com/alicebob/miniredis/v2",
        package="",
        main="redis",
        version="v2.37.0",
        accepts="2.37.",
        program_names=("andamio-redis",),
        space=1,
    ),
    GoProgram(
        name="argo-cd",
        module="github.com/argoproj/argo-cd/v3",
        package="cmd",
        version="v3.5.7",
        accepts="3.5.",
        version_arguments=("version", "--client", "--short"),
        program_names=("argocd",),
        local_replacements={
            "github.com/argoproj/argo-cd/gitops-engine": "v0.0.0-20260914071520-c9c369efcc5b",
        },
        # The controller's metrics have a flag for their port and none for their address.
        edits=(Edit(file="controller/appcontroller.go", old='"0.0.0.0:%d"', new='"127.0.0.1:%d"'),),
        linker_values={"github.com/argoproj/argo-cd/v3/common.version": "3.5.7"},
        space=10,
        chart="argo-cd",
    ),
)
"""The programs that are built, in that order: what more tests need first."""

ENGINES: Final[tuple[Engine, ...]] = (TERRAFORM, *COMMANDS, *_GO_PROGRAMS)
"""Every engine, however it is had."""

FILES: Final[tuple[ModuleFiles, ...]] = (
    ModuleFiles(
        name="kwok-stages",
        module="sigs.k8s.io/kwok",
        version="v0.8.0",
        paths=(
            "kustomize/stage/node/fast/*.yaml",
            "kustomize/stage/node/heartbeat-with-lease/*.yaml",
            "kustomize/stage/pod/fast/*.yaml",
        ),
    ),
    ModuleFiles(
        name="argo-cd-crds",
        module="github.com/argoproj/argo-cd/v3",
        version="v3.4.4",
        paths=("manifests/crds/*-crd.yaml",),
    ),
    ModuleFiles(
        name="argo-cd-manifests",
        module="github.com/argoproj/argo-cd/v3",
        version="v3.5.7",
        paths=(
            "manifests/base/application-controller/argocd-application-controller-statefulset.yaml",
            "manifests/base/repo-server/argocd-repo-server-deployment.yaml",
            "manifests/base/server/argocd-server-deployment.yaml",
            "manifests/base/config/argocd-*.yaml",
            "hack/git-verify-wrapper.sh",
        ),
    ),
    ModuleFiles(
        name="external-secrets-crds",
        module="github.com/external-secrets/external-secrets",
        version="v0.20.4",
        stands_for="v2.9.0",
        # Without the last one the operator ends after two minutes, whatever its flags say.
        paths=(
            "config/crds/bases/external-secrets.io_*.yaml",
            "config/crds/bases/generators.external-secrets.io_generatorstates.yaml",
        ),
    ),
    ModuleFiles(
        name="cert-manager-crds",
        module="github.com/cert-manager/cert-manager",
        version="v1.21.1",
        paths=("deploy/crds/*.yaml",),
    ),
    ModuleFiles(
        name="gateway-api-crds",
        module="sigs.k8s.io/gateway-api",
        version="v1.5.1",
        paths=("config/crd/standard/gateway.networking.k8s.io_[!v]*.yaml",),
    ),
    ModuleFiles(
        name="istio-crds",
        module="istio.io/api",
        version="v1.30.3",
        paths=("kubernetes/customresourcedefinitions.gen.yaml",),
    ),
    ModuleFiles(
        name="cilium-crds",
        module="github.com/cilium/cilium",
        version="v1.19.6",
        paths=("pkg/k8s/apis/cilium.io/client/crds/v2/*.yaml",),
    ),
)
"""Files that engines and tests read from Go modules: stages that play the kubelet, and resource definitions."""


def engine(name: str) -> Engine:
    """The engine of that name; an `EngineError` names those that there are."""
    for known in ENGINES:
        if known.name == name:
            return known
    raise EngineError(f"There is no engine {name!r}. Engines: {', '.join(known.name for known in ENGINES)}.")


def module_files(name: str) -> ModuleFiles:
    """The files of that name; an `EngineError` names those that there are."""
    for known in FILES:
        if known.name == name:
            return known
    raise EngineError(f"There are no files {name!r}. Files: {', '.join(known.name for known in FILES)}.")
