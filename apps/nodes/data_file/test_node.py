"""Files are made, read, hashed, packed and unpacked, and nothing goes beyond its bounds."""

from __future__ import annotations

import gzip
import hashlib
import struct
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from apps.engine import packing
from apps.engine.blob_memory import BlobsInMemory
from apps.engine.errors import PortError
from apps.engine.failure import Failure
from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.engine.value import DEFAULT_LIMITS
from apps.nodes.data_file.node import NODE

ABSENT = {"$blob": "00000000-0000-0000-0000-000000000099"}


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


class Shelf:
    """A store, and what the node does with what lies in it."""

    def __init__(self, most_bytes: int = DEFAULT_LIMITS.blob_bytes) -> None:
        self.blobs = BlobsInMemory(most_bytes=most_bytes)

    def put(self, raw: bytes, name: str = "a.bin") -> dict:
        return self.blobs.put(raw, "application/x-test", name).reference

    def done(self, operation: str, **config):
        made = {
            name: f"{{{{ trigger.{name} }}}}" if name == "file" else value
            for name, value in config.items()
        }
        given = Given(trigger=config, blobs=self.blobs)
        return try_node(NODE, {"operation": operation, **made}, given)

    def made(self, operation: str, **config) -> bytes:
        return self.blobs.read(self.done(operation, **config).output)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def archive(files: dict, form: int = zipfile.ZIP_DEFLATED) -> bytes:
    page = BytesIO()
    with zipfile.ZipFile(page, "w", form) as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name), text, form)
    return page.getvalue()


def locked() -> bytes:
    raw = bytearray(archive({"a": "x"}))
    for at in (raw.find(b"PK\x03\x04") + 6, raw.find(b"PK\x01\x02") + 8):
        raw[at] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("config", "raw", "name", "kind"),
    [
        ({"text": "é", "filename": "x/a.txt"}, "é".encode(), "a.txt", "text/plain"),
        ({"text": "{{ vars.nothing ?? '' }}"}, b"", "", "application/octet-stream"),
        (
            {"text": "/w D+\n", "encoding": "base64"},
            b"\xff\x00\xfe",
            "",
            "application/octet-stream",
        ),
        ({"text": "a", "filename": "a.PDF"}, b"a", "a.PDF", "application/pdf"),
        ({"text": "a", "filename": "a.pdf", "media_type": "text/X"}, b"a", "a.pdf", "text/x"),
    ],
)
def test_a_text_becomes_a_file(shelf, config, raw, name, kind) -> None:
    reference = shelf.done("write", **config).output

    assert shelf.blobs.read(reference) == raw
    assert (reference["filename"], reference["media_type"]) == (name, kind)
    assert reference["sha256"] == hashlib.sha256(raw).hexdigest()


def test_a_file_becomes_a_text(shelf) -> None:
    assert shelf.done("read", file=shelf.put("é".encode())).output == "é"
    assert shelf.done("read", file=shelf.put(b"\xef\xbb\xbfa")).output == "a"
    assert shelf.done("read", file=shelf.put(b"\xff"), encoding="base64").output == "/w=="


@pytest.mark.parametrize("algorithm", ["sha256", "md5", "sha3_512"])
def test_a_file_is_hashed_piece_by_piece(shelf, algorithm) -> None:
    raw = b"abc" * 200_000

    said = shelf.done("hash", file=shelf.put(raw), algorithm=algorithm).output

    assert said == hashlib.new(algorithm, raw).hexdigest()


def test_a_file_is_packed_and_unpacked_as_it_was_and_is_the_same_each_time(shelf) -> None:
    raw = b"".join(b"line %d\n" % n for n in range(50_000))
    file = shelf.put(raw, "words.txt")

    packed = shelf.done("gzip", file=file).output
    unpacked = shelf.done("gunzip", file=packed).output

    assert (packed["filename"], packed["media_type"]) == ("words.txt.gz", "application/gzip")
    assert gzip.decompress(shelf.blobs.read(packed)) == raw
    assert shelf.made("gzip", file=file) == shelf.blobs.read(packed)
    assert shelf.blobs.read(unpacked) == raw
    assert (unpacked["filename"], unpacked["media_type"]) == ("words.txt", "text/plain")
    assert shelf.done("gzip", file=file, filename="w.gz").output["filename"] == "w.gz"
    assert shelf.done("gunzip", file=packed, filename="w").output["filename"] == "w"


def test_parts_one_after_another_are_one_file(shelf) -> None:
    parts = gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0) + b"\0" * 10

    assert shelf.made("gunzip", file=shelf.put(parts)) == b"ab"


