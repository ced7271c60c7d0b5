import json
from typing import Any

from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.platform import Platform
from andamio.contract.views import Context, context
from andamio.kubernetes.certificates import certificate_manifests
from andamio.kubernetes.gateway import CERTIFICATE, gateway_manifests
from andamio.kubernetes.route import GATEWAY, GATEWAY_LISTENER


def _objects(shop: Context) -> dict[str, dict[str, Any]]:
    return {f"{m.kind}/{m.name}": m.body for m in gateway_manifests(shop)}


def test_services_attach_to_tls_only_and_plain_http_is_redirected(tienda: Platform) -> None:
    found = _objects(context(tienda.views["dev"]))
    listeners = {listener["name"]: listener for listener in found[f"Gateway/{GATEWAY}"]["spec"]["listeners"]}
    assert listeners["http"]["allowedRoutes"]["namespaces"] == {"from": "Same"}
    selector = listeners[GATEWAY_LISTENER]["allowedRoutes"]["namespaces"]["selector"]
    assert selector == {"matchLabels": {"andamio.dev/service": "true"}}
    (rule,) = found["HTTPRoute/redirect-to-https"]["spec"]["rules"]
    assert rule["filters"][0]["requestRedirect"] == {"scheme": "https", "statusCode": 301}
    assert found["HTTPRoute/redirect-to-https"]["spec"]["parentRefs"][0]["sectionName"] == "http"


def test_no_service_can_take_the_host_of_argo_cd(tienda: Platform) -> None:
    found = _objects(context(tienda.views["dev"]))
    route = found["HTTPRoute/argocd"]
    listener = next(
        item
        for item in found[f"Gateway/{GATEWAY}"]["spec"]["listeners"]
        if item["name"] == route["spec"]["parentRefs"][0]["sectionName"]
    )
    assert listener["hostname"] in route["spec"]["hostnames"]
    assert listener["allowedRoutes"]["namespaces"]["selector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "argocd"
    }


def test_one_certificate_holds_the_domain_and_every_host_of_every_service(tienda: Platform) -> None:
    view = tienda.views["production"]
    spec = _objects(context(view))[f"Certificate/{CERTIFICATE}"]["spec"]
    domain = view.environment.domain.name
    assert spec["dnsNames"] == [domain, f"*.{domain}"]
    assert all("." not in route.host for service in view.services for route in service.routes)
    issuers = [m.name for m in certificate_manifests(context(view)) if m.kind == "ClusterIssuer"]
    assert spec["issuerRef"]["name"] in issuers


def test_both_sides_of_the_load_balancer_speak_the_proxy_protocol(tienda: Platform) -> None:
    gateway = _objects(context(tienda.views["dev"]))[f"Gateway/{GATEWAY}"]
    annotations = gateway["spec"]["infrastructure"]["annotations"]
    assert annotations["loadbalancer.openstack.org/proxy-protocol"] == "true"
    assert json.loads(annotations["proxy.istio.io/config"]) == {"gatewayTopology": {"proxyProtocol": {}}}
    assert len(annotations) <= 8  # the most that the Gateway API allows


def test_the_gateway_keeps_its_address_whatever_leaves_the_folder(tienda: Platform) -> None:
    gateway = _objects(context(tienda.views["production"]))[f"Gateway/{GATEWAY}"]
    assert gateway["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_the_gateways_pods_are_budgeted_where_there_are_two(tienda: Platform) -> None:
    options = {
        name: _objects(context(view))["ConfigMap/gateway-options"]["data"] for name, view in tienda.views.items()
    }
    assert "podDisruptionBudget" not in options["dev"]
    scaling = json.loads(options["production"]["horizontalPodAutoscaler"])["spec"]
    assert scaling["minReplicas"] == 2
    assert json.loads(options["production"]["podDisruptionBudget"]) == {"spec": {"minAvailable": 1}}
    pod = json.loads(options["production"]["deployment"])["spec"]["template"]["spec"]
    assert pod["containers"][0]["resources"]["requests"]
    assert pod["tolerations"] == [
        {"key": "andamio.dev/system", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
    ]


def test_the_world_reaches_the_gateway_and_the_gateway_reaches_services_argo_cd_and_istiod(tienda: Platform) -> None:
    found = _objects(context(tienda.views["dev"]))
    world = found["CiliumNetworkPolicy/gateway"]["spec"]["ingress"]
    assert [p["port"] for rule in world for ports in rule["toPorts"] for p in ports["ports"]] == ["80", "443"]
    peers = [
        rule["to"][0]["namespaceSelector"]["matchLabels"] for rule in found["NetworkPolicy/gateway"]["spec"]["egress"]
    ]
    assert peers == [
        {"kubernetes.io/metadata.name": "istio-system"},
        {"kubernetes.io/metadata.name": "argocd"},
        {"andamio.dev/service": "true"},
    ]
    assert found["NetworkPolicy/gateway"]["metadata"]["namespace"] == GATEWAY_NAMESPACE
