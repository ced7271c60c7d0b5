"""An edit rebuilds what depends on it and nothing else, and the result is that of building everything anew."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from andamio.model import Cache, Http, Postgres, Service
from andamio.synthesis.build import CacheLostError
from tests.properties.building import builder, contents
from tests.properties.edits import added, edits, released, removed, renamed
from tests.properties.full_platform import FULL, PRODUCTION

START = replace(FULL, environments=(PRODUCTION,), releases={"prod": FULL.releases["prod"]})
RANDOM = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def build(project):
    with builder(project) as found:
        yield found.build


@pytest.fixture
def cache(build, tmp_path) -> Path:
    """A cache that holds START."""
    build(START.platform(), tmp_path / "cache")
    return tmp_path / "cache"


def edited(service: str, **fields) -> object:
    one = next(one for one in START.services if one.name == service)
    given = {name: getattr(one, name) for name in one.model_fields_set}
    return START.with_object("Service", service, Service(**{**given, **fields}))


@given(sequence=st.lists(edits(), min_size=2, max_size=5))
@RANDOM
def test_after_any_edits_the_result_is_that_of_a_cold_build(build, sequence) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        declarations = START
        build(declarations.platform(), cache)
        for edit in sequence:
            declarations = edit.apply(declarations)
            platform = declarations.platform()
            warm, cold = build(platform, cache), build(platform)
            assert contents(warm) == contents(cold), edit
            assert warm.output() == cold.output()
            assert len(cold.rebuilt) == cold.shares


def test_nothing_is_built_twice(build, cache) -> None:
    again = build(START.platform(), cache)
    assert again.rebuilt == ()
    assert contents(again) == contents(build(START.platform()))


def test_resources_of_a_service_rebuild_its_own_folder_only(build, cache) -> None:
    built = build(edited("worker", args=("--slowly",)).platform(), cache)
    assert built.rebuilt == ("kubernetes/prod/worker",)


def test_a_database_setting_rebuilds_the_part_of_its_service(build, cache) -> None:
    """A part is built inside its stack, so the stack's own fragment comes with it; other parts do not."""
    database = Postgres(placement="shared", extensions=("citext",))
    built = build(edited("stock", database=database).platform(), cache)
    assert set(built.rebuilt) <= {
        "kubernetes/prod/stock",
        "kubernetes/prod/database-grants",
        "terraform/prod-data",
        "terraform/prod-data/stock",
    }


def test_a_new_call_rebuilds_the_one_that_is_called_too(build, cache) -> None:
    built = build(edited("worker", calls=("stock",)).platform(), cache)
    assert built.rebuilt == ("kubernetes/prod/stock", "kubernetes/prod/worker")


def test_a_release_rebuilds_its_service_and_what_the_registry_keeps(build, cache) -> None:
    built = build(released(START, "worker", "9").platform(), cache)
    assert built.rebuilt == ("terraform/shared-registry-content", "kubernetes/prod/worker")


def test_a_new_service_without_data_rebuilds_no_other_service(build, cache) -> None:
    built = build(added(START, Service(name="fresh", team="back", http=Http())).platform(), cache)
    assert set(built.rebuilt) == {
        "kubernetes/prod/access",
        "kubernetes/prod/applications",
        "kubernetes/prod/fresh",
        "terraform/shared-registry-content",
    }


def test_a_new_service_with_data_rebuilds_no_folder_of_another(build, cache) -> None:
    fresh = Service(name="fresh", team="back", cache=Cache(), database=Postgres(placement="shared"))
    built = build(added(START, fresh).platform(), cache)
    others = {f"kubernetes/prod/{service.name}" for service in START.services}
    assert not others & set(built.rebuilt)


def test_a_service_that_goes_leaves_nothing_behind(build, cache) -> None:
    files = contents(build(removed(START, "worker").platform(), cache))
    assert not [path for path in files if "/worker/" in path]


def test_a_rename_rebuilds_both_names_and_the_callers(build, cache) -> None:
    built = build(renamed(START, "letters", "mail").platform(), cache)
    services = {share.rpartition("/")[2] for share in built.rebuilt if share.startswith("kubernetes/")}
    assert services == {"mail", "shop", "nightly-api", "access", "applications"}


def test_each_change_of_code_builds_everything(build, cache, monkeypatch) -> None:
    monkeypatch.setattr("andamio.synthesis.build.code_digest", lambda *_, **__: "changed")
    built = build(START.platform(), cache)
    assert len(built.rebuilt) == built.shares


def _files(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGES = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "truncated": _truncate,
    "one bit flipped": _flip,
    "replaced by a number": lambda path: path.write_bytes(b"1"),
    "made a folder": lambda path: (path.unlink(), path.mkdir()),
}


@given(damage=st.sampled_from(sorted(DAMAGES)), which=st.integers(0, 60))
@settings(RANDOM, max_examples=18)
def test_damage_of_the_cache_never_changes_the_result(build, expected, damage, which) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        shutil.copytree(expected.cache, cache)
        files = _files(cache)
        DAMAGES[damage](files[which % len(files)])
        for _ in range(2):
            try:
                found = contents(build(START.platform(), cache))
                break
            except CacheLostError:  # as a whole run does: once more
                continue
        assert found == expected.files
        assert contents(build(START.platform(), cache)) == expected.files
        if damage != "made a folder":  # which no file can replace
            assert build(START.platform(), cache).rebuilt == ()


@pytest.fixture(scope="module")
def expected(build, tmp_path_factory):
    """What START becomes, and a cache that holds it."""

    class Expected:
        cache = tmp_path_factory.mktemp("whole") / "cache"
        files = contents(build(START.platform(), cache))

    return Expected


def test_a_damaged_index_is_no_index(build, expected, tmp_path) -> None:
    shutil.copytree(expected.cache, tmp_path / "cache")
    for content in (b"", b"[]", b"andamio cache 2 0\n{}", b"\xff\xfe", b'{"format": 1, "shares": {"a": 1}}'):
        (tmp_path / "cache" / "index").write_bytes(content)
        assert contents(build(START.platform(), tmp_path / "cache")) == expected.files


@pytest.mark.parametrize("kind", ["a file", "no folder that can be made"])
def test_a_cache_that_cannot_be_written_is_no_error(build, expected, tmp_path, kind) -> None:
    place = tmp_path / "place"
    place.write_text("in the way")
    cache = place if kind == "a file" else place / "below" / "cache"
    assert contents(build(START.platform(), cache)) == expected.files


def test_a_disk_that_fills_up_keeps_what_is_known(build, expected, tmp_path, monkeypatch) -> None:
    """Shares that come from the cache are read from it, though nothing new can be kept."""
    shutil.copytree(expected.cache, tmp_path / "cache")

    def full(self, path, content) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("andamio.synthesis.cache.ShareCache._write", full)
    platform = edited("worker", args=("--slowly",)).platform()
    assert contents(build(platform, tmp_path / "cache")) == contents(build(platform))
