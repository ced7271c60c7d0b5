import pytest

from andamio.bindings.naming import base_name, camel_case, module_name, pascal_case, python_name, snake_case


@pytest.mark.parametrize(
    ("terraform_name", "camel"),
    [
        ("cloud_project_kube", "cloudProjectKube"),
        ("network_private_subnet_v2", "networkPrivateSubnetV2"),
        ("me_api_oauth2_client", "meApiOauth2Client"),
        ("glue_record_ipv6supported", "glueRecordIpv6Supported"),
        ("x", "x"),
    ],
)
def test_camel_case_is_that_of_cdktf_get(terraform_name, camel) -> None:
    assert camel_case(terraform_name) == camel


@pytest.mark.parametrize(
    ("terraform_name", "python"),
    [
        ("user_s3_credential", "user_s3_credential"),
        ("except", "except_"),
        ("from", "from_"),
        ("lambda", "lambda_"),
        ("node", "node_attribute"),
        ("build", "build_attribute"),
        ("get_all", "fetch_all"),
        ("equals", "equal_to"),
        ("glue_record_ipv6supported", "glue_record_ipv6_supported"),
    ],
)
def test_attributes_get_the_names_that_jsii_gives_them(terraform_name, python) -> None:
    assert python_name(terraform_name) == python


def test_resources_lose_the_name_of_their_provider() -> None:
    assert base_name("ovh_cloud_project_kube", "ovh") == "cloud_project_kube"
    assert base_name("data_ovh_me", "ovh") == "data_ovh_me"
    assert base_name("acme_version", "acme") == "version_resource"
    assert module_name("cloud_project_user_s3_credential") == "cloud_project_user_s3_credential"
    assert pascal_case("okms_secret") == "OkmsSecret"
    assert snake_case("apiOauth2Client") == "api_oauth2_client"
