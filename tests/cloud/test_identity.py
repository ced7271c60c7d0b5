from andamio.cloud.identity import KeyStoreReader, MachineClient
from andamio.cloud.rights import READ_SECRETS, Grant
from tests.cloud.small_stack import only, resources, stack, synthesized
from tests.infra.builtin_terraform import applied, needs_terraform, planned


def client(*grants: Grant) -> dict:
    made = stack()
    MachineClient(made, "dns", stack=made, name="dns", purpose="Edits records", grants=grants)
    return synthesized(made)["resource"]


def reader() -> dict:
    made = stack()
    KeyStoreReader(made, "reader", stack=made, email="ops@example.com", store_urn="urn:store")
    return synthesized(made)["resource"]


def test_a_client_may_what_its_grants_say_on_what_they_name() -> None:
    found = client(Grant(name="zone", on="urn:zone", allow=("a:b:*",), keep=("a:b:delete",)))
    policy = only(found["ovh_iam_policy"])
    assert policy["identities"] == ["${ovh_me_api_oauth2_client.dns.identity}"]
    assert (policy["resources"], policy["allow"], policy["except"]) == (["urn:zone"], ["a:b:*"], ["a:b:delete"])
    assert only(found["ovh_me_api_oauth2_client"])["flow"] == "CLIENT_CREDENTIALS"


def test_a_grant_without_exceptions_has_none() -> None:
    assert "except" not in only(client(Grant(name="zone", on="urn:zone", allow=("a:b:c",)))["ovh_iam_policy"])


def test_without_a_grant_a_client_may_nothing() -> None:
    assert "ovh_iam_policy" not in client()


def test_two_grants_are_two_policies_with_names_of_their_own() -> None:
    grants = [Grant(name=name, on=f"urn:{name}", allow=("a:b:c",)) for name in ("one", "two")]
    policies = client(*grants)["ovh_iam_policy"]
    assert list(policies) == ["dns-one", "dns-two"]
    assert len({policy["name"] for policy in policies.values()}) == 2


def test_the_reader_reads_its_key_store_and_has_no_role_in_the_account() -> None:
    found = reader()
    policy = only(found["ovh_iam_policy"])
    assert policy["identities"] == ["${ovh_me_identity_user.key-store-reader.urn}"]
    assert (policy["resources"], policy["allow"]) == (["urn:store"], list(READ_SECRETS))
    assert only(found["ovh_me_identity_group"])["role"] == "NONE"
    assert only(found["ovh_me_identity_user"])["group"] == "${ovh_me_identity_group.key-store-reader.name}"


def test_the_readers_password_is_drawn_once_and_stands_nowhere() -> None:
    user = only(reader()["ovh_me_identity_user"])
    assert user["password"] == "Aa1-${uuid()}"  # noqa: S105
    assert user["lifecycle"]["ignore_changes"] == ["password"]


def test_the_token_belongs_to_the_reader() -> None:
    made = stack()
    one = KeyStoreReader(made, "reader", stack=made, email="ops@example.com", store_urn="urn:store")
    token = only(resources(made, "ovh_me_identity_user_token"))
    assert token["user_login"] == "${ovh_me_identity_user.key-store-reader.login}"
    assert one.token


@needs_terraform
def test_terraform_draws_no_second_password(tmp_path) -> None:
    user = only(reader()["ovh_me_identity_user"])
    ignored = {"ignore_changes": ["input"]} if user["lifecycle"]["ignore_changes"] == ["password"] else {}

    def drawn(**more) -> dict:
        return {"resource": {"terraform_data": {"user": {"input": user["password"], **more}}}}

    applied(tmp_path, drawn(lifecycle=ignored))
    assert [change["actions"] for change in planned(tmp_path, drawn(lifecycle=ignored))] == [["no-op"]]
    assert [change["actions"] for change in planned(tmp_path, drawn())] == [["update"]]
