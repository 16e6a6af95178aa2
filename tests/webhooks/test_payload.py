"""From a request to the trigger's data."""

import base64

import pytest

from apps.core import strict_json
from apps.core.addresses import networks
from apps.webhooks.rules.addresses import is_allowed
from apps.webhooks.rules.payload import Delivery, PayloadError, trigger_of


def read(body: bytes = b"", content_type: str = "", query: str = "", **headers: str):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        sent["content-type"] = content_type
    delivery = Delivery("POST", "orders", sent, query, body, "203.0.113.7")
    return trigger_of(delivery, key_header="x-my-key", read_json=strict_json.loads)


def test_the_data_are_method_path_headers_query_and_body() -> None:
    found = read(b'{"a": 1.50}', "application/json", "x=1&y=2&x=3", user_agent="curl")

    assert found == {
        "method": "POST",
        "path": "orders",
        "headers": {"content-type": "application/json", "user-agent": "curl"},
        "query": {"x": ["1", "3"], "y": "2"},
        "body": {"a": 1.5},
    }


def test_what_proves_the_sender_never_reaches_a_workflow() -> None:
    found = read(
        authorization="Bearer x",
        cookie="a=b",
        x_hub_signature_256="sha256=00",
        x_my_key="k",
        stripe_signature="t=1",
        x_other="stays",
    )

    assert found["headers"] == {"x-other": "stays"}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"", None),
        ("application/json", b"[1]", [1]),
        ("application/json; charset=utf-8", b"null", None),
        ("application/vnd.api+json", b'"x"', "x"),
        (
            "application/x-www-form-urlencoded",
            b"a=1&b=%C3%BC&a=2&c=",
            {"a": ["1", "2"], "b": "ü", "c": ""},
        ),
        ("text/plain", "grüß".encode(), "grüß"),
        ("text/plain; charset=latin-1", "grüß".encode("latin-1"), "grüß"),
        ("text/plain; charset=ISO_8859-15", "5 €".encode("iso8859-15"), "5 €"),
        ('text/plain; charset="windows-1252"', "5 €".encode("cp1252"), "5 €"),
        ("text/plain; charset=utf-16", "grüß".encode("utf-16"), "grüß"),
        ("application/xml", b"<a/>", "<a/>"),
    ],
)
def test_a_body_is_read_by_its_content_type(content_type, body, expected) -> None:
    assert read(body, content_type)["body"] == expected


@pytest.mark.parametrize(
    ("content_type", "kept"),
    [
        ("application/octet-stream", "application/octet-stream"),
        ("multipart/form-data; boundary=x", "multipart/form-data"),
        ("nonsense", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_any_other_body_is_kept_as_base64(content_type, kept) -> None:
    found = read(b"\x00\xff", content_type)["body"]

    assert found == {
        "content_type": kept,
        "encoding": "base64",
        "data": base64.b64encode(b"\x00\xff").decode(),
    }


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("text/plain", b"\xff", "not_text"),
        ("text/plain; charset=nonsense", b"x", "charset_unknown"),
        ("text/plain; charset=undefined", b"x", "charset_unknown"),
        ("text/plain; charset=idna", b"xn--a", "charset_unknown"),
        ("text/plain; charset=punycode", b"a" * 160_000, "charset_unknown"),
        ("text/plain; charset=utf-7", b"+2AA-", "charset_unknown"),
        ("text/plain; charset*=utf-8''a%00b", b"x", "charset_unknown"),
        ("text/plain; charset*=bogus''a", b"x", "charset_unknown"),
        ("text/plain; charset=us-ascii", b"\xff", "not_text"),
        ("text/plain", b"a\x00b", "nul_character"),
        (
            "text/plain; charset=utf-16-le",
            "a\ud800".encode("utf-16-le", "surrogatepass"),
            "not_text",
        ),
        ("text/plain; charset=hex", b"00", "charset_unknown"),
        ("application/x-www-form-urlencoded", b"a=%00", "nul_character"),
        ("application/x-www-form-urlencoded", b"a=%ff", "not_utf8"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1001, "too_many_fields"),
        ("application/x-www-form-urlencoded", b"\xff=1", "not_text"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(content_type, body, code) -> None:
    with pytest.raises(PayloadError) as refused:
        read(body, content_type)

    assert refused.value.code == code


def test_a_charset_that_is_not_read_is_told_by_the_header_that_names_it() -> None:
    with pytest.raises(PayloadError) as refused:
        read(b"x", "text/plain; charset=punycode")

    assert refused.value.path == "/headers/content-type"
    assert refused.value.message == (
        "Content-Type names the charset 'punycode', which is not read here."
    )


def test_a_query_is_held_to_the_same_rules() -> None:
    with pytest.raises(PayloadError) as refused:
        read(query="a=%00")

    assert refused.value.code == "nul_character"


@pytest.mark.parametrize(
    ("caller", "allowed", "expected"),
    [
        ("203.0.113.7", [], True),
        ("203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.114.7", ["203.0.113.0/24"], False),
        ("203.0.113.7", ["203.0.113.7", "2001:db8::/32"], True),
        ("2001:db8::1", ["203.0.113.7", "2001:db8::/32"], True),
        ("::ffff:203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.113.70", ["203.0.113.7"], False),
        ("", ["203.0.113.7"], False),
        ("nonsense", ["0.0.0.0/0"], False),
        ("2001:db8::1", ["0.0.0.0/0"], False),
    ],
)
def test_addresses_are_compared_as_networks(caller, allowed, expected) -> None:
    assert is_allowed(caller, networks(allowed)) is expected
