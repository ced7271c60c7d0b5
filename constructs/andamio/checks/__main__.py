"""Prints the reference page: `python -m andamio.checks > docs/reference/checks.md`."""

import sys

from andamio.checks.explain import reference

if __name__ == "__main__":
    sys.stdout.write(reference())
