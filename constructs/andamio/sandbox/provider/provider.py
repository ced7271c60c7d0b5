"""One imitated provider: what Terraform asks, answered by schema, behaviour, models and the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from andamio.bindings.schema import ProviderSchema, committed_schema
from andamio.sandbox import models  # noqa: F401 - importing it fills the register
from andamio.sandbox.cloud.made import Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud, Use
from andamio.sandbox.protocol.shape import Block, conformed, is_set
from andamio.sandbox.protocol.values import UNKNOWN, Values, has_unknown, known
from andamio.sandbox.provider.behaviour import behaviour
from andamio.sandbox.provider.checking import problems
from andamio.sandbox.provider.faults import Faults
from andamio.sandbox.provider.model import DATA, MODELS, Asked, Model
from andamio.sandbox.provider.planning import Plan, plan, resolved

__all__ = ["SandboxProvider"]

_SEED = "//seed"
"""Where a thing's record keeps what its ids were made from."""


class SandboxProvider:
    """A provider of the committed schemas, whose resources live in `cloud`.

    Args:
        name: `ovh`, `harbor` or `helm`.
        cloud: Where its resources live.

    Raises:
        Refusal: every method, for what the cloud or the provider does not do.
    """

    def __init__(self, name: str, cloud: Cloud) -> None:
        self.schema: ProviderSchema = committed_schema(name)
        self.cloud = cloud
        self._faults = Faults(cloud)
        self._settings: Values = {}

    @property
    def body(self) -> Mapping[str, Any]:
        """The provider's schema, with every resource that the stacks may use."""
        return self.schema.body

    def configure(self, settings: Values) -> None:
        """Take the provider's own configuration."""
        self._settings = known(settings)

    def validate(self, kind: str, config: Values) -> list[str]:
        """What is wrong with a resource's configuration."""
        return list(problems(self._model(kind), behaviour(kind), config))

    def validate_data(self, kind: str) -> None:
        """Refuse a data source that is not imitated."""
        if kind not in DATA:
            raise Refusal(f"the sandbox does not imitate the data source {kind}", source="the sandbox's own limit")

    def upgrade(self, kind: str, state: Values) -> Values:
        """A state from its file in the shape of the schema."""
        return conformed(self._block(kind), state)

    def plan(self, kind: str, prior: Values | None, proposed: Values | None, config: Values | None) -> Plan:
        """Plan a resource."""
        self._model(kind)
        return plan(self._block(kind), behaviour(kind), prior=prior, proposed=proposed, config=config)

    def read(self, kind: str, state: Values) -> Values | None:
        """A resource as the cloud has it now; None when it is gone."""
        model = self._model(kind)
        self._faults.before_read(kind)
        key = model.key(self._asked(state))
        if self._faults.loses(kind):
            self.cloud.remove(kind, key)
        found = self.cloud.get(kind, key)
        if found is None:
            return None
        kept = {name: state[name] for name in ("timeouts", *model.told_once) if name in state}
        return conformed(self._block(kind), {**_shown(found), **kept})

    def apply(self, kind: str, prior: Values | None, planned: Values | None, config: Values | None) -> Values | None:
        """Make, change or delete a resource, and return what it is then."""
        self._faults.before_change(kind)
        with self.cloud.transaction():
            if planned is None:
                self._delete(kind, prior or {})
                return None
            made = self._make(kind, prior, planned, config or {})
        if prior is None:
            self._faults.after_making(kind, str(made.get("id", "")))
        return made

    def import_(self, kind: str, id_: str) -> Values:
        """The resource that an id of `terraform import` names."""
        model = self._model(kind)
        if not behaviour(kind).importable:
            raise Refusal(f"{kind} cannot be imported", source="the provider has no importer for it")
        for thing in self.cloud.find(kind):
            if "/".join(str(thing.body.get(name)) for name in model.imports) == id_:
                return conformed(self._block(kind), {**_shown(thing.body), **dict.fromkeys(model.told_once, "")})
        form = "/".join(model.imports)
        raise Refusal(f'there is no {kind} "{id_}" (an id has the form {form})', source="OVHcloud's API answers 404")

    def read_data(self, kind: str, config: Values) -> Values:
        """What a data source reads."""
        self.validate_data(kind)
        block = self.body["data_source_schemas"][kind]["block"]
        given = {name: value for name, value in config.items() if value is not None}
        return conformed(block, {**_shown(DATA[kind](self._asked(config))), **given})

    def _make(self, kind: str, prior: Values | None, planned: Values, config: Values) -> Values:
        model, block = self._model(kind), self._block(kind)
        given = known(planned)
        stored = None
        if prior is not None:
            stored = self.cloud.get(kind, model.key(self._asked(prior)))
            if stored is None:
                raise Refusal(f"{kind} is gone", source="OVHcloud's API answers 404")
        asked = Asked(cloud=self.cloud, given=given, before=prior, provider=self._settings)
        self._check(model, block, asked)
        there = None if stored else self._there(model, asked)
        seed = (stored or there or {}).get(_SEED) or self._new_seed(model, given)
        made = model.made(asked, Made(seed))
        if there is not None:
            made = model.adopted(made) or made
        unknown = [name for name, value in planned.items() if value is UNKNOWN and name not in {*made, *model.empty}]
        if unknown:
            raise Refusal(
                f"the sandbox does not make {', '.join(unknown)} of {kind}", source="a gap of the sandbox's own"
            )
        state = conformed(block, resolved(planned, made))
        if has_unknown(state):
            raise ValueError(f"{kind}: something stayed unknown")
        uses = [*(Use(kind=k, id=str(given[name])) for name, k in model.lies_in), *model.uses(asked)]
        body = {name: value for name, value in state.items() if name != "timeouts"}
        self.cloud.put(kind, model.key(self._asked(state)), {**body, _SEED: seed}, uses=uses)
        return state

    def _check(self, model: Model, block: Block, asked: Asked) -> None:
        for name, kind in model.lies_in:
            if self.cloud.get(kind, str(asked.given[name])) is None:
                raise Refusal(f"{name} = {asked.given[name]!r} does not exist", source="OVHcloud's API answers 404")
        if asked.before is None and self._there(model, asked) and model.adopted({}) is None:
            what = ", ".join(str(asked.given.get(name)) for name in model.unique)
            raise Refusal(f"there is a {model.kind} {what} already", source="OVHcloud's API answers 409")
        for name in behaviour(model.kind).fixed if asked.before else ():
            if "." not in name and asked.changed(name) and not is_set(block, name):
                raise Refusal(f"{name} cannot change after creation", source="provider documentation")
        model.check(asked)

    def _there(self, model: Model, asked: Asked) -> Values | None:
        """One with the same unique arguments, if there is."""
        mine = {name: asked.given.get(name) for name in model.unique}
        found = self.cloud.find(model.kind, **mine) if mine else []
        return found[0].body if found else None

    def _delete(self, kind: str, state: Values) -> None:
        model = self._model(kind)
        asked = self._asked(state)
        key = model.key(asked)
        found = self.cloud.get(kind, key)
        if found is None:
            return
        for other, _, why in self.cloud.holders(kind, key):
            raise Refusal(f"{kind} {key} is in use by a {other}", source=why)
        model.check_delete(self.cloud, {**found, **state})
        model.ended(asked)
        self.cloud.remove(kind, key)

    def _new_seed(self, model: Model, given: Values) -> str:
        seed = model.seed(given)
        number = self.cloud.births(seed)
        return f"{seed}|{number}" if number else seed

    def _asked(self, given: Values) -> Asked:
        return Asked(cloud=self.cloud, given=given, provider=self._settings)

    def _block(self, kind: str) -> Block:
        block: Block = self.body["resource_schemas"][kind]["block"]
        return block

    def _model(self, kind: str) -> Model:
        found = MODELS.get(kind)
        if found is None:
            raise Refusal(f"the sandbox does not imitate {kind}", source="the sandbox's own limit")
        return found


def _shown(body: Values) -> Values:
    return {name: value for name, value in body.items() if not name.startswith("//")}
