"""All of cdk8s and cdk8s-plus that this project uses, imported in one place.

`kplus` is `cdk8s_plus_27`. Importing it starts jsii (about a second).
"""

# ruff: noqa: E402
from andamio.node import use_bundled_node

use_bundled_node()

import cdk8s_plus_27 as kplus
from cdk8s import (
    ApiObject,
    ApiObjectMetadata,
    App,
    Chart,
    Cron,
    Duration,
    JsonPatch,
    Lazy,
    Names,
    Size,
    Testing,
    Yaml,
    YamlOutputType,
)
from constructs import Construct, IConstruct

__all__ = [
    "ApiObject",
    "ApiObjectMetadata",
    "App",
    "Chart",
    "Construct",
    "Cron",
    "Duration",
    "IConstruct",
    "JsonPatch",
    "Lazy",
    "Names",
    "Size",
    "Testing",
    "Yaml",
    "YamlOutputType",
    "kplus",
]
