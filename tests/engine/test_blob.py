"""References to binary data, and the store of tests and dry runs."""

from __future__ import annotations

import hashlib

import pytest

from apps.engine.blob import clean_media_type, clean_name, id_of, ids_in
from apps.engine.blob_memory import BlobsInMemory
from apps.engine.errors import PortError
from apps.engine.testing import in_memory_ports


def test_what_was_written_is_found_by_its_reference() -> None:
    blobs = in_memory_ports().blobs
    with blobs.create("text/plain; charset=utf-8", "dir/note.txt") as writer:
        assert writer.write(b"ab") == 2
        writer.write(b"c")
        blob = writer.finish()

    found = blobs.find(blob.reference)

    assert found == blob
    assert (found.media_type, found.filename, found.size_bytes) == ("text/plain", "note.txt", 3)
    assert found.sha256 == hashlib.sha256(b"abc").hexdigest()
    with blobs.open(found) as reader:
        assert reader.read() == b"abc"


def test_what_stands_beside_the_mark_is_believed_by_nobody() -> None:
    blobs = BlobsInMemory()
    blob = blobs.put(b"abc")

    assert blobs.find({"$blob": blob.id, "size_bytes": 9, "filename": "evil"}) == blob


def test_what_was_not_finished_is_nowhere() -> None:
    blobs = BlobsInMemory()
    with blobs.create("text/plain") as writer:
        writer.write(b"abc")

    assert blobs.kept == {}


def test_all_files_together_have_a_bound() -> None:
    blobs = BlobsInMemory(most_bytes=3)
    blobs.put(b"ab")

    with pytest.raises(PortError) as caught, blobs.create("text/plain") as writer:
        writer.write(b"cd")

    assert (caught.value.code, caught.value.is_retryable) == ("blob_too_large", False)


@pytest.mark.parametrize("reference", [None, "x", 1, [], {}, {"$blob": 1}, {"$blob": "x"}])
def test_what_is_no_reference_leads_nowhere(reference) -> None:
    with pytest.raises(PortError) as caught:
        BlobsInMemory().find(reference)

    assert caught.value.code == "blob_not_found"


def test_references_are_found_wherever_they_stand_and_shared_parts_looked_at_once() -> None:
    shared = [{"$blob": "a"}, 1, None, "text"]
    doubled = [shared, shared]
    for _ in range(60):
        doubled = [doubled, doubled]

    assert ids_in({"x": doubled, "y": {"$blob": "b", "inner": {"$blob": "c"}}}) == {"a", "b", "c"}
    assert id_of({"$blob": "b"}) == "b"
    assert ids_in("text") == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("image/PNG", "image/png"),
        ("text/html; charset=x", "text/html"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("", "application/octet-stream"),
        ("text", "application/octet-stream"),
        ("text/html\r\nX-Evil: 1", "application/octet-stream"),
        (f"text/{'x' * 65}", "application/octet-stream"),
    ],
)
def test_a_media_type_is_two_tokens_or_unknown(text: str, kind: str) -> None:
    assert clean_media_type(text) == kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("..", ""),
        ("a/", ""),
        ("a\r\nb\0.txt", "ab.txt"),
        ("exe\u202etxt.pdf", "exetxt.pdf"),
        ("x" * 300, "x" * 255),
        ("  ü.txt ", "ü.txt"),
    ],
)
def test_a_name_is_one_part_without_what_one_trips_over(text: str, name: str) -> None:
    assert clean_name(text) == name
