from dataclasses import replace

from andamio.checks.run import check_catalog
from andamio.contract.outputs import CloudOutputs, SharedOutputs
from tests.checks.shop import TODAY, shop


def _sandbox(shared: str, **environments: str) -> list[str]:
    outputs = {name: CloudOutputs(source=source) for name, source in environments.items()}
    platform = replace(
        replace(shop(), outputs=outputs).platform(), shared_outputs=SharedOutputs.model_validate({"source": shared})
    )
    return [finding.file for finding in check_catalog(platform, today=TODAY) if finding.code == "AND117"]


def test_what_comes_from_a_sandbox_is_told_of_production_and_of_what_is_shared() -> None:
    assert _sandbox("ovh", production="ovh", dev="sandbox") == []
    assert _sandbox("sandbox", production="ovh") == ["catalog/cloud/shared.json"]
    assert _sandbox("sandbox", production="sandbox") == ["catalog/cloud/production.json", "catalog/cloud/shared.json"]
