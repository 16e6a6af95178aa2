"""No text breaks the import of a curl command, and no options let a secret through."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.testing import problems_in
from apps.engine.value import is_json
from apps.nodes.action_http.curl import CurlError, read_curl
from apps.nodes.action_http.curl_options import LEFT_OUT, LETTERS, VALUED
from apps.nodes.action_http.node import NODE

URL = "https://api.example.com/x"
OPTIONS = st.sampled_from(sorted([*VALUED, *LEFT_OUT, *(f"-{letter}" for letter in LETTERS)]))
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["a=b", "@f", "a:b@c", "{", "[1]", '{"a":{}}', "https://[", "http://a?b#c", ""]
    ),
)


def is_storable_or_refused(command: str) -> bool:
    try:
        found = read_curl(command)
    except CurlError:
        return True
    problems_in(NODE, found.config)
    places = [each.place for each in found.credentials]
    return is_json({"config": found.config, "warnings": found.warnings, "places": places})


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_import(text) -> None:
    assert is_storable_or_refused(text)
    assert is_storable_or_refused(f"curl {text}")


@settings(deadline=None)
@given(st.lists(st.tuples(OPTIONS, VALUES), max_size=8))
def test_no_options_break_the_import(options) -> None:
    quoted = ("'" + value.replace("'", "'\\''") + "'" for _, value in options)
    words = [f"{name} {value}" for (name, _), value in zip(options, quoted, strict=True)]

    assert is_storable_or_refused(f"curl {URL} {' '.join(words)}")


@settings(deadline=None)
@given(st.lists(st.tuples(OPTIONS, VALUES), max_size=4))
def test_no_options_let_a_secret_through(options) -> None:
    before = " ".join(f"{name} 'x'" for name, _ in options)

    found = read_curl(f"curl {before} -H 'Authorization: CANARY' -u a:CANARY https://u:CANARY@a/")

    assert "CANARY" not in repr(found)
