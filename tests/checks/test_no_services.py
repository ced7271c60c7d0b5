from __future__ import annotations

from andamio.testing import minimal_platform, synthesize


def test_a_platform_without_services_has_no_findings_of_secrets_that_nobody_reads_yet() -> None:
    assert [str(one) for one in synthesize(minimal_platform(services=())).findings if one.code == "AND213"] == []
