"""The base of every model: frozen, strict, and able to vary by environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from andamio.model.per_env import FromTier, PerEnv

__all__ = ["Model", "resolved", "walk"]


def _accept(value: object, handler: Callable[[object], Any]) -> Any:
    """Validate `value`; of a `PerEnv`, each alternative; of a list, as the tuple it means."""
    if isinstance(value, PerEnv):
        return value.map(lambda name, item: _located(name, item, handler))
    if isinstance(value, list):
        value = tuple(value)
    return handler(value)


def _accept_one(value: object, handler: Callable[[object], Any]) -> Any:
    """Validate `value` of a field that cannot differ by environment."""
    if isinstance(value, PerEnv):
        raise PydanticCustomError("same_everywhere", "Cannot differ by environment: give one value")
    return _accept(value, handler)


def _located(environment: str, value: object, handler: Callable[[object], Any]) -> Any:
    try:
        return _accept(value, handler)
    except ValidationError as error:
        details = [
            InitErrorDetails(
                type=PydanticCustomError(cast("Any", line["type"]), cast("Any", line["msg"].replace("{", "{{"))),
                loc=(f"<{environment}>", *line["loc"]),
                input=line["input"],
            )
            for line in error.errors(include_url=False)
        ]
        raise ValidationError.from_exception_data(error.title, details) from None


def _varying(schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """Wrap `schema`, and the items of tuples and mappings in it, so that a `PerEnv` may stand there."""
    kind = schema["type"]
    changed: dict[str, Any] = dict(schema)
    if kind == "default":
        changed["schema"] = _varying(changed["schema"])
        return cast("core_schema.CoreSchema", changed)
    if kind == "nullable":
        changed["schema"] = _inside(changed["schema"])
    else:
        changed = dict(_inside(schema))
    return core_schema.no_info_wrap_validator_function(_accept, cast("core_schema.CoreSchema", changed))


def _fixed(schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """Wrap `schema` so that no `PerEnv` may stand there, nor in it but where a model of its own allows it."""
    if schema["type"] == "default":
        changed: dict[str, Any] = {**schema, "schema": _fixed(schema["schema"])}
        return cast("core_schema.CoreSchema", changed)
    return core_schema.no_info_wrap_validator_function(_accept_one, schema)


def _inside(schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
    changed: dict[str, Any] = dict(schema)
    if schema["type"] == "dict" and "values_schema" in changed:
        changed["values_schema"] = _varying(changed["values_schema"])
    if schema["type"] == "tuple":
        changed["items_schema"] = [_varying(item) for item in changed["items_schema"]]
    return cast("core_schema.CoreSchema", changed)


def _model_schema(schema: core_schema.CoreSchema) -> dict[str, Any] | None:
    """The `model-fields` schema inside `schema`, through definitions and validators."""
    found: Any = schema
    while isinstance(found, dict):
        if found["type"] == "model-fields":
            return found
        if found["type"] == "definitions" or "schema" in found:
            found = found["schema"]
        else:
            return None
    return None


class Model(BaseModel):
    """A frozen value of the catalog.

    Unknown fields, wrong types and missing values are errors at construction. Any field, and any
    item of a tuple or mapping, may be given as `per_env(...)`; each alternative is validated like
    the field itself. Lists are taken as the tuples they mean.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=False)

    same_everywhere: ClassVar[frozenset[str]] = frozenset()
    """Fields that `per_env` cannot vary, for what they name is one thing in all environments. Default: none."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        schema = handler(source)
        model = _model_schema(schema)
        if model is not None:
            fields = model["fields"]
            for name, field in fields.items():
                wrapped = _fixed(field["schema"]) if name in cls.same_everywhere else _varying(field["schema"])
                fields[name] = {**field, "schema": wrapped}
        return schema

    def resolve(self, environment: str, defaults: Callable[[str], object]) -> Self:
        """This value as it is in `environment`: no `PerEnv` and no default left open.

        `defaults` gives the value of a default that depends on the environment's tier.
        """
        return cast("Self", resolved(self, environment, defaults))


def resolved(value: object, environment: str, defaults: Callable[[str], object]) -> object:
    """`value` with each `PerEnv` and tier default inside replaced by what holds in `environment`."""
    if isinstance(value, PerEnv):
        return resolved(value.value(environment), environment, defaults)
    if isinstance(value, FromTier):
        return resolved(defaults(value.key), environment, defaults)
    if isinstance(value, BaseModel):
        return _resolved_model(value, environment, defaults)
    if isinstance(value, tuple):
        return tuple(resolved(item, environment, defaults) for item in value)
    if isinstance(value, Mapping):
        return {key: resolved(item, environment, defaults) for key, item in value.items()}
    return value


def _resolved_model(value: BaseModel, environment: str, defaults: Callable[[str], object]) -> BaseModel:
    old = value.__dict__
    new = {name: resolved(item, environment, defaults) for name, item in old.items()}
    if all(new[name] is old[name] for name in old):
        return value
    return type(value).model_construct(_fields_set=value.model_fields_set, **new)


def walk(value: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Every value inside `value` with its path, models and containers included."""
    yield at, value
    if isinstance(value, BaseModel):
        for name, item in value.__dict__.items():
            yield from walk(item, f"{at}.{name}" if at else name)
    elif isinstance(value, PerEnv):
        for name, item in value.alternatives():
            yield from walk(item, f"{at}<{name}>")
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from walk(item, f"{at}[{index}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, f'{at}["{key}"]')
