"""What the exit codes of `andamio` mean."""

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """The exit codes, the same for every command."""

    OK = 0
    """Done; there may be warnings."""

    FINDINGS = 1
    """The catalog cannot be read, or it breaks a rule. Nothing was written."""

    USAGE = 2
    """The command was called wrongly."""

    OUT_OF_STEP = 3
    """`--check`: the published files are not what the catalog says."""

    REFUSED = 4
    """The files could not be published: edited by hand, no space, no permission. Nothing was written."""

    OUTSIDE = 5
    """Something that is not ours failed: OVHcloud's API, object storage, Terraform, git, the machine."""

    BUG = 70
    """A mistake of Andamio's own."""

    INTERRUPTED = 130
    """Stopped by Ctrl-C, or told to end (SIGTERM, SIGHUP). Published files are whole, old or new."""
