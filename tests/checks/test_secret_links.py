"""Who writes and who reads a secret, over both planes and the shared key store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from andamio.checks.run import check_output
from tests.checks.planting import BASE, OLD
from tests.checks.shop import TODAY
from tests.checks.shop_output import edited


def codes(edit: Callable[[Any, Any], Any]) -> list[str]:
    return [finding.code for finding in check_output(BASE.platform(), edited(OLD, edit), today=TODAY)]


def test_a_writer_that_goes_leaves_readers_alone() -> None:
    assert codes(lambda s, d: s["dev-data"]["resource"]["ovh_okms_secret"].pop("orders-database_secret")) == ["AND212"]


def test_a_secret_of_another_environment_is_not_ones_own() -> None:
    def moved(stacks: Any, documents: Any) -> None:
        secrets = stacks["dev-data"]["resource"]["ovh_okms_secret"]
        stacks["staging-data"]["resource"]["ovh_okms_secret"]["twice"] = secrets.pop("orders-database_secret")

    assert codes(moved) == ["AND212"]


def test_a_stack_reads_of_the_shared_key_store_what_a_shared_stack_writes() -> None:
    assert codes(lambda s, d: s["shared-registry"]["resource"].pop("ovh_okms_secret")) == ["AND212"]


def test_a_stack_that_reads_its_own_environment_needs_a_writer_there() -> None:
    def own(stacks: Any, documents: Any) -> None:
        stacks["dev-keys"]["data"]["ovh_okms_secret"]["token"] = {"okms_id": "${x}", "path": "platform/token"}

    assert codes(own) == ["AND212"]


@pytest.mark.parametrize("path", ["ci/plan", "registry/push/web"])
def test_what_pipelines_read_has_no_reader_here(path: str) -> None:
    def written(stacks: Any, documents: Any) -> None:
        stacks["dev-keys"]["resource"]["ovh_okms_secret"]["more"] = {"okms_id": "${x}", "path": path}

    assert codes(written) == []


def test_what_a_person_provides_has_a_writer() -> None:
    def read(stacks: Any, documents: Any) -> None:
        data = stacks["dev-keys"]["data"]["ovh_okms_secret"]
        data["oidc"] = {"okms_id": "${x}", "path": "platform/argocd-oidc"}

    assert codes(read) == []


def test_one_plane_alone_is_not_judged_by_the_other() -> None:
    assert codes(lambda s, d: s.clear()) == []
    assert "AND213" not in codes(lambda s, d: d.clear())
