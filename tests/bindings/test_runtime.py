import json

import pytest

from andamio.bindings import ArgumentError, check_terraform_json
from andamio.cdktf import (
    App,
    LocalBackend,
    TerraformCount,
    TerraformOutput,
    TerraformResourceLifecycle,
    TerraformStack,
)
from cdktf_cdktf_provider_harbor.retention_policy import RetentionPolicy
from cdktf_cdktf_provider_helm.provider import HelmProvider, HelmProviderKubernetes
from cdktf_cdktf_provider_helm.release import Release, ReleaseSet
from cdktf_cdktf_provider_ovh.cloud_project_kube import (
    CloudProjectKube,
    CloudProjectKubePrivateNetworkConfiguration,
    CloudProjectKubeTimeouts,
)
from cdktf_cdktf_provider_ovh.cloud_project_kube_nodepool import CloudProjectKubeNodepool
from cdktf_cdktf_provider_ovh.cloud_project_storage import CloudProjectStorage
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_database_certificates import (
    DataOvhCloudProjectDatabaseCertificates,
)
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_kube import DataOvhCloudProjectKube
from cdktf_cdktf_provider_ovh.iam_policy import IamPolicy
from cdktf_cdktf_provider_ovh.okms_secret import OkmsSecret
from cdktf_cdktf_provider_ovh.provider import OvhProvider


@pytest.fixture
def app(tmp_path) -> App:
    return App(outdir=str(tmp_path), skip_validation=True)


@pytest.fixture
def stack(app) -> TerraformStack:
    return TerraformStack(app, "stack")


@pytest.fixture
def synth(app, tmp_path):
    def read(name: str = "stack"):
        app.synth()
        return json.loads((tmp_path / "stacks" / name / "cdk.tf.json").read_text())

    return read


def kube(stack, id_="kube", **more) -> CloudProjectKube:
    return CloudProjectKube(stack, id_, **{"service_name": "project", "region": "GRA11"} | more)


def without_metadata(body):
    return {key: value for key, value in body.items() if key != "//"}


def test_arguments_arrive_with_terraforms_names_and_types(stack, synth) -> None:
    IamPolicy(stack, "policy", name="readers", identities=["a"], resources=("b",), allow=["get"], except_=["delete"])
    assert without_metadata(synth()["resource"]["ovh_iam_policy"]["policy"]) == {
        "name": "readers",
        "identities": ["a"],
        "resources": ["b"],
        "allow": ["get"],
        "except": ["delete"],
    }


def test_what_is_none_is_left_out_and_what_is_empty_or_false_is_not(stack, synth) -> None:
    private = {"default_vrack_gateway": "", "private_network_routing_as_default": False}
    kube(stack, version=None, private_network_configuration=private, customization_apiserver=[])
    body = without_metadata(synth()["resource"]["ovh_cloud_project_kube"]["kube"])
    assert body == {
        "service_name": "project",
        "region": "GRA11",
        "private_network_configuration": private,
        "customization_apiserver": [],
    }


def test_a_struct_and_a_dict_are_the_same(stack, synth) -> None:
    kube(stack, "one", timeouts=CloudProjectKubeTimeouts(create="60m", delete=None))
    kube(stack, "two", timeouts={"create": "60m"})
    bodies = synth()["resource"]["ovh_cloud_project_kube"]
    assert bodies["one"]["timeouts"] == bodies["two"]["timeouts"] == {"create": "60m"}


def test_nested_attributes_are_objects_at_every_depth(stack, synth) -> None:
    CloudProjectStorage(
        stack,
        "bucket",
        name="state",
        region_name="GRA",
        versioning={"status": "enabled"},
        object_lock={"status": "enabled", "rule": {"mode": "governance", "period": "P7D"}},
    )
    body = synth()["resource"]["ovh_cloud_project_storage"]["bucket"]
    assert body["versioning"] == {"status": "enabled"}
    assert body["object_lock"]["rule"] == {"mode": "governance", "period": "P7D"}


