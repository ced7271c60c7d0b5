"""What an edit changes, and what it leaves as it is."""

import dataclasses

from andamio.contract.platform import Platform
from andamio.contract.stacks import Stack, stack_name
from andamio.model import Environment, Team
from infra.main import stacks
from tests.infra.every_stack import built, catalog, labels


def test_the_order_of_declarations_does_not_matter(everything) -> None:
    platform = catalog()
    turned = Platform.of(
        shared=platform.shared.model_copy(
            update={"teams": platform.shared.teams[::-1], "zones": platform.shared.zones[::-1]}
        ),
        environments=platform.environments[::-1],
        services=platform.services[::-1],
        releases=platform.releases,
        outputs=platform.outputs,
        shared_outputs=platform.shared_outputs,
        tombstones=platform.tombstones[::-1],
        files=platform.files,
    )
    assert built(turned) == everything


def changed(everything: dict, platform: Platform) -> dict[str, set[str]]:
    """Stack → addresses that changed or went; new ones do not count."""
    after = built(platform)
    found = {
        name: {address for address, body in labels(stack).items() if labels(after[name]).get(address) != body}
        for name, stack in everything.items()
    }
    return {name: addresses for name, addresses in found.items() if addresses}


def replaced(**changes) -> Platform:
    return dataclasses.replace(catalog(), **changes)


def dev_with(**changes) -> tuple[Environment, ...]:
    return tuple(one.model_copy(update=changes) if one.name == "dev" else one for one in catalog().environments)


def test_a_new_pool_changes_no_other(everything) -> None:
    pools = catalog().environments[0].pools
    extra = pools[0].model_copy(update={"name": "a"})
    assert changed(everything, replaced(environments=dev_with(pools=(extra, *pools)))) == {}


def test_a_new_team_changes_no_project_of_another(everything) -> None:
    shared = catalog().shared
    more = shared.model_copy(update={"teams": (Team(name="aaa", group="x"), *shared.teams)})
    found = changed(everything, replaced(shared=more))
    assert set(found) <= {"shared-registry-content", "dev-gitops", "staging-gitops", "production-gitops"}
    assert found["shared-registry-content"] == {"harbor_robot_account.pull"}


def test_a_release_concerns_the_registrys_rules_alone() -> None:
    platform = catalog()
    release = platform.releases["dev"]
    services = {name: image.model_copy(update={"tag": "f" * 40}) for name, image in release.services.items()}
    after = replaced(releases={**platform.releases, "dev": release.model_copy(update={"services": services})})
    before = {share.name: share.view for share in stacks(platform)}
    assert [share.name for share in stacks(after) if share.view != before[share.name]] == [
        stack_name(Stack.SHARED_REGISTRY_CONTENT)
    ]
