"""Known secrets are removed from whatever is stored or shown, in the forms in which they travel."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.mask import LONGEST_ENCODED, SAFE_IN_PATH, SAFE_IN_QUERY, mask_of
from apps.engine.secret import REDACTED, Secret
from apps.engine.value import Json

PERCENT = re.compile("%..")
PLAIN = "Pä$$ \"w\\rd/+ & mor'e"


def masked(value: Json, *plain: str) -> Json:
    return mask_of(Secret(text) for text in plain).scrub(value)


@pytest.mark.parametrize(
    "form",
    [
        PLAIN,
        quote(PLAIN, safe=""),
        quote(PLAIN),
        quote_plus(PLAIN),
        PERCENT.sub(lambda found: found[0].lower(), quote(PLAIN)),
        quote(quote(PLAIN, safe=""), safe=""),
        # As our own client writes them into an address, of which servers say a part again.
        quote(PLAIN, safe=SAFE_IN_PATH),
        quote(PLAIN, safe=SAFE_IN_QUERY),
        html.escape(PLAIN),
        html.escape(PLAIN).replace("&#x27;", "&#39;"),
        PLAIN.lower(),
        PLAIN.upper(),
        PLAIN.encode().hex(),
        PLAIN.encode().hex().upper(),
        (b"user:" + PLAIN.encode() + b"!").hex(),
        json.dumps(PLAIN),
        json.dumps(PLAIN, ensure_ascii=False),
        json.dumps(PLAIN).replace("/", r"\/"),
        json.dumps(json.dumps(PLAIN)[1:-1]),
        base64.b64encode(PLAIN.encode()).decode(),
        base64.urlsafe_b64encode(PLAIN.encode()).decode(),
        base64.b64encode(PLAIN.encode()).decode().rstrip("="),
        base64.b64encode(b"user:" + PLAIN.encode()).decode(),
        base64.b64encode(b"user1:" + PLAIN.encode() + b":rest").decode(),
        base64.b64encode(b"u:" + PLAIN.encode() + b"!").decode(),
    ],
)
def test_every_form_is_removed(form: str) -> None:
    found = masked(f"before {form} after", PLAIN)

    assert isinstance(found, str)
    assert REDACTED in found
    assert form.strip('"=')[4:-4] not in found


def test_keys_and_values_are_scrubbed_however_deep() -> None:
    value: Json = {"my hunter2": [{"x": "hunter2 again"}, 7, None, True]}

    assert masked(value, "hunter2") == {
        f"my {REDACTED}": [{"x": f"{REDACTED} again"}, 7, None, True]
    }


def test_a_secret_inside_a_longer_one_does_not_leave_half_of_it() -> None:
    assert masked("hunter2-and-more", "hunter2", "hunter2-and-more") == REDACTED


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n    ", '", "', " "])
def test_of_a_key_in_several_lines_each_line_is_removed(between: str) -> None:
    lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "BKcwggSjAgEAAoIBAQ/+x",
        "short",
    ]

    found = masked(between.join(lines), "\n".join(lines))

    assert found in {REDACTED, between.join([lines[0], REDACTED, REDACTED, "short"])}
    assert (
        masked("-----BEGIN PRIVATE KEY----- is short", "\n".join(lines))
        == "-----BEGIN PRIVATE KEY----- is short"
    )


def test_a_short_secret_is_removed_as_it_is_only() -> None:
    assert masked("abc YWJj", "abc") == f"{REDACTED} YWJj"


def test_of_a_text_that_is_longer_than_any_credential_no_other_form_is_made() -> None:
    text = f"{PLAIN} {'x' * LONGEST_ENCODED}"

    assert mask_of([Secret(text)]).forms == (text,)
    assert REDACTED in str(masked(base64.b64encode(text.encode()).decode(), text, PLAIN))


@pytest.mark.parametrize("end", ["", ".", "…"])
def test_the_first_half_of_a_secret_at_the_end_of_a_cut_text_is_removed(end: str) -> None:
    mask = mask_of([Secret("hunter2-hunter2")])

    assert mask.cut(f"it said hunter2-hun{end}") == f"it said {REDACTED}{end}"
    assert mask.cut(f"it said hunter{end}") == f"it said hunter{end}"
    assert mask.cut(f"hunter2-hunter2 said{end}") == f"{REDACTED} said{end}"


def test_an_empty_secret_removes_nothing() -> None:
    value: Json = {"a": "b c"}

    assert masked(value, "", " ") == value


def test_without_secrets_nothing_is_copied() -> None:
    value: Json = {"a": [1]}

    assert masked(value) is value


@settings(deadline=None)
@given(
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=9, max_size=30),
    before=st.binary(max_size=5),
    after=st.binary(max_size=5),
)
def test_base64_around_a_secret_never_shows_its_middle(
    secret: str, before: bytes, after: bytes
) -> None:
    raw = secret.encode()
    whole = base64.b64encode(before + raw + after).decode()

    found = masked(whole, secret)

    assert not secret.strip() or found != whole