def test_the_provider_and_its_version_are_required_by_the_stack(stack, synth) -> None:
    second = OvhProvider(stack, "second", alias="second", endpoint="ovh-eu")
    OvhProvider(stack, "first", endpoint="ovh-eu", http_headers={"accept": "text/plain"})
    kube(stack, provider=second)
    result = synth()
    assert result["terraform"]["required_providers"]["ovh"] == {"source": "ovh/ovh", "version": "2.19.0"}
    assert result["provider"]["ovh"] == [
        {"alias": "second", "endpoint": "ovh-eu"},
        {"endpoint": "ovh-eu", "http_headers": {"accept": "text/plain"}},
    ]
    assert result["resource"]["ovh_cloud_project_kube"]["kube"]["provider"] == "ovh.second"
    assert second.endpoint == "ovh-eu"
    assert second.application_key is None


def test_lifecycle_depends_on_and_timeouts(stack, synth) -> None:
    first = kube(stack, "first", lifecycle={"prevent_destroy": True, "ignore_changes": ["version"]})
    kube(
        stack,
        "second",
        depends_on=[first],
        timeouts=CloudProjectKubeTimeouts(create="60m"),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        count=TerraformCount.of(2),
    )
    bodies = synth()["resource"]["ovh_cloud_project_kube"]
    assert bodies["first"]["lifecycle"] == {"prevent_destroy": True, "ignore_changes": ["version"]}
    assert bodies["second"]["depends_on"] == ["ovh_cloud_project_kube.first"]
    assert bodies["second"]["lifecycle"] == {"create_before_destroy": True}
    assert bodies["second"]["timeouts"] == {"create": "60m"}
    assert bodies["second"]["count"] == 2


def test_attributes_are_tokens_that_terraform_understands(stack, synth) -> None:
    cluster = kube(stack)
    data = DataOvhCloudProjectKube(stack, "data", service_name="project", kube_id=cluster.id)
    ca = DataOvhCloudProjectDatabaseCertificates(stack, "ca", service_name="project", engine="kafka", cluster_id="c")
    secret = OkmsSecret(stack, "secret", okms_id="o", path="p", version={"data": "{}"})
    values = {
        "string": cluster.id,
        "of-a-list": cluster.kubeconfig_attributes.get(0).client_key,
        "of-a-data-source": data.kubeconfig_attributes.get(0).host,
        "certificate": ca.ca,
        "set": cluster.next_upgrade_versions,
        "bool": cluster.is_up_to_date,
        "single-block": cluster.private_network_configuration.default_vrack_gateway,
        "of-nested-sets": cluster.customization.get(0).apiserver.get(1).admissionplugins,
        "object": secret.metadata.created_at,
        "map": CloudProjectStorage(stack, "bucket", name="n", region_name="r").tags,
    }
    for name, value in values.items():
        TerraformOutput(stack, name, value=value)
    outputs = {name: one["value"] for name, one in synth()["output"].items()}
    address = "ovh_cloud_project_kube.kube"
    customization = f"tolist({address}.customization)"
    assert outputs == {
        "string": f"${{{address}.id}}",
        "of-a-list": f"${{{address}.kubeconfig_attributes[0].client_key}}",
        "of-a-data-source": "${data.ovh_cloud_project_kube.data.kubeconfig_attributes[0].host}",
        "certificate": "${data.ovh_cloud_project_database_certificates.ca.ca}",
        "set": f"${{tolist({address}.next_upgrade_versions)}}",
        "bool": f"${{{address}.is_up_to_date}}",
        "single-block": f"${{{address}.private_network_configuration[0].default_vrack_gateway}}",
        "of-nested-sets": f"${{tolist(tolist({customization}.0.apiserver).1.admissionplugins)}}",
        "object": "${ovh_okms_secret.secret.metadata.created_at}",
        "map": "${ovh_cloud_project_storage.bucket.tags}",
    }


