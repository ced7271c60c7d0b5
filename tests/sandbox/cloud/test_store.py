"""The file of the imitated cloud."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from andamio.sandbox.cloud.store import Cloud, CloudAccessError, CloudFileError, Use


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path / "cloud.sqlite")


def test_what_lies_in_a_thing_ends_with_it_and_what_holds_it_is_named(cloud: Cloud) -> None:
    cloud.put("network", "n", {})
    cloud.put("cluster", "c", {}, uses=[Use(kind="network", id="n", holds=True, why="a page")])
    cloud.put("pool", "p", {}, uses=[Use(kind="cluster", id="c")])
    assert cloud.holders("network", "n") == [("cluster", "c", "a page")]
    assert cloud.holders("cluster", "c") == []
    cloud.remove("cluster", "c")
    assert cloud.kinds() == {"network": 1}
    assert cloud.holders("network", "n") == []


def test_a_transaction_that_fails_leaves_nothing(cloud: Cloud) -> None:
    def write() -> None:
        with cloud.transaction():
            cloud.put("network", "n", {})
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write()
    assert cloud.kinds() == {}


def test_things_are_found_by_their_attributes_also_one_called_kind(cloud: Cloud) -> None:
    cloud.put("log", "a", {"kind": "audit", "on": True})
    cloud.put("log", "b", {"kind": "other", "on": True})
    assert [one.id for one in cloud.find("log", kind="audit", on=True)] == ["a"]


def test_a_second_thing_of_a_name_is_counted(cloud: Cloud) -> None:
    assert [cloud.births("orders"), cloud.births("orders"), cloud.births("cart")] == [0, 1, 0]


def test_another_process_sees_settings_and_things(cloud: Cloud, tmp_path: Path) -> None:
    cloud.configure("zones", ["example.com"])
    cloud.put("network", "n", {"name": "shop"})
    other = Cloud(tmp_path / "cloud.sqlite")
    assert other.setting("zones") == ["example.com"]
    assert other.get("network", "n") == {"name": "shop"}
    assert other.setting("nothing", 7) == 7


def test_threads_write_side_by_side(cloud: Cloud) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 25):
            cloud.put("thing", str(number), {})
        cloud.close()

    threads = [threading.Thread(target=write, args=(start,)) for start in range(0, 100, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cloud.kinds() == {"thing": 100}


def test_a_copy_goes_its_own_way(cloud: Cloud, tmp_path: Path) -> None:
    cloud.put("network", "n", {})
    copy = cloud.copy(tmp_path / "copy.sqlite")
    copy.remove("network", "n")
    assert cloud.get("network", "n") == {}


def test_a_file_that_is_something_else_is_told_apart(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a cloud " * 200, encoding="utf-8")
    with pytest.raises(CloudFileError, match=r"cannot be read as a cloud.*down --purge"):
        Cloud(text)
    newer = tmp_path / "newer.sqlite"
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(CloudFileError, match=r"another version, 99"):
        Cloud(newer)


def test_a_page_that_is_damaged_later_is_told_by_whoever_reads_it(cloud: Cloud) -> None:
    for number in range(200):
        cloud.put("network", str(number), {"words": "x" * 500})
    cloud.close()
    with sqlite3.connect(cloud.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = bytearray(cloud.path.read_bytes())
    assert len(whole) > 3 * 4096
    whole[4096:] = b"\xa5" * (len(whole) - 4096)
    cloud.path.write_bytes(whole)
    again = Cloud(cloud.path)
    with pytest.raises(CloudFileError, match=r"cannot be read as a cloud \(.*malformed.*down --purge"):
        again.find("network")


def test_a_disk_that_is_full_loses_nothing_and_asks_for_no_purge(cloud: Cloud) -> None:
    cloud.put("network", "before", {})
    (pages,) = cloud._one("PRAGMA page_count")
    cloud._do(f"PRAGMA max_page_count = {pages}")  # SQLite then fails as on a full disk
    with pytest.raises(CloudAccessError, match=r"cannot be used now: database or disk is full") as told:
        cloud.put("network", "large", {"words": "x" * 100_000})
    assert "purge" not in str(told.value)
    assert [one.id for one in cloud.find("network")] == ["before"]
    cloud._do("PRAGMA max_page_count = 1000000")
    cloud.put("network", "large", {"words": "x" * 100_000})


def test_a_file_that_nobody_may_open_is_no_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "cloud.sqlite").mkdir()
    with pytest.raises(CloudAccessError, match="unable to open database file"):
        Cloud(tmp_path / "cloud.sqlite")
