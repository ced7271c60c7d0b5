"""Object storage on loopback gives Terraform what it asks for: versions, a lock that one alone gets, lasting data."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from andamio.engines.processes import listens
from andamio.sandbox.object_storage import ObjectStorage
from andamio.state import object_storage as client
from andamio.state.credentials import S3Credential
from andamio.state.secret import Secret

BUCKET = "states"


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory):
    with ObjectStorage(folder=tmp_path_factory.mktemp("a folder") / "s3") as storage:
        storage.make_bucket(BUCKET)
        yield storage


def reached(storage: ObjectStorage, secret: str = "") -> client.ObjectStorage:
    credential = S3Credential(access_key=storage.access_key, secret_key=Secret(secret or storage.secret_key))
    return client.ObjectStorage(endpoint=storage.endpoint, bucket=BUCKET, region="gra", credential=credential)


def test_a_bucket_that_is_there_stays(storage: ObjectStorage) -> None:
    bucket = reached(storage)
    assert bucket.put_if_absent("kept", b"1")
    storage.make_bucket(BUCKET)
    assert bucket.get("kept") == b"1"


def test_of_eight_who_want_a_lock_one_gets_it(storage: ObjectStorage) -> None:
    buckets = [reached(storage) for _ in range(8)]
    for number in range(5):
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda one, key=f"lock{number}": one.put_if_absent(key, b"me"), buckets))
        assert sorted(got) == [False] * 7 + [True]


def test_a_lock_that_was_given_back_can_be_had_again_and_versions_stay(storage: ObjectStorage) -> None:
    bucket = reached(storage)
    for text in (b"first", b"second"):
        assert bucket.put_if_absent("again", text)
        bucket.delete("again")
    kept = list(bucket.versions("again"))
    assert [one.deleted for one in kept] == [True, False, True, False]
    assert bucket.get("again", version=kept[-1].version) == b"first"


def test_others_than_its_user_are_refused(storage: ObjectStorage) -> None:
    with pytest.raises(client.StorageError, match="403"):
        reached(storage, "guessed").get("kept")


def test_it_keeps_its_data_and_its_address_over_a_stop_and_leaves_no_port_or_socket(tmp_path: Path) -> None:
    first = ObjectStorage(folder=tmp_path / "s3")
    with first:
        first.make_bucket(BUCKET)
        assert reached(first).put_if_absent("kept", b"1")
        ports = first.ports
    assert [port for port in ports if listens(port)] == []
    assert [file for port in ports for file in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")] == []
    with ObjectStorage(folder=tmp_path / "s3", ports=ports) as again:
        assert again.endpoint == first.endpoint
        assert reached(again).get("kept") == b"1"


def test_it_encrypts_what_is_to_lie_encrypted_and_reads_it_after_a_restart(tmp_path: Path) -> None:
    """As every stack asks of its state (`encrypt`)."""
    headers = {"x-amz-server-side-encryption": "AES256"}
    first = ObjectStorage(folder=tmp_path / "s3")
    with first:
        first.make_bucket(BUCKET)
        bucket = reached(first)
        answered = bucket._send("PUT", "hidden", {}, b"what nobody sees" * 400, headers)
        assert answered.status == 200
        assert answered.headers["x-amz-server-side-encryption"] == "AES256"
    assert not [one for one in (tmp_path / "s3" / "data").glob("*.dat") if b"what nobody sees" in one.read_bytes()]
    with ObjectStorage(folder=tmp_path / "s3") as again:
        assert reached(again).get("hidden") == b"what nobody sees" * 400
