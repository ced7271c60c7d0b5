"""All of cdktf that this project uses, imported in one place.

CDKTF was archived in December 2025 and lives on as `cdktn`, with the same classes. Nothing else here imports
`cdktf`, so the move is a change of this file. Importing it starts jsii (more than half a second).
"""

# ruff: noqa: E402
from andamio.node import use_bundled_node

use_bundled_node()

from cdktf import (
    AnyMap,
    App,
    Aspects,
    BooleanList,
    BooleanMap,
    ComplexList,
    ComplexMap,
    ComplexObject,
    Fn,
    IResolvable,
    ITerraformDependable,
    ITerraformIterator,
    ITerraformResource,
    Lazy,
    LocalBackend,
    NumberMap,
    Postcondition,
    Precondition,
    S3Backend,
    StringMap,
    TerraformCount,
    TerraformDataSource,
    TerraformElement,
    TerraformIterator,
    TerraformLocal,
    TerraformOutput,
    TerraformProvider,
    TerraformProviderGeneratorMetadata,
    TerraformRemoteState,
    TerraformResource,
    TerraformResourceConfig,
    TerraformResourceLifecycle,
    TerraformStack,
    TerraformVariable,
    Testing,
    Token,
    Tokenization,
)

from constructs import Construct, IConstruct

__all__ = [
    "AnyMap",
    "App",
    "Aspects",
    "BooleanList",
    "BooleanMap",
    "ComplexList",
    "ComplexMap",
    "ComplexObject",
    "Construct",
    "Fn",
    "IConstruct",
    "IResolvable",
    "ITerraformDependable",
    "ITerraformIterator",
    "ITerraformResource",
    "Lazy",
    "LocalBackend",
    "NumberMap",
    "Postcondition",
    "Precondition",
    "S3Backend",
    "StringMap",
    "TerraformCount",
    "TerraformDataSource",
    "TerraformElement",
    "TerraformIterator",
    "TerraformLocal",
    "TerraformOutput",
    "TerraformProvider",
    "TerraformProviderGeneratorMetadata",
    "TerraformRemoteState",
    "TerraformResource",
    "TerraformResourceConfig",
    "TerraformResourceLifecycle",
    "TerraformStack",
    "TerraformVariable",
    "Testing",
    "Token",
    "Tokenization",
]
