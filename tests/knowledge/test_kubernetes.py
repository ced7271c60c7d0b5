from __future__ import annotations

import pytest

from andamio.knowledge.crds import Scope
from andamio.knowledge.kubernetes import scope


def test_built_in_and_custom_kinds() -> None:
    assert scope("apps/v1", "Deployment") is Scope.NAMESPACED
    assert scope("v1", "Namespace") is Scope.CLUSTER
    assert scope("cert-manager.io/v1", "ClusterIssuer") is Scope.CLUSTER


def test_a_kind_in_another_group_is_not_known() -> None:
    with pytest.raises(LookupError, match="Deployment in extensions/v1beta1 is not known"):
        scope("extensions/v1beta1", "Deployment")


def test_a_misspelt_kind_is_named_with_its_neighbour() -> None:
    with pytest.raises(LookupError, match='Did you mean "ConfigMap"'):
        scope("v1", "ConfigMaps")
