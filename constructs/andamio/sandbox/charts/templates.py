"""The templates of stand-in charts: workloads of the table as Helm templates that read the values they are given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from andamio.sandbox.charts.workloads import Budget, StandIn, Workload

__all__ = ["IMAGES", "templates"]

IMAGES: Final = "stand-in.invalid"
"""Where the images of stand-in charts would come from, if anybody pulled one."""

_DEFINITIONS: Final = """\
{{- range $path, $content := .Files.Glob "definitions/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
"""

_OWN: Final[Mapping[str, str]] = {
    # Settings are texts in a ConfigMap, whatever they are in the values.
    "argo-cd": """\
{{- $given := dict "argocd-cm" "cm" "argocd-cmd-params-cm" "params" "argocd-rbac-cm" "rbac" }}
{{- range $name, $key := $given }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  namespace: {{ $.Release.Namespace }}
  labels: {"app.kubernetes.io/name": {{ toJson $name }}, "app.kubernetes.io/part-of": "argocd"}
data:
{{- range $setting, $value := omit (get $.Values.configs $key) "create" "annotations" }}
  {{ toJson $setting }}: {{ toString $value | toJson }}
{{- end }}
{{- end }}
""",
    "argocd-apps": """\
{{- range $kind, $all := dict "Application" .Values.applications "AppProject" .Values.projects }}
{{- range $name, $given := $all }}
---
apiVersion: argoproj.io/v1alpha1
kind: {{ $kind }}
metadata:
  name: {{ $name }}
  namespace: {{ $given.namespace | default $.Release.Namespace }}
  labels: {{ toJson ($given.additionalLabels | default dict) }}
  annotations: {{ toJson ($given.additionalAnnotations | default dict) }}
  finalizers: {{ toJson ($given.finalizers | default list) }}
spec: {{ toJson (omit $given "namespace" "additionalLabels" "additionalAnnotations" "finalizers") }}
{{- end }}
{{- end }}
""",
}


def templates(chart: StandIn) -> dict[str, str]:
    """File name → text of every template of a stand-in chart."""
    found = {f"{one.name}.yaml": _workload(one) for one in chart.workloads}
    if chart.definitions:
        found["definitions.yaml"] = _DEFINITIONS
    if chart.template:
        found["own.yaml"] = _OWN[chart.template]
    return found


def _workload(one: Workload) -> str:
    lines = [_account(one), _pods(one)]
    if one.service:
        lines.append(_service(one))
    if one.budget is not None:
        lines.append(_budget(one, one.budget))
    head = "{{- $v := merge (dict) .Values }}"
    for path, wanted in ((one.only_if, ""), (one.unless, "not ")):
        if path:
            head += f"\n{{{{- if {wanted}{_value(path, 'false')} }}}}"
            lines.append("{{- end }}")
    return "\n".join([head, *lines]) + "\n"


def _account(one: Workload) -> str:
    return f"""\
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {one.name}
  namespace: {{{{ .Release.Namespace }}}}
  annotations: {_hook(one, weight=-1)}
automountServiceAccountToken: false"""


def _hook(one: Workload, *, weight: int) -> str:
    """Annotations of a hook; a hook that is left from an earlier time goes before it is made anew."""
    if not one.hook:
        return "{}"
    settings = {"hook": one.hook, "hook-weight": str(weight), "hook-delete-policy": "before-hook-creation"}
    return json.dumps({f"helm.sh/{key}": value for key, value in settings.items()})


def _pods(one: Workload) -> str:
    labels = json.dumps(dict(one.labels))
    return f"""\
---
apiVersion: {"batch/v1" if one.kind == "Job" else "apps/v1"}
kind: {one.kind}
metadata:
  name: {one.name}
  namespace: {{{{ .Release.Namespace }}}}
  labels: {labels}
  annotations: {_hook(one, weight=0)}
spec:
{chr(10).join(f"  {line}" for line in _spec(one, labels))}
  template:
    metadata:
      labels: {labels}
    spec:
      serviceAccountName: {one.name}{f"{chr(10)}      restartPolicy: OnFailure" if one.kind == "Job" else ""}
      priorityClassName: {{{{ toJson {_setting(one, one.priority, '""')} }}}}
      nodeSelector: {{{{ toJson {_setting(one, one.node_selector, "dict")} }}}}
      tolerations: {{{{ toJson {_setting(one, one.tolerations, "list")} }}}}
      affinity: {{{{ toJson {_affinity(one)} }}}}
      topologySpreadConstraints: {{{{ toJson {_setting(one, "topologySpreadConstraints", "list")} }}}}
      securityContext: {{{{ toJson {_security(one, one.pod_security)} }}}}
      containers:
{chr(10).join(_containers(one))}"""


def _affinity(one: Workload) -> str:
    """An expression for the affinity that is told, or for one that keeps the pods apart where that is told."""
    told = _setting(one, "affinity", "dict")
    if not one.apart:
        return told
    term = {"labelSelector": {"matchLabels": dict(one.labels)}, "topologyKey": "kubernetes.io/hostname"}
    apart = json.dumps({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}})
    return f"(ternary (fromJson `{apart}`) {told} {_value(_below(one.at, one.apart), 'false')})"


def _spec(one: Workload, labels: str) -> Iterator[str]:
    """What stands beside the pods' template."""
    if one.kind == "Job":
        yield "backoffLimit: 4"
        return
    if one.kind == "StatefulSet":
        yield f'serviceName: "{one.name}"'
    yield f"replicas: {{{{ int {_value(_below(one.at, one.replicas), str(one.default_replicas))} }}}}"
    yield f"selector: {{matchLabels: {labels}}}"


def _containers(one: Workload) -> Iterator[str]:
    ports = json.dumps([{"name": name, "containerPort": port} for name, port in (one.ports or {}).items()])
    for number, (name, resources) in enumerate(one.containers):
        given = _setting(one, resources or one.resources, "dict")
        yield f"""\
      - name: {name}
        image: "{IMAGES}/{one.name}:{{{{ .Chart.AppVersion }}}}"
        resources: {{{{ toJson {given} }}}}
        securityContext: {{{{ toJson {_security(one, one.container_security, container=True)} }}}}
        ports: {ports if number == 0 else "[]"}"""


def _security(one: Workload, path: str, *, container: bool = False) -> str:
    """Settings of a security context; charts whose values name none have restricted ones of their own."""
    own = (
        'dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "runAsNonRoot" true '
        '"capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault")'
        if container
        else 'dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault")'
    )
    return f'(omit {_setting(one, path, f"({own})")} "enabled")' if path else f"({own})"


def _service(one: Workload) -> str:
    port = next(iter(one.ports.values()))
    return f"""\
---
apiVersion: v1
kind: Service
metadata:
  name: {one.service}
  namespace: {{{{ .Release.Namespace }}}}
spec:
  selector: {json.dumps(dict(one.labels))}
  ports: [{{"name": "http", "port": 80, "targetPort": {port}}}]"""


def _budget(one: Workload, budget: Budget) -> str:
    at = budget.at if budget.at.startswith("global.") else _below(one.at, budget.at)
    settings = _value(at, "dict")
    asked = _value(_below(at, budget.switch), "false") if budget.switch else settings
    return f"""\
{{{{- if {asked} }}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {one.name}
  namespace: {{{{ .Release.Namespace }}}}
spec:
  selector:
    matchLabels: {json.dumps(dict(one.labels))}
  {{{{- $budget := pick {settings} "minAvailable" "maxUnavailable" | default (dict "minAvailable" 1) }}}}
  {{{{- toYaml $budget | nindent 2 }}}}
{{{{- end }}}}"""


def _below(at: str, path: str) -> str:
    return f"{at}.{path}" if at else path


def _setting(one: Workload, path: str, default: str) -> str:
    """An expression for a setting at its own place, else at the shared one, else the default."""
    shared = _value(f"{one.shared}.{path}", default) if one.shared else default
    return _value(_below(one.at, path), shared)


def _value(path: str, default: str) -> str:
    """An expression for what stands at a path of the values."""
    keys = " ".join(json.dumps(key) for key in path.split("."))
    return f"(dig {keys} {default if default.startswith('(') or ' ' not in default else f'({default})'} $v)"
