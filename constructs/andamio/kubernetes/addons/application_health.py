"""How Argo CD judges the health of an Application: the check by which one wave waits for another."""

from __future__ import annotations

__all__ = ["APPLICATION_HEALTH", "GATES_LABEL", "NEVER_GATES"]

GATES_LABEL = "andamio.dev/gates"
"""Label of an Application; with the value `false` its parent never waits for it."""

NEVER_GATES = {GATES_LABEL: "false"}
"""The label of services, and of what is healthy only when all of them are deployed."""

APPLICATION_HEALTH = f"""\
local health = {{ status = "Progressing", message = "waiting for the first sync" }}
local labels = obj.metadata.labels or {{}}
if labels["{GATES_LABEL}"] == "false" then
  health.status = "Healthy"
  health.message = "never holds up its parent; its own page shows how it is"
  return health
end
local status = obj.status or {{}}
local operation = status.operationState or {{}}
if operation.phase == "Failed" or operation.phase == "Error" then
  health.status = "Degraded"
  health.message = operation.message or "the last sync failed"
  return health
end
if operation.phase == "Running" and (operation.retryCount or 0) > 0 then
  health.status = "Degraded"
  health.message = operation.message or "the sync failed and is tried again"
  return health
end
local sync = status.sync or {{}}
if sync.status ~= "Synced" or operation.phase ~= "Succeeded" then
  return health
end
if status.health ~= nil then
  health.status = status.health.status or "Progressing"
  health.message = status.health.message or ""
end
return health
"""
"""Lua for `resource.customizations.health.argoproj.io_Application`.

Argo CD has none built in, and the one in its documentation takes a child for healthy before its first sync has
ended, so that the next wave begins too early. This one also wants the child in step with its commit and its last
operation to have succeeded. A child is tried again for ever, and Argo CD calls that "Running": were it progress, the
parent would wait for it and never read the commit that mends it. So it is a failure, upon which the parent, which is
tried again too, takes the newest commit.
"""
