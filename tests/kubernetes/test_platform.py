from andamio.contract.names import RESERVED_NAMESPACES
from andamio.kubernetes.addons import ADDONS, argo_cd
from andamio.kubernetes.addons.addon import SYSTEM_PRIORITY
from andamio.kubernetes.platform import EXEMPT, platform_manifests, platform_namespaces
from andamio.kubernetes.priority import PRIORITIES, priority_class


def test_no_service_can_take_a_namespace_of_the_platform() -> None:
    assert set(platform_namespaces(ADDONS.values())) | set(EXEMPT) <= RESERVED_NAMESPACES


def test_every_reserved_namespace_is_restricted_or_exempt_with_a_reason() -> None:
    made = platform_namespaces(ADDONS.values())
    grants = {"database-grants"}  # comes with its Job
    assert set(made) | set(EXEMPT) | grants == RESERVED_NAMESPACES
    weak = {name for name, level in made.items() if level != "restricted"}
    assert weak == {addon.namespace for addon in ADDONS.values() if addon.pod_security != "restricted"}
    assert all(len(reason) > 20 for reason in EXEMPT.values())


def test_a_namespace_is_as_weak_as_its_weakest_addon() -> None:
    class Weak:
        namespace = "istio-system"
        pod_security = "baseline"

    levels = platform_namespaces([*ADDONS.values(), Weak()])  # type: ignore[list-item]
    assert levels["istio-system"] == "baseline"
    assert levels["cert-manager"] == "restricted"


def test_namespaces_enforce_pod_security_and_are_never_deleted() -> None:
    namespaces = [m.body["metadata"] for m in platform_manifests() if m.kind == "Namespace"]
    assert len(namespaces) > 7
    for metadata in namespaces:
        assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
        assert metadata["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_every_namespace_is_closed_but_that_of_argo_cd_which_its_own_folder_closes_last() -> None:
    names = {m.name for m in platform_manifests() if m.kind == "Namespace"}
    closed = {m.namespace for m in platform_manifests() if m.kind == "NetworkPolicy"}
    assert names - closed == {argo_cd.NAMESPACE}


def test_the_platform_is_scheduled_before_every_tier_and_tiers_in_their_order() -> None:
    values = {m.name: m.body["value"] for m in platform_manifests() if m.kind == "PriorityClass"}
    tiers = [values[priority_class(tier)] for tier in ("critical", "standard", "best-effort")]
    assert values[SYSTEM_PRIORITY] > tiers[0]
    assert tiers == sorted(tiers, reverse=True)
    assert len(values) == len(PRIORITIES) + 1
    assert max(values.values()) < 1_000_000_000  # the ceiling of what users may set
