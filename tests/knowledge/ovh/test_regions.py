from __future__ import annotations

from andamio.knowledge.ovh.regions import (
    REGIONS,
    STORAGE_REGIONS,
    RegionKind,
    key_store_host,
    nearest_region,
    region,
    signing_region,
    storage_endpoint,
)


def test_a_region_of_one_zone_names_none() -> None:
    gravelines = region("GRA11")
    assert (gravelines.storage, gravelines.database, gravelines.zones) == ("GRA", "GRA", ())
    assert not gravelines.three_zone


def test_a_region_of_three_zones_names_them() -> None:
    paris = region("EU-WEST-PAR")
    assert paris.kind is RegionKind.THREE_ZONE
    assert paris.zones == ("eu-west-par-a", "eu-west-par-b", "eu-west-par-c")
    assert all(len(known.zones) == (3 if known.three_zone else 0) for known in REGIONS)


def test_every_region_stores_where_there_is_a_store() -> None:
    assert {known.storage for known in REGIONS if known.storage} <= set(STORAGE_REGIONS)


def test_endpoints_are_lower_case() -> None:
    assert storage_endpoint("GRA") == "https://s3.gra.io.cloud.ovh.net"
    assert signing_region("EU-WEST-PAR") == "eu-west-par"
    assert key_store_host("eu-west-rbx") == "eu-west-rbx.okms.ovh.net"


def test_unknown_regions() -> None:
    assert region("GRA") is None
    assert nearest_region("EU-WEST-PARIS") == "EU-WEST-PAR"
    assert len({known.name for known in REGIONS}) == len(REGIONS)