def test_a_resource_of_another_stack_becomes_a_remote_state(app, stack, synth) -> None:
    LocalBackend(stack, path="state.tfstate")
    other = TerraformStack(app, "other")
    LocalBackend(other, path="other.tfstate")
    cluster = kube(stack)
    pool = CloudProjectKubeNodepool(
        other, "pool", service_name="p", kube_id=cluster.id, flavor_name="b3-8", name=f"of-{cluster.name}"
    )
    result = synth("other")
    body = result["resource"]["ovh_cloud_project_kube_nodepool"]["pool"]
    state = "data.terraform_remote_state.cross-stack-reference-input-stack"
    assert body["kube_id"] == f"${{{state}.outputs.cross-stack-output-ovh_cloud_project_kubekubeid}}"
    assert body["name"] == f"of-${{{state}.outputs.cross-stack-output-ovh_cloud_project_kubekubename}}"
    assert other.depends_on(stack)
    assert pool.terraform_resource_type == "ovh_cloud_project_kube_nodepool"
    assert check_terraform_json(result) == []


def test_tokens_fit_wherever_a_value_does(stack, synth) -> None:
    cluster = kube(stack)
    storage = CloudProjectStorage(stack, "bucket", name="n", region_name="r")
    CloudProjectKubeNodepool(
        stack,
        "pool",
        service_name="p",
        kube_id=cluster.id,
        flavor_name="b3-8",
        max_nodes=storage.objects_count,
        autoscale=cluster.is_up_to_date,
        availability_zones=cluster.next_upgrade_versions,
    )
    result = synth()
    body = result["resource"]["ovh_cloud_project_kube_nodepool"]["pool"]
    assert body["max_nodes"] == "${ovh_cloud_project_storage.bucket.objects_count}"
    assert body["autoscale"] == "${ovh_cloud_project_kube.kube.is_up_to_date}"
    assert body["availability_zones"] == "${tolist(ovh_cloud_project_kube.kube.next_upgrade_versions)}"
    assert check_terraform_json(result) == []


def test_an_argument_may_be_changed_until_synthesis(stack, synth) -> None:
    cluster = kube(stack, name="before", version="1.33")
    cluster.name = "after"
    cluster.version = None
    cluster.add_override("update_policy", "NEVER_UPDATE")
    body = without_metadata(synth()["resource"]["ovh_cloud_project_kube"]["kube"])
    assert body == {
        "service_name": "project",
        "region": "GRA11",
        "name": "after",
        "update_policy": "NEVER_UPDATE",
    }
    with pytest.raises(ArgumentError, match="region is required"):
        cluster.region = None
    with pytest.raises(ArgumentError, match="status is read-only"):
        cluster.status = "READY"
    with pytest.raises(AttributeError, match="set it on the resource's argument"):
        cluster.private_network_configuration.default_vrack_gateway = "10.0.0.1"


def test_scope_and_id_may_be_named_even_where_a_resource_has_such_arguments(stack, synth) -> None:
    RetentionPolicy(scope_=stack, id_="policy", scope="/projects/1", rule=[{"always_retain": True}])
    Release(scope=stack, id="release", name="n", chart="c", set=[ReleaseSet(name="a", value="b")])
    resources = synth()["resource"]
    assert resources["harbor_retention_policy"]["policy"]["scope"] == "/projects/1"
    assert resources["helm_release"]["release"]["set"] == [{"name": "a", "value": "b"}]
    with pytest.raises(TypeError, match="positional argument id_"):
        RetentionPolicy(stack, scope="/projects/1", rule=[])


