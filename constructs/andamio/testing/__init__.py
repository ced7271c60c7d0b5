"""Helpers for the pytest suite of a platform's own repository.

    from andamio.testing import synthesize

    result = synthesize("catalog")
    result.environment("dev").reach().assert_cannot_reach("storefront", "payments")

The guide `docs/guides/test-your-platform.md` shows all of it. Importing it is quick: jsii runs in the processes that
build.
"""

from andamio.testing.golden import assert_golden
from andamio.testing.objects import EnvironmentObjects, FolderObjects, Objects
from andamio.testing.parties import Pod
from andamio.testing.platforms import minimal_environment, minimal_platform, minimal_shared
from andamio.testing.pods import PodTemplate
from andamio.testing.policies import UnsupportedPolicyError
from andamio.testing.ports import PortSet
from andamio.testing.reach import Destination, Reach
from andamio.testing.stacks import StackResources
from andamio.testing.synthesized import Synthesized, synthesize

__all__ = [
    "Destination",
    "EnvironmentObjects",
    "FolderObjects",
    "Objects",
    "Pod",
    "PodTemplate",
    "PortSet",
    "Reach",
    "StackResources",
    "Synthesized",
    "UnsupportedPolicyError",
    "assert_golden",
    "minimal_environment",
    "minimal_platform",
    "minimal_shared",
    "synthesize",
]
