"""`python -m andamio.sandbox`: serve providers.

`attach --cloud FILE --sockets FOLDER` serves all three until its input ends; `plugin NAME --cloud FILE` is what a
launcher script in a mirror folder runs.
"""

import argparse
import sys
from pathlib import Path

from andamio.sandbox.cloud.store import Cloud, CloudFileError

_NAMES = ("ovh", "harbor", "helm")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m andamio.sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    attach = commands.add_parser("attach", help="serve all providers until the input ends")
    attach.add_argument("--sockets", type=Path, required=True)
    plugin = commands.add_parser("plugin", help="serve one provider to the Terraform that starts it")
    plugin.add_argument("name", choices=_NAMES)
    for one in (attach, plugin):
        one.add_argument("--cloud", type=Path, required=True)
    given = parser.parse_args(arguments)
    from andamio.sandbox.protocol.serving import serve_attached, serve_plugin  # gRPC takes a while to import

    try:
        cloud = Cloud(given.cloud)
    except CloudFileError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if given.command == "plugin":
        return serve_plugin(given.name, cloud)
    serve_attached(_NAMES, cloud, given.sockets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
