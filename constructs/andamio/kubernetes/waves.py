"""Argo CD's sync waves and hooks: the order in which the objects of one folder are applied.

Argo CD applies a wave, waits until its objects are healthy (an ExternalSecret when its Secret is there, a hook Job
when it succeeded), and goes on with the next. Within a wave it sorts by kind, a Namespace first.
"""

from __future__ import annotations

__all__ = ["FOUNDATION", "HOOK", "KEEP", "TASK", "WORKLOAD", "in_wave"]

_WAVE = "argocd.argoproj.io/sync-wave"

FOUNDATION = -2
"""Namespace, account, configuration, secrets, policies, quota: what a pod needs before it can start."""

TASK = -1
"""Jobs that have to end before the workload changes: migrations, grants."""

WORKLOAD = 0
"""What runs, and what leads to it."""

HOOK = {
    "argocd.argoproj.io/hook": "Sync",
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
}
"""Annotations of a Job that runs in each sync, in its wave. A PreSync hook would come before the secrets of wave -2.

The Job goes when the next one comes and not when it succeeds, so that its log can be read until then.
"""

KEEP = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
}
"""Annotations of what Argo CD must not delete, neither when it leaves the folder nor with its Application; having left
the folder, it does not count as out of sync for ever."""


def in_wave(wave: int) -> dict[str, str]:
    """The annotation that puts an object into `wave`."""
    return {_WAVE: str(wave)}
