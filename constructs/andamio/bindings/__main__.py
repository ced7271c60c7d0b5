"""`python -m andamio.bindings`: generate bindings, and (for maintainers) trim a new schema."""

import argparse
import sys
from pathlib import Path

from andamio.bindings.generate import generate_command, trim_command
from andamio.bindings.schema import SchemaError
from andamio.bindings.selection import SELECTIONS


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something differs or cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m andamio.bindings", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="write packages of bindings, or check them")
    generate.add_argument("--schema", type=Path, help="output of `terraform providers schema -json`")
    generate.add_argument("--provider", default="", help="name or source; default: all, or the only one")
    generate.add_argument("--version", default="", help="the provider's version, where the schema lacks it")
    generate.add_argument("--out", type=Path, help="folder for the package; default: beside andamio")
    generate.add_argument("--check", action="store_true", help="write nothing, say what differs")
    cut = commands.add_parser("trim", help="replace a committed schema by the selected part of a full one")
    cut.add_argument("--provider", required=True, choices=sorted(SELECTIONS))
    cut.add_argument("schema", type=Path, help="output of `terraform providers schema -json`")
    given = parser.parse_args(arguments)
    try:
        if given.command == "trim":
            lines = [str(trim_command(given.schema, SELECTIONS[given.provider]))]
        else:
            lines = generate_command(
                schema=given.schema,
                provider=given.provider,
                version=given.version,
                out=given.out,
                check=given.check,
            )
    except SchemaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if given.command == "generate" and given.check and lines else 0


if __name__ == "__main__":
    sys.exit(main())