@pytest.mark.parametrize("block", [1, 3, 64])
def test_parts_are_read_wherever_they_lie_across_two_blocks(shelf, monkeypatch, block) -> None:
    monkeypatch.setattr(packing, "_BLOCK", block)
    words = [b"one ", b"", b"two " * 100]
    parts = (b"\0" * 5).join(gzip.compress(word, mtime=0) for word in words)

    assert shelf.made("gunzip", file=shelf.put(parts)) == b"".join(words)
    cut = shelf.done("gunzip", file=shelf.put(parts[:-1])).answer
    assert (cut.code, cut.is_retryable) == ("archive_invalid", False)


def test_a_file_may_have_as_many_parts_as_programs_make_of_a_large_one(shelf) -> None:
    parts = gzip.compress(b"a", mtime=0) * 1_001

    assert shelf.made("gunzip", file=shelf.put(parts)) == b"a" * 1_001


def test_files_are_packed_and_unpacked_by_name(shelf) -> None:
    long = b"0123456789" * 100_000
    files = {"a.txt": shelf.put(b"x"), "b/c.csv": shelf.put(long), "empty": shelf.put(b"")}

    packed = shelf.done("zip", files=files).output
    found = shelf.done("unzip", file=packed).output

    assert (packed["filename"], packed["media_type"]) == ("files.zip", "application/zip")
    assert zipfile.ZipFile(BytesIO(shelf.blobs.read(packed))).testzip() is None
    assert shelf.made("zip", files=files) == shelf.blobs.read(packed)
    assert shelf.done("zip", files=files, filename="z.zip").output["filename"] == "z.zip"
    assert {name: shelf.blobs.read(each) for name, each in found.items()} == {
        "a.txt": b"x",
        "b/c.csv": long,
        "empty": b"",
    }
    assert (found["b/c.csv"]["filename"], found["b/c.csv"]["media_type"]) == ("c.csv", "text/csv")


@pytest.mark.parametrize("form", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_other_programs_are_read_and_their_folders_left_out(shelf, form) -> None:
    packed = shelf.put(archive({"d/": "", "d/a": "x"}, form))

    assert list(shelf.done("unzip", file=packed).output) == ["d/a"]


def test_a_name_that_climbs_out_of_its_folder_is_only_a_name(shelf) -> None:
    found = shelf.done("unzip", file=shelf.put(archive({"../../etc/passwd": "x"}))).output

    assert found["../../etc/passwd"]["filename"] == "passwd"


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("operation", "raw", "code"),
    [
        ("read", b"\xff", "not_text"),
        ("read", b"a\0", "not_text"),
        ("gunzip", b"no archive", "archive_invalid"),
        ("gunzip", gzip.compress(b"text", mtime=0)[:-1], "archive_invalid"),
        ("gunzip", gzip.compress(b"text", mtime=0) + b"junk", "archive_invalid"),
        ("gunzip", gzip.compress(b"0" * 2_000_000, mtime=0), "bomb"),
        ("unzip", b"no archive", "archive_invalid"),
        ("unzip", b"", "archive_invalid"),
        ("unzip", archive({"aa": "x"}).replace(b"aa", b"\0a"), "archive_invalid"),
        ("unzip", archive({"a": "x" * 100})[:-30], "archive_invalid"),
        (
            "unzip",
            archive({"a": "xyz"}, zipfile.ZIP_STORED).replace(b"xyz", b"abc"),
            "archive_invalid",
        ),
        ("unzip", archive({"a": "x"}, zipfile.ZIP_BZIP2), "archive_unsupported"),
        ("unzip", locked(), "archive_unsupported"),
        ("unzip", archive({"aa": "x", "ab": "y"}).replace(b"ab", b"aa"), "archive_unsupported"),
        ("unzip", archive({f"f{n}": "" for n in range(1_001)}), "archive_too_large"),
        ("unzip", archive({"a": "0" * 2_000_000}), "bomb"),
    ],
)
def test_what_cannot_be_read_is_refused_for_good(shelf, operation, raw, code) -> None:
    answer = shelf.done(operation, file=shelf.put(raw)).answer

    assert isinstance(answer, Failure)
    assert (answer.code, answer.is_retryable) == (code, False)


def test_a_thousand_files_are_read_also_where_a_mark_lies_across_two_pieces(
    shelf, monkeypatch
) -> None:
    raw = archive({f"f{n}": "" for n in range(1_000)})
    assert len(shelf.done("unzip", file=shelf.put(raw)).output) == 1_000
    monkeypatch.setattr(packing, "PIECE_BYTES", 7)
    many = archive({f"f{n}": "" for n in range(1_001)})

    answer = shelf.done("unzip", file=shelf.put(many)).answer

    assert answer.code == "archive_too_large"


def test_a_table_that_says_it_is_longer_than_the_file_is_no_archive(shelf) -> None:
    raw = bytearray(archive({"a": "x"}))
    at = raw.rfind(b"PK\x05\x06") + 12
    raw[at : at + 4] = struct.pack("<I", 0x7FFFFFFF)

    assert shelf.done("unzip", file=shelf.put(bytes(raw))).answer.code == "archive_invalid"


