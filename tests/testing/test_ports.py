"""Sets of ports are sets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from andamio.testing import PortSet
from andamio.testing.ports import ALL_PORTS, NO_PORTS

RANGES = st.lists(
    st.tuples(st.sampled_from(["TCP", "UDP"]), st.integers(1, 30), st.integers(0, 6)).map(
        lambda found: (found[0], found[1], found[1] + found[2])
    ),
    max_size=5,
)


def made(ranges) -> PortSet:
    found = PortSet()
    for protocol, first, last in ranges:
        found |= PortSet.of(first, last, protocols=(protocol,))
    return found


def members(ranges) -> set[tuple[int, str]]:
    return {(port, protocol) for protocol, first, last in ranges for port in range(first, last + 1)}


@given(RANGES, RANGES)
def test_they_combine_as_sets_do(one, other) -> None:
    a, b = made(one), made(other)
    for combined, expected in (
        (a | b, members(one) | members(other)),
        (a & b, members(one) & members(other)),
        (a - b, members(one) - members(other)),
    ):
        found = {(port, protocol) for protocol in ("TCP", "UDP") for port in range(40) if combined.has(port, protocol)}
        assert found == expected
        assert bool(combined) == bool(expected)


@given(RANGES, RANGES)
def test_equal_sets_are_equal(one, other) -> None:
    assert (made(one) == made(other)) == (members(one) == members(other))
    assert made(one) | made(other) == made([*other, *one])


def test_they_read_well() -> None:
    assert str(NO_PORTS) == "no port"
    assert str(ALL_PORTS) == "every port"
    assert str(PortSet.of(80) | PortSet.of(53, 60, protocols=("UDP",)) | PortSet.of(protocols=("SCTP",))) == (
        "SCTP *, TCP 80, UDP 53-60"
    )


def test_what_is_taken_from_all_leaves_the_rest() -> None:
    rest = ALL_PORTS - PortSet.of(8080)
    assert not rest.has(8080)
    assert rest.has(8079)
    assert rest.has(8081)
    assert rest.has(8080, "UDP")
    assert rest | PortSet.of(8080) == ALL_PORTS
