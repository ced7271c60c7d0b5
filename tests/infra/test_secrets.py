"""Where secrets are, over all stacks."""

import json
import re

import pytest

from andamio.bindings.schema import committed_schema
from andamio.cloud.links import PIPELINES, ci_link
from andamio.cloud.links_gitops import key_store_token_link, manual_secrets
from andamio.contract.secrets import (
    database_admin_link,
    database_owner_link,
    dns_link,
    registry_admin_link,
    registry_pull_link,
    registry_push_link,
    service_links,
)
from andamio.contract.stacks import SHARED_STACKS
from tests.infra.every_stack import ENVIRONMENTS, NAMES, catalog, labels


@pytest.mark.parametrize("name", NAMES)
def test_no_output_holds_a_secret(everything, name) -> None:
    schema = committed_schema("ovh").body
    for output in everything[name].get("output", {}).values():
        text = json.dumps(output["value"])
        for data, kind, attribute in re.findall(r"(data\.)?(ovh_\w+)\.[\w-]+\.(\w+)", text):
            group = "data_source_schemas" if data else "resource_schemas"
            assert not schema[group][kind]["block"]["attributes"].get(attribute, {}).get("sensitive")
        assert "okms_secret" not in text
        assert "uuid()" not in text


def test_every_secret_is_written_once_and_by_reference(everything) -> None:
    for environment in (*ENVIRONMENTS, "shared"):
        paths = [
            arguments["path"]
            for name, stack in everything.items()
            if name.startswith(f"{environment}-")
            for address, arguments in labels(stack).items()
            if address.startswith("ovh_okms_secret.")
        ]
        assert len(paths) == len(set(paths))
    for stack in everything.values():
        for address, arguments in labels(stack).items():
            if address.startswith("ovh_okms_secret."):
                assert arguments["version"]["data"].startswith("${")


def written(everything: dict, prefix: str) -> set[str]:
    return {
        arguments["path"]
        for name, stack in everything.items()
        if name.startswith(prefix)
        for address, arguments in labels(stack).items()
        if address.startswith("ovh_okms_secret.")
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_writes_exactly_the_secrets_that_have_a_link(everything, environment) -> None:
    view = catalog().views[environment]
    links = [
        dns_link(),
        registry_pull_link(),
        key_store_token_link(),
        *(ci_link(pipeline) for pipeline in PIPELINES),
        *(database_owner_link(service) for service in view.services if service.database is not None),
        *(database_admin_link(cluster.name) for cluster in view.database_clusters),
        *(link for service in view.services for _, link in service_links(service) if link.writer == "terraform"),
    ]
    assert written(everything, f"{environment}-") == {link.path for link in links}


def test_the_shared_stacks_write_exactly_the_accounts_of_the_registry(everything) -> None:
    links = [
        registry_admin_link(),
        registry_pull_link(),
        *(registry_push_link(team.name) for team in catalog().shared.teams),
    ]
    assert written(everything, "shared-") == {link.path for link in links}


def test_what_a_stack_reads_from_a_key_store_somebody_writes(everything) -> None:
    by_hand = {secret.link.path for secret in manual_secrets(catalog().shared.repository)}
    for name, stack in everything.items():
        for secret in stack.get("data", {}).get("ovh_okms_secret", {}).values():
            shared = name in SHARED_STACKS or name.endswith("-keys")
            owner = "shared-" if shared else f"{name.partition('-')[0]}-"
            assert secret["path"] in written(everything, owner) | by_hand
