import json
import subprocess
import sys
from importlib import import_module

import pytest

RELEASE = """
Release ReleaseMetadata ReleaseMetadataOutputReference ReleasePostrender ReleasePostrenderOutputReference
ReleaseSet ReleaseSetList ReleaseSetListStruct ReleaseSetListStructList ReleaseSetListStructOutputReference
ReleaseSetOutputReference ReleaseSetSensitive ReleaseSetSensitiveList ReleaseSetSensitiveOutputReference
ReleaseSetWo ReleaseSetWoList ReleaseSetWoOutputReference ReleaseTimeouts ReleaseTimeoutsOutputReference
"""
PROVIDER = """
HelmProvider HelmProviderExperiments HelmProviderKubernetes HelmProviderKubernetesExec HelmProviderRegistries
"""


@pytest.mark.parametrize(("module", "names"), [("release", RELEASE), ("provider", PROVIDER)])
def test_names_are_those_of_the_prebuilt_package_of_helm(module, names) -> None:
    """All public names of cdktf-cdktf-provider-helm 12.1.2, but for its two `...Config` classes."""
    assert sorted(import_module(f"cdktf_cdktf_provider_helm.{module}").__all__) == sorted(names.split())


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("cloud_project_network_private_subnet_v2", "CloudProjectNetworkPrivateSubnetV2"),
        ("cloud_project_user_s3_credential", "CloudProjectUserS3Credential"),
        ("me_api_oauth2_client", "MeApiOauth2Client"),
        ("cloud_project_kube", "CloudProjectKubeKubeconfigAttributesList"),
        ("cloud_project_kube", "CloudProjectKubeCustomizationApiserverAdmissionpluginsA"),
        ("data_ovh_cloud_project_kube", "DataOvhCloudProjectKubeKubeconfigAttributesOutputReference"),
        ("provider", "OvhProvider"),
    ],
)
def test_names_are_those_of_cdktf_get_for_ovh(module, name) -> None:
    assert hasattr(import_module(f"cdktf_cdktf_provider_ovh.{module}"), name)


def run(code: str):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_all_of_ovh_is_imported_without_another_jsii_assembly() -> None:
    """A prebuilt provider loads an assembly of its own into Node, which takes seconds; ours are plain Python."""
    found = run(
        "import json, sys, pkgutil, importlib\n"
        "import cdktf_cdktf_provider_ovh as ovh\n"
        "names = [one.name for one in pkgutil.iter_modules(ovh.__path__)]\n"
        "[importlib.import_module(f'{ovh.__name__}.{name}') for name in names]\n"
        "assemblies = sorted(name for name in sys.modules if name.endswith('._jsii'))\n"
        "print(json.dumps([len(names), sorted(names) == sorted(ovh.__all__), assemblies]))\n"
    )
    assert found == [49, True, ["cdktf._jsii", "constructs._jsii"]]


def test_the_package_alone_and_the_generator_do_not_start_jsii() -> None:
    assert (
        run(
            "import json, sys\n"
            "import andamio.bindings, cdktf_cdktf_provider_ovh\n"
            "print(json.dumps(sorted({'jsii', 'cdktf', 'andamio.cdktf'} & set(sys.modules))))\n"
        )
        == []
    )


def test_a_module_is_an_attribute_of_the_package_without_being_imported() -> None:
    package = import_module("cdktf_cdktf_provider_harbor")
    assert package.retention_policy.RetentionPolicy.__name__ == "RetentionPolicy"
    with pytest.raises(AttributeError, match="no attribute 'projekt'"):
        _ = package.projekt


def test_the_type_checker_knows_arguments_and_attributes(constructs, tmp_path) -> None:
    (tmp_path / "use.py").write_text(
        "import cdktf_cdktf_provider_helm as helm\n"
        "from andamio.cdktf import App, TerraformStack\n"
        "from cdktf_cdktf_provider_ovh.cloud_project_kube import CloudProjectKube, CloudProjectKubeTimeouts\n"
        "\n"
        "stack = TerraformStack(App(), 'stack')\n"
        "kube = CloudProjectKube(\n"
        "    stack, 'kube', service_name='x', region='GRA11', timeouts=CloudProjectKubeTimeouts(create='1m')\n"
        ")\n"
        "key: str = kube.kubeconfig_attributes.get(0).client_key\n"
        "helm.release.Release(stack, 'release', name='n', chart='c', set=[{'name': 'a'}], depends_on=[kube])\n"
        "CloudProjectKube(stack, 'b', service_name='x', region='GRA11', regoin='x')\n"
        "CloudProjectKube(stack, 'c', service_name='x')\n"
        "CloudProjectKube(stack, 'd', service_name='x', region=3)\n"
        "CloudProjectKubeTimeouts(creat='1m')\n"
        "kube.kubeconfg\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")),
            *("--no-error-summary", "--hide-error-context", str(tmp_path / "use.py")),
        ],
        env={"MYPYPATH": str(constructs), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line.partition("use.py:")[2] for line in done.stdout.splitlines() if ": error:" in line]
    assert errors == [
        '11: error: Unexpected keyword argument "regoin" for "CloudProjectKube"; did you mean "region"?  [call-arg]',
        '12: error: Missing named argument "region" for "CloudProjectKube"  [call-arg]',
        '13: error: Argument "region" to "CloudProjectKube" has incompatible type "int"; expected "str"  [arg-type]',
        '14: error: Unexpected keyword argument "creat" for "CloudProjectKubeTimeouts"; '
        'did you mean "create"?  [call-arg]',
        '15: error: "CloudProjectKube" has no attribute "kubeconfg"; maybe "kubeconfig"?  [attr-defined]',
    ]


def test_the_generated_code_itself_passes_the_strict_type_checker(constructs, tmp_path) -> None:
    packages = [str(path) for path in sorted(constructs.glob("cdktf_cdktf_provider_*"))]
    assert len(packages) == 3
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")),
            *packages,
        ],
        env={"MYPYPATH": str(constructs), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_stubs_and_modules_hold_the_same_classes(constructs) -> None:
    for stub in constructs.glob("cdktf_cdktf_provider_*/*.pyi"):
        module = import_module(f"{stub.parent.name}.{stub.stem}")
        named = [line[6:].partition("(")[0] for line in stub.read_text().splitlines() if line.startswith("class ")]
        assert sorted(named) == sorted(module.__all__)
