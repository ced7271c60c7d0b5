"""Names that OVHcloud accepts, and sizes that it refuses to exceed.

Sources are named with each rule. A rule that is stricter than what was found is said to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True, kw_only=True)
class NameRule:
    """The alphabet and length of one kind of name."""

    what: str
    """What bears the name, in words."""

    pattern: str
    """Regular expression that the whole name matches."""

    told: str
    """The pattern in words."""

    least: int
    most: int
    source: str

    def problem(self, name: str) -> str | None:
        """Return what is wrong with a name in one sentence, or None."""
        if not self.least <= len(name) <= self.most:
            return f"{self.what} has {self.least} to {self.most} characters, this one has {len(name)}"
        if not _compiled(self.pattern).fullmatch(name):
            return f"{self.what} is made of {self.told}"
        return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


NODE_POOL_NAME: Final = NameRule(
    what="a node pool's name",
    pattern=r"[a-z0-9]([a-z0-9-]*[a-z0-9])?",
    told="lower-case letters, digits and `-`, never `_`, with `-` only inside",
    least=1,
    most=51,
    source="provider documentation (no `_`); nodes are named after the pool with twelve characters more"
    " and are DNS labels of 63, from which the length is inferred",
)

REGION_NAME: Final = NameRule(
    what="a Public Cloud region's name",
    pattern=r"[A-Z]+[0-9]*(-[A-Z]+[0-9]*)*(-[0-9]+)?",
    told="capitals and digits in parts joined by `-`",
    least=2,
    most=32,
    source="every region that OVHcloud's pages name, such as GRA11, EU-WEST-PAR or US-EAST-VA-1; inferred",
)

ZONE_NAME: Final = NameRule(
    what="an availability zone's name",
    pattern=r"[a-z]+[0-9]*(-[a-z]+[0-9]*)*-[a-z]",
    told="lower-case letters and digits in parts joined by `-`, the last a single letter",
    least=3,
    most=34,
    source="the zones that OVHcloud's pages name (eu-west-par-a): the region's name and a letter; inferred",
)

CHANNEL_PATTERN: Final = NameRule(
    what="a channel pattern",
    pattern=r"[^\s\x00]+",
    told="anything but blanks",
    least=1,
    most=255,
    source="Valkey's own check of access rules (no blanks, no NUL); the length is a choice of this project",
)

BUCKET_NAME: Final = NameRule(
    what="a bucket's name",
    pattern=r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?",
    told="lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit",
    least=3,
    most=63,
    source="S3 naming rules, which OVHcloud's object storage follows",
)

TOPIC_NAME: Final = NameRule(
    what="a Kafka topic's name",
    pattern=r"(?!\.{1,2}$)[A-Za-z0-9._-]+",
    told="letters, digits, `.`, `_` and `-`, and is neither `.` nor `..`",
    least=1,
    most=249,
    source="Kafka's own check of topic names",
)

DATABASE_NAME: Final = NameRule(
    what="a PostgreSQL database's name",
    pattern=r"[A-Za-z_][A-Za-z0-9_-]*",
    told="letters, digits, `_` and `-`, beginning with a letter or `_`",
    least=1,
    most=40,
    source="the limit of Aiven, which runs OVHcloud's databases (inferred); PostgreSQL itself takes 63 bytes",
)

DATABASE_USER_NAME: Final = NameRule(
    what="a database user's name",
    pattern=r"[A-Za-z_][A-Za-z0-9_-]*",
    told="letters, digits, `_` and `-`, beginning with a letter or `_`",
    least=1,
    most=63,
    source="PostgreSQL's length of identifiers; the alphabet is inferred and kept narrow on purpose",
)

CONNECTION_POOL_NAME: Final = NameRule(
    what="a connection pool's name",
    pattern=r"[A-Za-z0-9_][A-Za-z0-9_-]*",
    told="letters, digits, `_` and `-`",
    least=1,
    most=63,
    source="a pool is addressed as a database, so PostgreSQL's length holds (inferred)",
)

SECRET_PATH: Final = NameRule(
    what="a secret's path in a key store",
    pattern=r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*",
    told="segments of letters, digits, `.`, `_` and `-` joined by single `/`, none at the ends",
    least=1,
    most=255,
    source="External Secrets' page of the OVHcloud provider (no leading `/`, no `//`); alphabet and length"
    " are inferred and kept narrow on purpose",
)

SECRET_BYTES: Final = 64 * 1024
"""Size of one version of a secret in a key store, its JSON text (Secret Manager's API description)."""

SECRET_VERSIONS: Final = 10
"""Versions of a secret that a key store keeps unless told otherwise (the same)."""

CREDENTIAL_IDENTITIES: Final = 25
"""Identities of one key store credential (provider documentation)."""

CREDENTIAL_DAYS: Final = 365
"""Days for which a key store credential is valid at most (provider documentation)."""

RETENTION_RULES: Final = 15
"""Rules of one Harbor retention policy (Harbor provider's documentation)."""

REGISTRY_STORAGE_GIB: Final[dict[str, int]] = {"SMALL": 200, "MEDIUM": 600, "LARGE": 5120}
"""Storage of a managed registry by plan, in GiB (price page)."""

REGISTRY_SCANNING_PLANS: Final[frozenset[str]] = frozenset({"MEDIUM", "LARGE"})
"""Registry plans that scan images (guide on vulnerability scanning and the product's questions page)."""
