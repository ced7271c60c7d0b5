"""The Deployment of a service, its scaling, budget and configuration."""

from __future__ import annotations

import pytest

from andamio.kubernetes.configuration import CHECKSUM, checksum
from andamio.kubernetes.deployment import RELOAD
from andamio.model import Cache, Http, Postgres, Resources, Scaling, Scratch, Taint
from andamio.model.stores import Pool

from .shop import Body, built, environment, find, names, pod, service


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


def test_an_autoscaler_leaves_no_fixed_replicas() -> None:
    found = built(service(scaling=Scaling(min=2, max=5, cpu=60, memory=None, stabilization=120)))
    assert "replicas" not in find(found, "Deployment")["spec"]
    spec = find(found, "HorizontalPodAutoscaler")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 5)
    assert [metric["resource"]["name"] for metric in spec["metrics"]] == ["cpu"]
    assert spec["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 120


def test_equal_least_and_most_replicas_are_fixed_without_an_autoscaler() -> None:
    found = built(service(scaling=Scaling(min=3, max=3)))
    assert find(found, "Deployment")["spec"]["replicas"] == 3
    assert names(found, "HorizontalPodAutoscaler") == set()


@pytest.mark.parametrize(("scaling", "guarded"), [(Scaling(min=1, max=1), False), (Scaling(min=1, max=2), True)])
def test_a_budget_guards_what_can_have_more_than_one_replica(scaling: Scaling, guarded: bool) -> None:
    found = built(service(scaling=scaling))
    assert names(found, "PodDisruptionBudget") == ({"orders"} if guarded else set())
    if guarded:
        assert find(found, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


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


def test_a_change_of_configuration_rolls_the_pods_and_its_order_does_not() -> None:
    def stamp(**config: str) -> str:
        return str(deployment(config=config)["spec"]["template"]["metadata"]["annotations"][CHECKSUM])

    assert stamp(A="1", B="2") == stamp(B="2", A="1") != stamp(A="1", B="3")
    assert stamp(A="1") == checksum({"A": "1"})


def test_configuration_comes_as_environment_variables_with_the_size_of_the_pool() -> None:
    declared = service(config={"LOG": "info"}, database=Postgres(pool=Pool(client_connections=7)))
    found = built(declared)
    assert find(found, "ConfigMap")["data"] == {"LOG": "info", "DATABASE_POOL_SIZE": "7"}
    assert pod(find(found, "Deployment"))["containers"][0]["envFrom"] == [{"configMapRef": {"name": "orders"}}]


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
