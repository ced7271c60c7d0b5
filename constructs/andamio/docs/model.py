"""The reference of the model: every class of the catalog with its fields, types and defaults in words."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module

from andamio.contract import outputs
from andamio.docs.markdown import GENERATED, attribute_docs, named_docs, table
from andamio.docs.words import anchor, annotations_in_words
from andamio.model import types
from andamio.model.base import Model
from andamio.model.defaults import DEFAULTS
from andamio.model.per_env import FromTier

__all__ = ["CHAPTERS", "model_page"]

CHAPTERS = (
    "service",
    "workload",
    "network",
    "stores",
    "secrets",
    "environment",
    "shared",
    "release",
    "tombstone",
    "acceptance",
)
"""Modules of `andamio.model` in the order in which they are read."""

_HEAD = f"""# The model

{GENERATED}

What a catalog may say. `catalog/services/<name>.py` holds one [Service](#service), `catalog/environments.py` the
environments and what they share, `catalog/releases/<env>.json` the images, `catalog/tombstones.py` what left.

Everything is frozen and strict: an unknown field, a wrong type or a missing value is an error with file, field and
fix. A field without **required** may be left out. Any field but those marked, and any item of a
list or mapping, may differ by environment and keeps its type:

```python
from andamio.model import Scaling, per_env

scaling = per_env(Scaling(), production=Scaling(min=3, max=20))
```

The first value holds wherever no other is named.
"""


def model_page() -> str:
    """The page `docs/reference/model.md`."""
    parts = [_HEAD]
    for chapter in CHAPTERS:
        module = import_module(f"andamio.model.{chapter}")
        models = [getattr(module, name) for name in module.__all__]
        parts.append(f"## {_title(inspect.getdoc(module))}\n")
        parts.extend(_model(model) for model in models if isinstance(model, type) and issubclass(model, Model))
    parts.append(_by_tier())
    parts.append(_cloud_outputs())
    parts.append(_types())
    return "\n".join(parts)


def _title(doc: str | None) -> str:
    return (doc or "").splitlines()[0].rstrip(".")


def _model(model: type[Model]) -> str:
    docs, words = attribute_docs(model), annotations_in_words(model)
    rows = [(f"`{name}`", "".join((words[name], *_marks(model, name))), docs[name]) for name in model.model_fields]
    text = inspect.getdoc(model) or ""
    return f"### {model.__name__}\n\n{text}\n\n{table(('field', 'type', 'meaning'), rows)}"


def _marks(model: type[Model], name: str) -> Iterator[str]:
    """What a field's type does not tell."""
    if model.model_fields[name].is_required():
        yield ", **required**"
    if name in model.same_everywhere:
        yield ", not by `per_env`"


def _by_tier() -> str:
    """Which default each tier of environments gives to which field."""
    tiers = list(DEFAULTS)
    rows = [
        (f"[{model.__name__}](#{anchor(model.__name__)})`.{name}`", *(_value(DEFAULTS[tier][key]) for tier in tiers))
        for model, name, key in _tier_fields()
    ]
    return f"## Defaults by tier of the environment\n\n{table(('field', *tiers), rows)}"


def _tier_fields() -> Iterator[tuple[type[Model], str, str]]:
    for chapter in CHAPTERS:
        module = import_module(f"andamio.model.{chapter}")
        for exported in module.__all__:
            model = getattr(module, exported)
            if isinstance(model, type) and issubclass(model, Model):
                for name, field in model.model_fields.items():
                    if isinstance(field.default, FromTier):
                        yield model, name, field.default.key


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{item} for {key} services" for key, item in value.items())
    if isinstance(value, Model):
        return ", ".join(f"{name} {_value(getattr(value, name))}" for name in sorted(value.model_fields_set))
    return str(value)


def _cloud_outputs() -> str:
    intro = (
        "## Cloud outputs\n\n`catalog/cloud/<env>.json` and `catalog/cloud/shared.json` are written by "
        "`andamio outputs pull`, never by hand. [The contract](../contract.md) says who publishes and who reads them.\n"
    )
    return "\n".join([intro, _model(outputs.CloudOutputs), _model(outputs.SharedOutputs)])


def _types() -> str:
    docs = named_docs(types)
    return "## Types\n\n" + "\n".join(f"### {name}\n\n{docs[name]}\n" for name in types.__all__)
