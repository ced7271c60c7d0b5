"""`python -m andamio` is `andamio`."""

from andamio.cli import main

main()
