import base64
import json

from andamio.cloud.bootstrap_secrets import BootstrapSecret, BootstrapSecrets, chart_files
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import resources, stack


def release(*secrets):
    into = stack(Stack.GITOPS)
    BootstrapSecrets(into, "bootstrap", namespaces=("argocd",), secrets=secrets, depends_on=())
    return resources(into, "helm_release")["bootstrap_secrets"]


def test_what_is_secret_is_passed_as_such_and_in_base64() -> None:
    """Commas, braces and backslashes mean something to Helm's parser of `--set`."""
    made = release(BootstrapSecret(name="token", namespace="argocd", secret={"key": "local.value"}))
    assert made["set_sensitive"] == [
        {"name": "secrets.token.data.key", "value": "${base64encode(local.value)}", "type": "string"}
    ]
    assert "local.value" not in made["values"][0]


def test_what_is_no_secret_is_readable_in_the_plan() -> None:
    made = release(
        BootstrapSecret(name="git", namespace="argocd", secret={"key": "local.value"}, plain={"url": "ssh://${x}"})
    )
    data = json.loads(made["values"][0])["secrets"]["git"]["data"]
    assert base64.b64decode(data["url"]).decode() == "ssh://${x}"


def test_it_can_be_installed_again_over_what_it_left_behind() -> None:
    made = release(BootstrapSecret(name="token", namespace="argocd", secret={"key": "local.value"}))
    assert made["take_ownership"] is True
    assert (
        "helm.sh/resource-policy: keep" in chart_files()["charts/bootstrap-secrets/templates/namespaces.yaml"].decode()
    )


def test_the_values_are_those_that_the_chart_declares() -> None:
    made = release(BootstrapSecret(name="token", namespace="argocd", secret={"key": "local.value"}))
    schema = json.loads(chart_files()["charts/bootstrap-secrets/values.schema.json"])
    assert set(json.loads(made["values"][0])) <= set(schema["properties"])
    secret = schema["properties"]["secrets"]["additionalProperties"]
    assert (
        set(json.loads(made["values"][0])["secrets"]["token"]) == set(secret["properties"]) == set(secret["required"])
    )
