"""Files of the catalog."""

from andamio.checks.finding import Severity
from andamio.checks.rule import Stage, document

document(
    "AND001",
    severity=Severity.ERROR,
    title="A catalog file can be read and run",
    stage=Stage.LOADING,
    theme=__name__,
    reason="""
    A file is missing, empty, unreadable, not Python or JSON, or raises while it is imported.

    A catalog file only declares: it needs nothing from outside, so it behaves alike on every machine. Each service has
    a file of its own, named after it, because its team edits nothing else. The message names the line; files under
    `releases/` and `cloud/` are written by commands and are best made anew.
    """,
)
document(
    "AND002",
    severity=Severity.ERROR,
    title="A value is one that its field takes",
    stage=Stage.LOADING,
    theme=__name__,
    reason="""
    A field is unknown, missing, of the wrong type, or its value is outside of what the field allows.

    The model refuses it at construction, so that nothing is guessed. `docs/reference/model.md` describes every field
    with its default and where its limits come from.
    """,
)
