"""`andamio new service` writes a file that a team can start from."""

import shutil

import pytest

from andamio.checks.finding import Severity
from andamio.checks.run import check_catalog
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.cli.new import new_service
from andamio.loading import load

GIVEN = {"team": None, "kind": "http", "database": False, "cache": False}


@pytest.fixture
def catalog(project, tmp_path):
    return shutil.copytree(project / "catalog", tmp_path / "catalog", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.mark.parametrize("kind", ["http", "worker", "job"])
@pytest.mark.parametrize("stores", [False, True])
def test_the_new_file_loads_and_breaks_no_rule(catalog, kind, stores) -> None:
    code = new_service(name="gift-cards", catalog=catalog, team="data", kind=kind, database=stores, cache=stores)
    assert code == ExitCode.OK
    platform = load(catalog)
    service = next(service for service in platform.services if service.name == "gift-cards")
    assert (service.kind, service.team) == (kind, "data")
    assert (service.database is not None, service.cache is not None) == (stores, stores)
    assert [str(f) for f in check_catalog(platform) if f.severity is Severity.ERROR] == []


def test_without_a_team_the_first_one_owns_it(catalog) -> None:
    new_service(name="gifts", catalog=catalog, **GIVEN)
    platform = load(catalog)
    gifts = next(service for service in platform.services if service.name == "gifts")
    assert gifts.team == platform.shared.teams[0].name


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("Gifts", {}, "lower-case"),
        ("x" * 31, {}, "at most 30"),
        ("argocd", {}, "the platform has a namespace"),
        ("orders", {}, "declares it"),
        ("gifts", {"team": "comerce"}, 'Did you mean "commerce"'),
        ("gifts", {"kind": "cron"}, "http, worker or job"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(catalog, name, changes, said) -> None:
    before = sorted(catalog.rglob("*.py"))
    with pytest.raises(CommandError, match=said) as caught:
        new_service(name=name, catalog=catalog, **{**GIVEN, **changes})
    assert caught.value.code == ExitCode.USAGE
    assert sorted(catalog.rglob("*.py")) == before


def test_a_file_that_exists_is_never_replaced(catalog) -> None:
    path = catalog / "services/orders.py"
    path.rename(catalog / "kept.txt")
    new_service(name="orders", catalog=catalog, **GIVEN)
    written = path.read_text()
    with pytest.raises(CommandError):
        new_service(name="orders", catalog=catalog, **GIVEN)
    assert path.read_text() == written
