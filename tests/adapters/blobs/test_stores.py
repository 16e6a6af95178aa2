"""Both stores keep bytes alike: whole or not at all, by owner, in pieces."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from apps.adapters.blobs.files import ABANDONED_S, Files
from apps.adapters.blobs.s3 import PART_BYTES, Bucket, Objects
from apps.adapters.blobs.store import BlobGoneError, Place, Store, StoreFailedError

BUCKET = "blobs"


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["files", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch) -> Iterator[Store]:
    if request.param == "files":
        yield Files(tmp_path)
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    bucket = Bucket(BUCKET, request.getfixturevalue("s3_url"), "us-east-1", f"{uuid4().hex}/")
    objects = Objects(bucket)
    objects._client.create_bucket(Bucket=BUCKET)
    yield objects
    objects._client.close()


def place(owner: str = "t_demo") -> Place:
    return Place(owner, uuid4())


def put(store: Store, where: Place, *pieces: bytes) -> None:
    upload = store.upload(where)
    for piece in pieces:
        upload.write(piece)
    upload.commit()


def ids(store: Store, owner: str) -> set[UUID]:
    return {each.id for each in store.stored(owner)}


def test_what_was_written_is_read_from_any_point(store: Store) -> None:
    where = place()
    put(store, where, b"abc", b"", b"defgh")

    with store.open(where) as reader:
        assert reader.read(2) == b"ab"
        assert reader.seek(-3, os.SEEK_END) == 5
        assert reader.read() == b"fgh"
        reader.seek(1)
        assert reader.read(1) == b"b"
        assert reader.seekable()


def test_more_than_one_part_arrives_whole(store: Store) -> None:
    where = place()
    piece = bytes(range(256)) * 4096
    put(store, where, *[piece] * (PART_BYTES // len(piece)), piece, b"end")

    digest = hashlib.sha256()
    with store.open(where) as reader:
        while read := reader.read(100_001):
            digest.update(read)

    whole = piece * (PART_BYTES // len(piece) + 1) + b"end"
    assert digest.hexdigest() == hashlib.sha256(whole).hexdigest()


def test_nothing_is_also_something(store: Store) -> None:
    where = place()
    put(store, where)

    with store.open(where) as reader:
        assert reader.read() == b""


def test_nobody_finds_what_is_not_committed(store: Store) -> None:
    where = place()
    upload = store.upload(where)
    upload.write(b"half")

    with pytest.raises(BlobGoneError) as caught:
        store.open(where)
    upload.discard()
    upload.discard()

    assert caught.value.code == "blob_not_found"
    assert not caught.value.is_retryable
    assert ids(store, "t_demo") == set()


def test_an_upload_in_parts_is_forgotten_whole(store: Store) -> None:
    where = place()
    upload = store.upload(where)
    upload.write(b"x" * (PART_BYTES + 1))
    upload.discard()

    assert ids(store, "t_demo") == set()


def test_an_owner_whose_name_begins_like_anothers_owns_nothing_of_it(store: Store) -> None:
    short, long = place("t_a"), place("t_ab")
    put(store, short, b"short")
    put(store, long, b"long")

    assert ids(store, "t_a") == {short.id}
    with pytest.raises(BlobGoneError):
        store.open(Place("t_a", long.id))
    store.drop("t_a")

    assert ids(store, "t_a") == set()
    with store.open(long) as reader:
        assert reader.read() == b"long"


def test_what_is_removed_is_gone_and_may_be_removed_again(store: Store) -> None:
    where = place()
    put(store, where, b"x")

    store.remove(where)
    store.remove(where)

    with pytest.raises(BlobGoneError):
        store.open(where)


def test_an_owner_without_anything_has_nothing_to_drop(store: Store) -> None:
    store.drop("t_nobody")

    assert ids(store, "t_nobody") == set()


def test_what_lies_there_says_for_how_long(tmp_path: Path) -> None:
    store, where = Files(tmp_path), place()
    put(store, where, b"x")
    then = time.time() - 1000
    os.utime(tmp_path / where.path, (then, then))

    (found,) = store.stored("t_demo")

    assert found.id == where.id
    assert 1000 <= found.age_s < 1100


def test_a_file_that_a_dead_process_left_half_written_goes_after_a_day(tmp_path: Path) -> None:
    store = Files(tmp_path)
    fresh, old = store.upload(place()), store.upload(place())
    (first, second) = sorted((tmp_path / "t_demo" / "coming").iterdir())
    then = time.time() - ABANDONED_S - 1
    os.utime(first, (then, then))

    assert list(store.stored("t_demo")) == []

    assert list((tmp_path / "t_demo" / "coming").iterdir()) == [second]
    for upload in (fresh, old):
        upload.discard()


def test_a_store_that_cannot_be_written_says_that_time_may_heal_it(tmp_path: Path) -> None:
    (tmp_path / "t_demo").write_text("no folder")

    with pytest.raises(StoreFailedError) as caught:
        Files(tmp_path).upload(place())

    assert caught.value.is_retryable
    assert str(tmp_path) not in caught.value.message


def test_a_bucket_that_is_not_there_says_that_time_may_heal_it(
    s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    store = Objects(Bucket("nowhere", s3_url, "us-east-1"))
    upload = store.upload(place())
    upload.write(b"x")

    with pytest.raises(StoreFailedError) as caught:
        upload.commit()
    store._client.close()

    assert caught.value.is_retryable


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    where = place()
    put(Files(tmp_path), where, b"x")

    folder = (tmp_path / where.path).parent

    assert folder.stat().st_mode & 0o077 == 0