def test_a_subclass_in_another_module_may_fix_arguments(stack, synth) -> None:
    class Cluster(CloudProjectKube):
        def __init__(self, scope, id_, *, zone) -> None:
            super().__init__(scope, id_, service_name="p", region=zone, timeouts={"create": "60m"})

    cluster = Cluster(stack, "kube", zone="GRA11")
    TerraformOutput(stack, "host", value=cluster.kubeconfig_attributes.get(0).host)
    result = synth()
    assert result["resource"]["ovh_cloud_project_kube"]["kube"]["region"] == "GRA11"
    assert result["output"]["host"]["value"].endswith("kubeconfig_attributes[0].host}")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"regoin": "GRA11"}, 'regoin is not an argument. Did you mean "region"?'),
        ({"service_name": None}, "service_name is required and missing. Set it to a string."),
        ({"kubeconfig": "x"}, "kubeconfig is read-only: the provider computes it. Remove it."),
        ({"lifecyle": {}}, 'lifecyle is not an argument. Did you mean "lifecycle"?'),
        ({"version": 1.33}, "version is a number. Set it to a string."),
        ({"version": True}, "version is a bool. Set it to a string."),
        ({"timeouts": {"creat": "1h"}}, 'timeouts.creat is not an argument. Did you mean "create"?'),
        ({"timeouts": "1h"}, "timeouts is a string. Set it to one CloudProjectKubeTimeouts"),
        (
            {"timeouts": CloudProjectKubePrivateNetworkConfiguration()},
            "timeouts is of type CloudProjectKubePrivateNetworkConfiguration. Set it to one",
        ),
        (
            {"private_network_configuration": [{}]},
            "private_network_configuration is of type list. Set it to one CloudProjectKubePrivateNetworkConf",
        ),
        (
            {"private_network_configuration": CloudProjectKubePrivateNetworkConfiguration()},
            "private_network_configuration.default_vrack_gateway is required and missing",
        ),
        (
            {"customization_apiserver": {"admissionplugins": []}},
            "customization_apiserver is a mapping. Set it to a list of CloudProjectKubeCustomizationApiserverA",
        ),
        (
            {"customization_apiserver": [{"admissionplugins": [{"enabled": "NodeRestriction"}]}]},
            "customization_apiserver[0].admissionplugins[0].enabled is a string. Set it to a list of string",
        ),
        ({"depends_on": ["ovh_okms.keys"]}, "depends_on and provider take constructs"),
        ({"provider": "ovh.second"}, "depends_on and provider take constructs"),
    ],
)
def test_wrong_use_names_the_resource_the_argument_and_the_fix(stack, given, message) -> None:
    with pytest.raises(ArgumentError) as caught:
        kube(stack, **given)
    assert str(caught.value).startswith('ovh_cloud_project_kube "kube": ')
    assert message in str(caught.value)


def test_a_construct_in_place_of_its_id_is_refused(stack) -> None:
    cluster = kube(stack)
    with pytest.raises(
        ArgumentError, match=r"kube_id is of type CloudProjectKube\. Set it to a string\..* such as its id"
    ):
        CloudProjectKubeNodepool(stack, "pool", service_name="p", kube_id=cluster, flavor_name="b3-8")


def test_all_mistakes_are_reported_at_once_and_nothing_is_left_in_the_stack(stack, synth) -> None:
    with pytest.raises(ArgumentError) as caught:
        CloudProjectKube(stack, "kube", regoin="GRA11", status="READY", version=3)
    lines = str(caught.value).splitlines()
    assert len(lines) == 5
    assert all(line.startswith('ovh_cloud_project_kube "kube": ') for line in lines)
    assert "resource" not in synth()


def test_messages_and_representations_hold_no_values(stack) -> None:
    with pytest.raises(ArgumentError) as caught:
        OkmsSecret(stack, "secret", okms_id="o", path="p", version={"data": ["hunter2"]})
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(ReleaseSet(name="password", value="hunter2"))


def test_an_attribute_that_does_not_exist_is_an_attribute_error_with_a_hint(stack) -> None:
    with pytest.raises(AttributeError, match='Did you mean "kubeconfig"'):
        _ = kube(stack).kubeconfg
    with pytest.raises(AttributeError, match='Did you mean "host"'):
        _ = kube(stack, "other").kubeconfig_attributes.get(0).hots


def test_a_provider_reports_wrong_use_as_well(stack) -> None:
    with pytest.raises(ArgumentError, match=r'helm "helm": kubernetes.hots is not an argument.*"host"'):
        HelmProvider(stack, "helm", kubernetes={"hots": "x"})
    with pytest.raises(ArgumentError, match="kubernetes is of type list"):
        HelmProvider(stack, "helm", kubernetes=[HelmProviderKubernetes(host="x")])
