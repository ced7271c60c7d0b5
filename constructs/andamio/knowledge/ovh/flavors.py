"""Sizes of nodes and what a node keeps for itself.

Sources: OVHcloud's price page for instances (cores and memory of each flavor), and the managed
Kubernetes guide "Understanding MKS architecture" (June 2026) for what is reserved on a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from andamio.knowledge.nearest import nearest

PODS_PER_NODE: Final = 110
"""Pods that fit a node at most, system pods included."""

VOLUMES_PER_NODE: Final = 100
"""Block volumes that can be attached to a node; an older page says 254."""

RESERVED_MEMORY_MB: Final = 1590
"""Memory that every node keeps for itself, in MB, whatever its size."""


@dataclass(frozen=True, kw_only=True)
class Flavor:
    """The size of a node."""

    name: str
    vcpus: int
    memory_gib: int

    @property
    def allocatable_millicores(self) -> int:
        """Processor time that pods may request, in thousandths of a core.

        A node keeps 15 % of one core and 0.5 % of every core.
        """
        return self.vcpus * 1000 - 150 - 5 * self.vcpus

    @property
    def allocatable_memory_mib(self) -> int:
        """Memory that pods may request, in MiB, rounded down.

        The reserve is stated in MB and the size in GB; both are taken as binary units, which is
        inferred and off by less than five percent.
        """
        return self.memory_gib * 1024 - RESERVED_MEMORY_MB


def _family(prefix: str, vcpus: int, memory: int, sizes: int) -> tuple[Flavor, ...]:
    """Return flavors that double from the smallest; each is named after its memory."""
    return tuple(
        Flavor(name=f"{prefix}-{memory * 2**step}", vcpus=vcpus * 2**step, memory_gib=memory * 2**step)
        for step in range(sizes)
    )


FLAVORS: Final[tuple[Flavor, ...]] = (
    *_family("b3", 2, 8, 6),
    *_family("c3", 2, 4, 6),
    *_family("r3", 2, 16, 6),
    Flavor(name="d2-2", vcpus=1, memory_gib=2),
    Flavor(name="d2-4", vcpus=2, memory_gib=4),
    Flavor(name="d2-8", vcpus=4, memory_gib=8),
    Flavor(name="b2-7", vcpus=2, memory_gib=7),
    Flavor(name="b2-15", vcpus=4, memory_gib=15),
    Flavor(name="b2-30", vcpus=8, memory_gib=30),
    Flavor(name="b2-60", vcpus=16, memory_gib=60),
    Flavor(name="b2-120", vcpus=32, memory_gib=120),
)
"""Node flavors: general (b3, b2), processor (c3), memory (r3) and shared cores (d2)."""


def flavor(name: str) -> Flavor | None:
    """Return the node flavor of that name, or None where it is not known."""
    return next((known for known in FLAVORS if known.name == name), None)


def nearest_flavor(name: str) -> str | None:
    """Return the name of the known flavor that is most like a mistyped one."""
    return nearest(name, (known.name for known in FLAVORS))
