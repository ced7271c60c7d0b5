"""`python -m andamio.sandbox`: the processes of the sandbox that are ours.

`attach` serves all three providers until its input ends; `plugin NAME` is what a launcher script in a mirror folder
runs; `key-store`, `git` and `charts` serve on a port of 127.0.0.1 until they are ended; `operators` stands in for
operators in one cluster.
"""

import argparse
import sys
from pathlib import Path

_NAMES = ("ovh", "harbor", "helm")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = _parser().parse_args(arguments)
    if "cloud" in given:
        return _on_cloud(given)
    if given.command == "git":
        from andamio.sandbox.git_remote import serve

        serve(given.folder, given.port)
    if given.command == "operators":
        from andamio.engines.kubeconfig import client_of
        from andamio.sandbox.operators.standing_in import run

        run(client_of(given.kubeconfig), folder=given.folder, reloaded=given.reloaded)
    if given.command == "charts":
        from andamio.sandbox.charts.server import serve

        serve(given.folder, given.port)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m andamio.sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    attach = commands.add_parser("attach", help="serve all providers until the input ends")
    attach.add_argument("--sockets", type=Path, required=True)
    plugin = commands.add_parser("plugin", help="serve one provider to the Terraform that starts it")
    plugin.add_argument("name", choices=_NAMES)
    keys = commands.add_parser("key-store", help="serve the key stores")
    git = commands.add_parser("git", help="serve bare repositories for reading")
    charts = commands.add_parser("charts", help="serve chart repositories, and bare repositories, for reading")
    operators = commands.add_parser("operators", help="stand in for operators in one cluster")
    operators.add_argument("--kubeconfig", type=Path, required=True)
    operators.add_argument("--reloaded", default="")
    for one in (git, charts, operators):
        one.add_argument("--folder", type=Path, required=True)
    for one in (attach, plugin, keys):
        one.add_argument("--cloud", type=Path, required=True)
    for one in (keys, git, charts):
        one.add_argument("--port", type=int, required=True)
    return parser


def _on_cloud(given: argparse.Namespace) -> int:
    from andamio.sandbox.cloud.store import Cloud
    from andamio.sandbox.errors import SandboxError

    try:
        cloud = Cloud(given.cloud)
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if given.command == "key-store":
        from andamio.sandbox.key_store.server import serve

        serve(cloud, given.port)
        return 0
    from andamio.sandbox.protocol.serving import serve_attached, serve_plugin  # gRPC takes a while to import

    if given.command == "plugin":
        return serve_plugin(given.name, cloud)
    serve_attached(_NAMES, cloud, given.sockets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
