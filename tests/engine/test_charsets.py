"""The charsets that texts from outside may be in."""

import encodings

import pytest

from apps.engine import charsets


@pytest.mark.parametrize("name", sorted(charsets.NAMES))
def test_every_charset_yields_whole_characters_whatever_the_bytes(name) -> None:
    codec = charsets.codec_of(name)

    for high in range(256):
        for low in range(256):
            text = bytes([high, low]).decode(codec, "ignore")
            assert not any("\ud800" <= letter <= "\udfff" for letter in text)


@pytest.mark.parametrize(
    ("said", "codec"),
    [("UTF-8", "utf-8"), ("ISO_8859-15", "iso8859-15"), ("Windows-1252", "cp1252")],
)
def test_a_name_may_be_written_in_any_case_and_with_underscores(said, codec) -> None:
    assert charsets.codec_of(said) == codec


@pytest.mark.parametrize(
    "name", ["", "undefined", "idna", "punycode", "utf-7", "hex", "a\x00b", "iso-8859-12"]
)
def test_any_other_name_is_none(name) -> None:
    assert charsets.codec_of(name) is None


def test_a_name_that_no_codec_has_is_not_remembered() -> None:
    before = len(encodings._cache)

    for number in range(100):
        charsets.codec_of(f"charset-{number}")

    assert len(encodings._cache) == before
