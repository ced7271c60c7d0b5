"""`python -m andamio.cli` is `andamio`."""

from andamio.cli import main

main()
