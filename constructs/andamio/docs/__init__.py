"""The part of the documentation that code knows better than people: reference pages, diagrams, tables.

`python -m andamio.docs` writes it below `docs/`; with `--check` it writes nothing and fails when a page is out of step.
"""
