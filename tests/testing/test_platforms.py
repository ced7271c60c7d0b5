"""The small platform of tests is valid, and what a test changes is changed."""

from __future__ import annotations

from andamio.checks.run import check_catalog
from andamio.model import Http, Postgres, Release, Service
from andamio.testing import minimal_environment, minimal_platform, synthesize


def test_it_breaks_no_rule() -> None:
    assert check_catalog(minimal_platform()) == []
    services = [Service(name="a", team="x", http=Http(), database=Postgres()), Service(name="b", team="y")]
    assert check_catalog(minimal_platform(services)) == []


def test_what_is_made_of_it_breaks_none_either() -> None:
    assert synthesize(minimal_platform()).findings == ()


def test_every_service_is_released_everywhere_and_its_team_exists() -> None:
    platform = minimal_platform([Service(name="a", team="x")])
    assert [team.name for team in platform.shared.teams] == ["x"]
    assert {name: view.image("a") is not None for name, view in platform.views.items()} == {
        "dev": True,
        "production": True,
    }


def test_changes_take_the_place_of_what_would_be_there() -> None:
    staging = minimal_environment("staging", "staging", number=3, region="SBG5")
    platform = minimal_platform(environments=[staging])
    assert [environment.region for environment in platform.environments] == ["SBG5"]
    assert platform.views["staging"].image("hello") is not None
    assert minimal_platform(releases={"dev": Release()}).views["dev"].image("hello") is None


def test_without_services_there_is_none() -> None:
    assert minimal_platform([]).services == ()
