from andamio.cloud.argo_cd import ArgoCd
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import resources, stack


def test_what_changes_later_is_argo_cds_own_business() -> None:
    into = stack(Stack.GITOPS)
    ArgoCd(
        into,
        "argo",
        name="argo-cd",
        namespace="argocd",
        charts="https://charts.example.com",
        version="1.2.3",
        values='{"policy": "${x} %{y}"}',
        depends_on=(),
    )
    made = resources(into, "helm_release")["argocd"]
    assert made["lifecycle"]["ignore_changes"] == ["version", "values"]
    assert made["values"] == ['{"policy": "$${x} %%{y}"}']
    assert (made["chart"], made["version"], made["repository"]) == ("argo-cd", "1.2.3", "https://charts.example.com")
    assert made["atomic"] is True
