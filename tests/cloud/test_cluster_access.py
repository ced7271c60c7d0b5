from andamio.cloud.cluster_access import ClusterAccess
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import stack, synthesized


def test_the_provider_talks_to_the_cluster_of_the_data_source_by_its_own_authority() -> None:
    into = stack(Stack.GITOPS)
    access = ClusterAccess(into, "access", project="p", cluster_id="c1")
    made = synthesized(into)
    assert made["data"]["ovh_cloud_project_kube"]["cluster"] == {"kube_id": "c1", "service_name": "p"}
    given = made["provider"]["helm"][0]["kubernetes"]
    assert given.pop("host") == f"${{{access.api}}}"
    kubeconfig = "data.ovh_cloud_project_kube.cluster.kubeconfig_attributes[0]"
    assert given == {
        key: f"${{base64decode({kubeconfig}.{key})}}"
        for key in ("cluster_ca_certificate", "client_certificate", "client_key")
    }
