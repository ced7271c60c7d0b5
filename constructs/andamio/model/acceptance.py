"""A finding that is accepted for a time."""

import datetime
from typing import Annotated

from pydantic import Field

from andamio.model.base import Model

__all__ = ["Acceptance"]


class Acceptance(Model):
    """One rule, accepted at one place, with a reason and a last day. After that day it is an error."""

    code: Annotated[str, Field(pattern=r"^AND\d{3}$")]
    """The rule, such as `AND034`."""

    at: str = ""
    """The field it is accepted for, such as `scaling.min`, or `scaling.min in dev`. Default: the whole file."""

    reason: Annotated[str, Field(min_length=10)]
    """Why it is right here."""

    until: datetime.date
    """The last day on which it holds."""
