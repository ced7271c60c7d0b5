"""The file of the imitated cloud."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from andamio.sandbox.cloud.store import Cloud, CloudFileError, Use


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
    with pytest.raises(CloudFileError, match=r"cannot be read as a cloud.*remove it"):
        Cloud(text)
    newer = tmp_path / "newer.sqlite"
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(CloudFileError, match=r"another version \(99\)"):
        Cloud(newer)
