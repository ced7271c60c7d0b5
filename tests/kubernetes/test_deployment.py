"""The Deployment of a service, its scaling, budget and configuration."""

from __future__ import annotations

import pytest

from andamio.kubernetes.deployment import RELOAD
from andamio.model import Cache, Http, Postgres, Resources, Scratch, Taint

from .shop import Body, built, environment, find, pod, service


def deployment(**fields: object) -> Body:
    return find(built(service(**fields)), "Deployment")


def container(**fields: object) -> Body:
    (only,) = pod(deployment(**fields))["containers"]
    return only


def test_the_container_may_do_nothing_that_restricted_pod_security_forbids() -> None:
    spec = pod(deployment())
    rights = spec["containers"][0]["securityContext"]
    assert rights["runAsNonRoot"] is spec["securityContext"]["runAsNonRoot"] is True
    assert rights["runAsUser"] > 0
    assert rights["readOnlyRootFilesystem"] is True
    assert rights["allowPrivilegeEscalation"] is rights["privileged"] is False
    assert rights["capabilities"] == {"drop": ["ALL"]}
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is spec["enableServiceLinks"] is spec["hostNetwork"] is False


def test_the_image_is_named_by_tag_and_digest() -> None:
    assert container()["image"].endswith(f"/commerce/orders:4f2a91c@sha256:{'a' * 64}")
    assert pod(deployment())["imagePullSecrets"] == [{"name": "registry-pull"}]


def test_limits_default_to_four_times_the_cpu_and_the_memory_asked_for() -> None:
    found = container(resources=Resources(cpu=50, memory=96))["resources"]
    assert found == {"requests": {"cpu": "50m", "memory": "96Mi"}, "limits": {"cpu": "200m", "memory": "96Mi"}}


def test_an_http_service_drains_before_it_ends_and_has_its_whole_grace_period_after() -> None:
    drained = container(http=Http(), grace_period=20)["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert drained > 0
    assert pod(deployment(http=Http(), grace_period=20))["terminationGracePeriodSeconds"] == 20 + drained
    assert pod(deployment(grace_period=20))["terminationGracePeriodSeconds"] == 20
    assert "lifecycle" not in container()


def test_a_rollout_never_has_fewer_replicas_than_before() -> None:
    assert deployment()["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": "25%", "maxUnavailable": 0}


def test_replicas_spread_over_nodes_and_over_zones_where_there_are_three() -> None:
    def keys(**fields: object) -> list[str]:
        workload = find(built(service(), at=environment(**fields)), "Deployment")
        return [constraint["topologyKey"] for constraint in pod(workload)["topologySpreadConstraints"]]

    assert keys() == ["kubernetes.io/hostname"]
    zones = ("eu-west-par-a", "eu-west-par-b", "eu-west-par-c")
    assert keys(region="EU-WEST-PAR", zones=zones) == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def test_pods_go_to_the_application_nodes_and_bear_their_taints() -> None:
    taints = (Taint(key="shop", value="apps"), Taint(key="spare", effect="NoExecute"))
    spec = pod(find(built(service(), at=environment(taints=taints)), "Deployment"))
    assert spec["nodeSelector"] == {"andamio.dev/pool": "applications"}
    assert spec["tolerations"] == [
        {"key": "shop", "operator": "Equal", "value": "apps", "effect": "NoSchedule"},
        {"key": "spare", "operator": "Exists", "effect": "NoExecute"},
    ]


@pytest.mark.parametrize("tier", ["critical", "standard", "best-effort"])
def test_the_tier_decides_the_priority(tier: str) -> None:
    assert pod(deployment(tier=tier))["priorityClassName"] == f"andamio-{tier}"


def test_secrets_are_read_only_files_and_their_change_restarts_the_pods() -> None:
    workload = deployment(cache=Cache(), database=Postgres())
    spec = pod(workload)
    mounts = {mount["mountPath"]: mount.get("readOnly") for mount in spec["containers"][0]["volumeMounts"]}
    assert mounts == {"/run/secrets/database": True, "/run/secrets/cache": True}
    assert {volume["secret"]["secretName"] for volume in spec["volumes"]} == {"database", "cache"}
    assert workload["metadata"]["annotations"][RELOAD] == "database,cache"
    assert RELOAD not in deployment()["metadata"]["annotations"]


def test_scratch_folders_are_empty_volumes_of_a_size() -> None:
    spec = pod(deployment(scratch=(Scratch(path="/tmp"), Scratch(path="/var/cache.d", size=9))))
    assert {volume["name"]: volume["emptyDir"]["sizeLimit"] for volume in spec["volumes"]} == {
        "scratch-tmp": "64Mi",
        "scratch-var-cachex2ed": "9Mi",
    }
    assert {mount["name"]: mount["mountPath"] for mount in spec["containers"][0]["volumeMounts"]} == {
        "scratch-tmp": "/tmp",
        "scratch-var-cachex2ed": "/var/cache.d",
    }


def test_command_and_arguments_are_the_images_own_unless_given() -> None:
    assert not {"command", "args"} & set(container())
    assert container(command=("serve",), args=("--quiet",))["command"] == ["serve"]
    assert container(command=("serve",), args=("--quiet",))["args"] == ["--quiet"]
