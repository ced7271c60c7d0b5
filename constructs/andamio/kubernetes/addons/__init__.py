"""The add-ons of the platform: one module each, every one pinned."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from andamio.kubernetes.addons import (
    argo_cd,
    cert_manager,
    cert_manager_webhook_ovh,
    external_dns,
    external_secrets,
    gateway_api,
    istio,
    reloader,
)
from andamio.kubernetes.addons.addon import Addon, AddonError, GitFolder, HelmChart

__all__ = ["ADDONS", "Addon", "AddonError", "GitFolder", "HelmChart"]

ADDONS: Mapping[str, Addon] = MappingProxyType(
    {
        addon.name: addon
        for addon in sorted(
            (
                argo_cd.ADDON,
                cert_manager.ADDON,
                cert_manager_webhook_ovh.ADDON,
                external_dns.ADDON,
                external_secrets.ADDON,
                gateway_api.ADDON,
                istio.BASE,
                istio.ISTIOD,
                reloader.ADDON,
            ),
            key=lambda addon: addon.name,
        )
    }
)
"""Every add-on by name."""
