"""Texts are packed and unpacked, and nothing is unpacked beyond its bounds."""

from __future__ import annotations

import base64
import gzip
import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_compress.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def done(operation, text, **config):
    made = {"operation": operation, "text": "{{ trigger }}", **config}
    return try_node(NODE, made, Given(trigger=text))


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def archive(files, form=zipfile.ZIP_DEFLATED) -> bytes:
    page = BytesIO()
    with zipfile.ZipFile(page, "w", form) as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name), text, form)
    return page.getvalue()


@pytest.mark.parametrize("text", ["", "a", "é\n" * 1_000])
@pytest.mark.parametrize("form", ["gzip", "zlib"])
def test_what_is_packed_is_unpacked_as_it_was_and_is_the_same_each_time(form, text) -> None:
    packed = done("compress", text, format=form).output

    assert done("compress", text, format=form).output == packed
    assert done("decompress", packed).output == text


def test_other_programs_read_what_is_packed() -> None:
    assert gzip.decompress(base64.b64decode(done("compress", "é").output)) == "é".encode()
    made = done("compress", "é", format="zlib").output
    assert zlib.decompress(base64.b64decode(made)) == "é".encode()


def test_parts_one_after_another_are_one_text_and_zeros_at_the_end_do_not_matter() -> None:
    parts = gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0) + b"\0" * 10

    assert done("decompress", b64(parts)).output == "ab"


def test_as_many_parts_are_read_as_an_archive_may_have() -> None:
    assert done("decompress", b64(gzip.compress(b"a", mtime=0) * 1_000)).output == "a" * 1_000


def test_files_are_packed_and_unpacked_by_name() -> None:
    files = {"a.txt": "x", "b/c.txt": "é" * 100, "empty": ""}

    packed = try_node(NODE, {"operation": "zip", "files": files}).output

    assert try_node(NODE, {"operation": "zip", "files": files}).output == packed
    assert zipfile.ZipFile(BytesIO(base64.b64decode(packed))).testzip() is None
    assert done("unzip", packed).output == files


@pytest.mark.parametrize("form", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_other_programs_are_read_and_their_folders_left_out(form) -> None:
    packed = b64(archive({"d/": "", "d/a": "x"}, form))

    assert done("unzip", packed).output == {"d/a": "x"}


def locked() -> bytes:
    raw = bytearray(archive({"a": "x"}))
    for at in (raw.find(b"PK\x03\x04") + 6, raw.find(b"PK\x01\x02") + 8):
        raw[at] |= 1
    return bytes(raw)


def twice() -> bytes:
    return archive({"aa": "x", "ab": "y"}).replace(b"ab", b"aa")


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("operation", "raw", "code"),
    [
        ("decompress", b"no archive", "archive_invalid"),
        ("decompress", gzip.compress(b"text", mtime=0)[:-1], "archive_invalid"),
        ("decompress", gzip.compress(b"text", mtime=0)[:12], "archive_invalid"),
        ("decompress", gzip.compress(b"text", mtime=0) + b"junk", "archive_invalid"),
        ("decompress", gzip.compress(b"text", mtime=0) + b"\0\0junk", "archive_invalid"),
        ("decompress", gzip.compress(b"a", mtime=0) * 1_001, "archive_too_large"),
        ("decompress", b"", "archive_invalid"),
        ("decompress", gzip.compress(b"\xff", mtime=0), "not_text"),
        ("decompress", gzip.compress(b"a\0", mtime=0), "not_text"),
        ("unzip", b"no archive", "archive_invalid"),
        ("unzip", b"", "archive_invalid"),
        ("unzip", archive({"aa": "x"}).replace(b"aa", b"\0a"), "archive_invalid"),
        ("unzip", archive({"a": "x" * 100})[:-30], "archive_invalid"),
        (
            "unzip",
            archive({"a": "xyz"}, zipfile.ZIP_STORED).replace(b"xyz", b"abc"),
            "archive_invalid",
        ),
        ("unzip", archive({"a": b"\xff"}), "not_text"),
        ("unzip", archive({"a": "x"}, zipfile.ZIP_BZIP2), "archive_unsupported"),
        ("unzip", archive({"a": "x"}, zipfile.ZIP_LZMA), "archive_unsupported"),
        ("unzip", locked(), "archive_unsupported"),
        ("unzip", twice(), "archive_unsupported"),
        ("unzip", archive({f"f{n}": "" for n in range(1_001)}), "archive_too_large"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_and_time_does_not_heal_it(operation, raw, code) -> None:
    failure = done(operation, b64(raw)).answer

    assert (failure.code, failure.is_retryable) == (code, False)


def overlapping(size: int, count: int) -> bytes:
    """An archive whose many entries all are the same bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = b"\0" * size
    packed = deflate.compress(content) + deflate.flush()
    head = (zlib.crc32(content), len(packed), size, 1, 0)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, *head) + b"a"
    table = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *head, 0, 0, 0, 0, 0)
        + bytes([97 + n])
        for n in range(count)
    )
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(table), len(local) + len(packed), 0
    )
    return local + packed + table + end


DIGITS = "".join(str(n * 7_919 % 1_000_003) for n in range(1_000_000))


@pytest.mark.proves("fault")
@pytest.mark.parametrize(
    ("operation", "raw", "code"),
    [
        ("decompress", gzip.compress(b"a" * 100_000_000, mtime=0), "bomb"),
        ("decompress", zlib.compress(b"a" * 3_000_000), "bomb"),
        ("decompress", b"".join([gzip.compress(b"a" * 1_000_000, mtime=0)] * 20), "bomb"),
        ("unzip", archive({"a": b"a" * 100_000_000}), "bomb"),
        ("unzip", archive({f"f{n}": b"a" * 100_000 for n in range(100)}), "bomb"),
        ("unzip", archive({"a": DIGITS, "b": DIGITS}), "output_too_large"),
        ("unzip", overlapping(1_000_000, 20), "archive_invalid"),
    ],
    ids=["gzip", "zlib", "parts", "zip", "many files", "much", "overlapping"],
)  # fmt: skip
def test_a_bomb_fails_as_soon_as_a_bound_is_passed(operation, raw, code) -> None:
    assert done(operation, b64(raw)).answer.code == code


def test_what_is_packed_well_and_small_is_no_bomb() -> None:
    text = "a" * 1_000_000

    assert done("decompress", done("compress", text).output).output == text


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a": 1}, "bad_config"),
        ({"": "x"}, "bad_config"),
        ({"a" * 256: "x"}, "bad_config"),
        ({"a": "\ud800"}, "bad_text"),
        ({"\ud800": "x"}, "bad_text"),
        ({f"f{n}": "" for n in range(1_001)}, "bad_config"),
    ],
)
def test_files_that_are_no_names_with_texts_are_refused(files, code) -> None:
    tried = try_node(NODE, {"operation": "zip", "files": "{{ trigger }}"}, Given(trigger=files))

    assert tried.answer.code == code


def test_half_a_character_cannot_be_packed() -> None:
    assert done("compress", "\ud800").answer.code == "bad_text"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("text", "field_required")),
        ({"text": "{{ trigger."}, ("text", "syntax_error")),
        ({"text": "a", "operation": "tar"}, ("operation", "field_choice")),
        ({"text": "a", "format": "brotli"}, ("format", "field_choice")),
        ({"operation": "zip"}, ("files", "field_required")),
        ({"operation": "zip", "files": ["a"]}, ("files", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
