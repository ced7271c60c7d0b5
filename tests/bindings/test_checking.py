import pytest

from andamio.bindings import check_terraform_json

POLICY = {"name": "readers", "identities": ["a"], "resources": ["b"], "allow": ["get"]}
KUBE = {"service_name": "p", "region": "GRA11"}
ROBOT = {"name": "ci", "level": "project"}
ACCESS = {"kind": "project", "namespace": "shop", "access": [{"action": "pull", "resource": "repository"}]}


def stack(kind, body, section="resource"):
    return {section: {kind: {"it": body}}}


def test_a_stack_that_terraform_accepts_has_no_findings() -> None:
    meta = {"lifecycle": {"prevent_destroy": True}, "depends_on": ["ovh_okms.keys"], "//": {"metadata": {}}}
    assert check_terraform_json(stack("ovh_iam_policy", POLICY | meta)) == []
    assert check_terraform_json(stack("ovh_cloud_project_kube", KUBE | {"timeouts": {"create": "1h"}})) == []
    assert check_terraform_json(stack("harbor_robot_account", ROBOT | {"permissions": [ACCESS]})) == []
    assert check_terraform_json({"provider": {"ovh": [{"endpoint": "ovh-eu", "alias": "b"}]}}) == []
    assert check_terraform_json(stack("terraform_remote_state", {"backend": "s3"}, "data")) == []


def test_a_block_that_may_occur_once_is_an_object_or_a_list_of_one() -> None:
    private = {"default_vrack_gateway": "", "private_network_routing_as_default": False}
    for shape in (private, [private]):
        body = KUBE | {"private_network_configuration": shape}
        assert check_terraform_json(stack("ovh_cloud_project_kube", body)) == []
    twice = KUBE | {"private_network_configuration": [private, private]}
    assert check_terraform_json(stack("ovh_cloud_project_kube", twice)) == [
        "ovh_cloud_project_kube.it.private_network_configuration: 2 blocks, where 0 to 1 are allowed."
    ]


def test_expressions_fit_for_values_and_not_for_blocks() -> None:
    body = {"name": "${var.name}", "identities": "${var.identities}", "resources": ["${var.one}"]}
    assert check_terraform_json(stack("ovh_iam_policy", body)) == []
    robot = ROBOT | {"permissions": "${var.permissions}"}
    assert check_terraform_json(stack("harbor_robot_account", robot)) == [
        "harbor_robot_account.it.permissions: is an expression, but a block takes none; use a dynamic block."
    ]
    dynamic = ROBOT | {"dynamic": {"permissions": {"for_each": "${var.all}", "content": ACCESS}}}
    assert check_terraform_json(stack("harbor_robot_account", dynamic)) == []


@pytest.mark.parametrize(
    ("kind", "body", "finding"),
    [
        ("ovh_iam_polcy", POLICY, 'ovh_iam_polcy: no schema knows this type. Did you mean "ovh_iam_policy"?'),
        ("random_id", {}, "random_id: no schema knows this type. There are none."),
        (
            "ovh_iam_policy",
            POLICY | {"alow": []},
            'ovh_iam_policy.it.alow: no such argument. Did you mean "allow"?',
        ),
        (
            "ovh_iam_policy",
            POLICY | {"owner": "me"},
            "ovh_iam_policy.it.owner: read-only, the provider computes it.",
        ),
        ("ovh_iam_policy", POLICY | {"name": None}, "ovh_iam_policy.it.name: required and missing."),
        (
            "ovh_iam_policy",
            POLICY | {"allow": {"get": True}},
            "ovh_iam_policy.it.allow: is an object, not a list.",
        ),
        (
            "ovh_iam_policy",
            POLICY | {"allow": ["get", ["put"]]},
            "ovh_iam_policy.it.allow[1]: is a list, not a string.",
        ),
        (
            "ovh_cloud_project_kube",
            KUBE | {"timeouts": {"creat": "1h"}},
            'ovh_cloud_project_kube.it.timeouts.creat: no such argument. Did you mean "create"?',
        ),
        (
            "ovh_cloud_project_kube",
            KUBE | {"private_network_configuration": {"default_vrack_gateway": ""}},
            "ovh_cloud_project_kube.it.private_network_configuration[0].private_network_routing_as_default: "
            "required and missing.",
        ),
        ("harbor_robot_account", ROBOT, "harbor_robot_account.it.permissions: required and missing."),
        (
            "harbor_robot_account",
            ROBOT | {"permissions": [ACCESS], "duration": "soon"},
            "harbor_robot_account.it.duration: is a string, not a number.",
        ),
        (
            "ovh_cloud_project_storage",
            {"name": "n", "region_name": "GRA", "versioning": [{"status": "enabled"}]},
            "ovh_cloud_project_storage.it.versioning: is a list, not an object.",
        ),
    ],
)
def test_each_mistake_is_found_and_named(kind, body, finding) -> None:
    assert check_terraform_json(stack(kind, body)) == [finding]


def test_data_sources_and_providers_are_looked_at_too() -> None:
    found = check_terraform_json(
        {
            "data": {"ovh_cloud_project_kube": {"it": {"service_name": "p"}}},
            "provider": {"ovh": [{"endpiont": "ovh-eu"}], "aws": {}},
        }
    )
    assert found == [
        "data.ovh_cloud_project_kube.it.kube_id: required and missing.",
        "provider.aws: no schema knows this provider. Known are: harbor, helm, ovh.",
        'provider.ovh.endpiont: no such argument. Did you mean "endpoint"?',
    ]


def test_findings_hold_no_values() -> None:
    body = {"okms_id": "o", "path": "p", "version": {"data": {"password": "hunter2"}}}
    (finding,) = check_terraform_json(stack("ovh_okms_secret", body))
    assert "hunter2" not in finding
