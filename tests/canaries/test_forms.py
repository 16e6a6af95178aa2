"""The search itself: a secret is found in every form, packed, and in halves."""

import base64
import zlib

import pytest

from tests.canaries.forms import HEAD, TAIL, Hoard, forms_of, packed

WORDS = "before {} after"


@pytest.mark.parametrize("name", forms_of(b"x"))
def test_a_secret_is_found_in_every_form(name: str) -> None:
    hoard = Hoard()
    secret = hoard.canary("mine")
    hoard.learn("theirs", "kSuK-_94/+=aLk2")

    for raw, owner in ((secret.encode(), "mine"), (b"kSuK-_94/+=aLk2", "theirs")):
        assert hoard.found_in(WORDS.format(forms_of(raw)[name])) == {owner}


@pytest.mark.parametrize(
    "pack",
    [
        lambda text: packed(text).decode("latin-1"),
        lambda text: packed(text).hex(),
        lambda text: base64.b64encode(packed(text)).decode(),
        lambda text: base64.urlsafe_b64encode(packed(text)).decode(),
        lambda text: zlib.compress(text.encode()).decode("latin-1"),
        lambda text: packed(packed(text).hex()).decode("latin-1"),
        lambda text: base64.b64encode(b"1" + text.encode()).decode(),
        lambda text: base64.b64encode(b"12" + text.encode()).decode(),
    ],
)
def test_a_secret_is_found_in_what_is_packed(pack) -> None:
    hoard = Hoard()
    secret = hoard.canary("mine")

    assert hoard.found_in(WORDS.format(pack(f"some {secret} words"))) == {"mine"}


def test_halves_are_found_and_innocent_texts_are_not() -> None:
    hoard = Hoard()
    secret = hoard.canary("mine")
    half = len(HEAD) + 4

    assert hoard.found_in(secret[:half]) == {"a piece of a canary"}
    assert hoard.found_in(secret[half:]) == {"a piece of a canary"}
    assert hoard.found_in(HEAD[:-2] + TAIL[2:] + "[REDACTED]") == set()