@pytest.mark.proves("refusal")
@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"operation": "write", "text": "*", "encoding": "base64"}, "bad_text"),
        ({"operation": "write", "text": "{{ trigger }}"}, "bad_text"),
        ({"operation": "zip", "files": {"": ABSENT}}, "bad_config"),
        ({"operation": "zip", "files": {"a\nb": ABSENT}}, "bad_config"),
        ({"operation": "zip", "files": {"x" * 256: ABSENT}}, "bad_config"),
        ({"operation": "zip", "files": {f"f{n}": 1 for n in range(1_001)}}, "bad_config"),
        ({"operation": "zip", "files": {"a": ABSENT}}, "blob_not_found"),
        ({"operation": "zip", "files": {"a": "text"}}, "blob_not_found"),
        ({"operation": "read", "file": ABSENT}, "blob_not_found"),
        ({"operation": "hash", "file": {"$blob": "../../etc/passwd"}}, "blob_not_found"),
        ({"operation": "gzip", "file": [ABSENT]}, "blob_not_found"),
    ],
)
def test_what_is_no_text_or_no_file_of_this_execution_is_refused(config, code) -> None:
    answer = try_node(NODE, config, Given(trigger="\ud800")).answer

    assert isinstance(answer, Failure)
    assert (answer.code, answer.is_retryable) == (code, False)


@pytest.mark.parametrize(
    ("operation", "raw"),
    [
        ("gzip", bytes(range(256)) * 40),
        ("gunzip", gzip.compress(b"0" * 11_000, mtime=0)),
        ("unzip", archive({"a": "0" * 11_000})),
    ],
)
def test_a_new_file_that_does_not_fit_leaves_none(operation, raw) -> None:
    shelf = Shelf(most_bytes=len(raw) + 100)

    answer = shelf.done(operation, file=shelf.put(raw)).answer

    assert answer.code == "blob_too_large"
    assert len(shelf.blobs.kept) == 1


def test_an_archive_that_does_not_fit_leaves_none() -> None:
    shelf = Shelf(most_bytes=1_000)

    answer = shelf.done("zip", files={f"f{n}": shelf.put(b"x") for n in range(10)}).answer

    assert answer.code == "blob_too_large"
    assert len(shelf.blobs.kept) == 10


def test_what_is_unpacked_and_read_has_its_own_bounds(shelf, monkeypatch) -> None:
    small = replace(DEFAULT_LIMITS, blob_bytes=10, output_bytes=10)
    monkeypatch.setattr("apps.nodes.data_file.node.DEFAULT_LIMITS", small)

    assert shelf.made("gunzip", file=shelf.put(gzip.compress(b"0" * 10, mtime=0))) == b"0" * 10
    assert shelf.done("read", file=shelf.put(b"0" * 10)).output == "0" * 10
    eleven = shelf.put(gzip.compress(b"0" * 11, mtime=0))
    assert shelf.done("gunzip", file=eleven).answer.code == "blob_too_large"
    assert shelf.done("read", file=shelf.put(b"0" * 11)).answer.code == "output_too_large"


@pytest.mark.proves("fault", "retryable")
def test_a_store_that_is_away_may_be_back_later(shelf, monkeypatch) -> None:
    def away(*_: object) -> None:
        raise PortError("blob_store_failed", "away", is_retryable=True)

    file = shelf.put(b"x")
    monkeypatch.setattr(BlobsInMemory, "open", away)

    answer = shelf.done("hash", file=file).answer

    assert isinstance(answer, Failure)
    assert (answer.code, answer.is_retryable) == ("blob_store_failed", True)
    assert NODE.attempts({}) == 3


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"operation": "burn"}, ("operation", "field_choice")),
        ({"operation": "write"}, ("text", "field_required")),
        ({"operation": "write", "text": "{{ steps. }}"}, ("text", "syntax_error")),
        ({"operation": "read"}, ("file", "field_required")),
        ({"operation": "read", "file": "{{ steps. }}"}, ("file", "syntax_error")),
        ({"operation": "zip"}, ("files", "field_required")),
        ({"operation": "zip", "files": [1]}, ("files", "field_type")),
        ({"text": "a", "encoding": "rot13"}, ("encoding", "field_choice")),
        ({"operation": "hash", "file": ABSENT, "algorithm": "crc"}, ("algorithm", "field_choice")),
        ({"text": "a", "filename": "{{ }}"}, ("filename", "syntax_error")),
        ({"text": "a", "media_type": "{{ }}"}, ("media_type", "syntax_error")),
    ],
)
def test_a_wrong_field_is_named(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
