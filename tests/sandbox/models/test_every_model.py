"""What holds for every resource type and data source of the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from andamio.bindings.schema import committed_schema
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.protocol.values import has_unknown
from andamio.sandbox.provider.behaviour import behaviour
from andamio.sandbox.provider.model import DATA, MODELS
from tests.sandbox.zoo import Zoo, examples, sources

PROVIDERS = ("ovh", "harbor", "helm")


def test_every_resource_and_data_source_of_the_committed_schemas_is_imitated() -> None:
    for group, known in (("resource_schemas", MODELS), ("data_source_schemas", DATA)):
        wanted = {kind for name in PROVIDERS for kind in committed_schema(name).body.get(group, {})}
        assert wanted == set(known)


def test_there_is_an_example_of_every_type(zoo: Zoo) -> None:
    assert {kind for _, (kind, _) in examples(zoo.made).items()} == set(MODELS)
    assert set(sources(zoo.made)) == set(DATA)


def test_what_was_made_is_read_back_the_same_and_planned_without_a_change(zoo: Zoo) -> None:
    for name, (kind, arguments) in examples(zoo.made).items():
        state, provider = zoo.made[name], zoo.provider(kind)
        assert not has_unknown(state), name
        assert provider.read(kind, state) == state, name
        assert provider.upgrade(kind, state) == state, name
        config = zoo.config(kind, arguments)
        plan = provider.plan(kind, state, state, config)
        assert (plan.state, plan.replaced_by) == (state, ()), name


def test_an_import_finds_what_is_there_but_not_the_secrets_that_are_told_once(zoo: Zoo) -> None:
    for name, (kind, _) in examples(zoo.made).items():
        state, provider, model = zoo.made[name], zoo.provider(kind), MODELS[kind]
        id_ = "/".join(str(state[part]) for part in model.imports)
        if behaviour(kind).importable:
            found = provider.import_(kind, id_)
            assert found == {**state, **dict.fromkeys(model.told_once, "")}, name
        else:
            with pytest.raises(Refusal, match="cannot be imported"):
                provider.import_(kind, id_)
    assert not behaviour("ovh_okms_secret").importable


def test_everything_can_be_deleted_in_reverse_order_and_is_gone_then(zoo: Zoo) -> None:
    for name, (kind, _) in reversed(list(examples(zoo.made).items())):
        provider = zoo.provider(kind)
        zoo.delete(kind, zoo.made[name])
        if name not in ("release", "kube"):  # Helm finds its releases through the cluster
            assert provider.read(kind, zoo.made[name]) is None, name
    assert zoo.cloud.kinds() == {}


def test_two_clouds_give_the_same_ids_and_secrets(zoo: Zoo, tmp_path: Path) -> None:
    folder = tmp_path / "another"
    folder.mkdir()
    other = Zoo(folder)
    other.fill()
    assert other.made == zoo.made


def test_what_is_made_again_under_its_name_has_another_id(zoo: Zoo) -> None:
    kind, arguments = examples(zoo.made)["topic"]
    zoo.delete(kind, zoo.made["topic"])
    again = zoo.make(kind, arguments)
    assert again["id"] != zoo.made["topic"]["id"]


def test_every_data_source_reads_every_attribute(zoo: Zoo) -> None:
    for kind, arguments in sources(zoo.made).items():
        provider = zoo.provider(kind)
        block = provider.body["data_source_schemas"][kind]["block"]
        config = {name: arguments.get(name) for name in block["attributes"]}
        config |= {name: [] for name in block.get("block_types", {})}
        state = provider.read_data(kind, config)
        assert set(state) == set(config), kind
        assert not has_unknown(state), kind
        for name, value in arguments.items():
            assert state[name] == value, kind


def test_a_type_that_nobody_imitates_fails_loudly(zoo: Zoo) -> None:
    with pytest.raises(Refusal, match="does not imitate ovh_vps"):
        zoo.providers["ovh"].validate("ovh_vps", {})
    with pytest.raises(Refusal, match="does not imitate the data source ovh_vps"):
        zoo.providers["ovh"].validate_data("ovh_vps")
