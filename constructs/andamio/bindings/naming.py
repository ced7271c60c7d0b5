"""Names as `cdktf get` and jsii form them for Python, so that either's output can take the other's place.

The rules were read from the behaviour of `@cdktf/provider-generator` 0.21 (which turns a schema's names into
camel case) and jsii-pacmak 1.x (which turns those into Python's).
"""

import keyword
import re

_RENAMED = {
    "self": "selfAttribute",
    "build": "buildAttribute",
    "equals": "equalTo",
    "node": "nodeAttribute",
    "system": "systemAttribute",
    "tfResourceType": "tfResourceTypeAttribute",
    "importFrom": "importFromAttribute",
    "moveTo": "moveToAttribute",
    "software": "softwareAttribute",
}
"""Attributes that would hide a member of every construct, or that another language of jsii cannot hold."""

_RESERVED_BASES = {
    *("string", "object", "function", "implements", "interface", "let", "package", "private", "protected"),
    *("public", "static", "yield", "await", "license", "version"),
}
"""Resource names that cannot be a namespace; they get the suffix `_resource`."""


def camel_case(name: str) -> str:
    """`cluster_ca_2nd` as `clusterCa2Nd`: a letter after an underscore or a digit is upper case."""
    name = re.sub(r"^[_.\- ]+", "", name).lower()
    name = re.sub(r"[_.\- ]+(\w|$)", lambda match: match[1].upper(), name)
    return re.sub(r"\d+(?:\w|$)", lambda match: match[0].upper(), name)


def pascal_case(name: str) -> str:
    """Camel case with an upper-case first letter, as in class names."""
    camel = camel_case(name)
    return camel[:1].upper() + camel[1:]


def snake_case(camel: str) -> str:
    """Camel case back to snake case; not always the name that it came from (`ipv6Only` is `ipv6_only`)."""
    camel = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", camel)
    return re.sub(r"([A-Z]+)([A-Z][a-z]+)", r"\1_\2", camel).lower()


def python_name(terraform_name: str) -> str:
    """The Python name of an attribute: `from` is `from_`, `node` is `node_attribute`."""
    camel = camel_case(terraform_name)
    if re.match(r"get[A-Za-z]", camel):
        camel = "fetch" + camel[3:]
    name = snake_case(_RENAMED.get(camel, camel))
    return f"{name}_" if keyword.iskeyword(name) else name


def base_name(terraform_type: str, provider: str) -> str:
    """What remains of `ovh_cloud_project_kube` without its provider; words that are taken get `_resource`."""
    base = terraform_type.removeprefix(f"{provider}_")
    return f"{base}_resource" if base in {*_RESERVED_BASES, "provider"} else base


def module_name(base: str) -> str:
    """The Python module of a resource's base name."""
    name = snake_case(camel_case("index_resource" if base == "index" else base))
    return f"{name}_" if keyword.iskeyword(name) else name
