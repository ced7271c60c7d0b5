"""Kills applies and inits at random moments, far more often than the test suite does: `make soak`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Run the tests of this folder with these numbers; their exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", default=str(int(time.time())), help="moments are made from it (default: the time)")
    parser.add_argument("--kills", type=int, default=50, help="kills of an apply, over both programs (default: 50)")
    parser.add_argument("--inits", type=int, default=100, help="kills of `andamio state init` (default: 100)")
    given, rest = parser.parse_known_args()
    numbers = {"SEED": given.seed, "KILLS": str(given.kills), "INITS": str(given.inits)}
    sys.stdout.write(f"soak: --seed {given.seed} --kills {given.kills} --inits {given.inits}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--durations=5", *rest]
    environment = {**os.environ, **{f"ANDAMIO_SOAK_{name}": number for name, number in numbers.items()}}
    return subprocess.run([*command, str(Path(__file__).parent)], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
