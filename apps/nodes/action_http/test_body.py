"""Bodies are sent as their kind says, and as the same bytes at every attempt."""

from __future__ import annotations

from email import message_from_string

import pytest

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.config import Config
from apps.engine.ports import HttpReply
from apps.engine.secret import Secret
from apps.engine.testing import Given, Tried, problems_in, revealed, secret_named, try_node
from apps.nodes.action_http.body import body_of
from apps.nodes.action_http.node import NODE

URL = "https://api.example.com/x"
POST = {"url": URL, "method": "POST"}


def post(config, given=None) -> Tried:
    found = Given(**(given or {}), handler=lambda _: HttpReply(200))
    return try_node(NODE, {**POST, **config}, found)


def parts(*parts: dict) -> dict:
    return {"body_type": "multipart", "parts": list(parts)}


def read_parts(request) -> list[tuple[str, str | None, str, str]]:
    """Return (name, filename, content type, value) of each part, as a strict reader sees them."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n"
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            part.get_content_type(),
            str(part.get_payload()),
        )
        for part in message_from_string(head + revealed(request.body)).get_payload()
    ]


@pytest.mark.parametrize(
    ("style", "query"),
    [
        ("repeat", "a=1&a=x+y&b=2&d=true"),
        ("brackets", "a%5B%5D=1&a%5B%5D=x+y&b=2&d=true"),
        ("indices", "a%5B0%5D=1&a%5B1%5D=x+y&b=2&d=true"),
        ("commas", "a=1%2Cx+y&b=2&d=true"),
    ],
)
def test_lists_in_query_and_form_are_written_as_the_server_reads_them(style, query) -> None:
    values = {"a": [1, "x y", None], "b": 2, "c": [], "d": True, "e": None}

    (request,) = post(
        {"query": values, "body": values, "body_type": "form", "list_style": style}
    ).requests

    assert request.url == f"{URL}?{query}"
    assert request.body == query


@pytest.mark.parametrize("text", ["<a/>", '{ "a":  1 }', "{{ trigger }}"])
def test_a_raw_text_is_sent_as_it_is_under_its_content_type(text) -> None:
    config = {"body_type": "text", "text": text, "content_type": "application/xml"}

    (request,) = post(config, {"trigger": text}).requests

    assert request.body == text
    assert request.headers["Content-Type"] == "application/xml"


def test_a_raw_text_is_plain_unless_something_else_is_said() -> None:
    (request,) = post({"body_type": "text", "text": "hello"}).requests

    assert request.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_multipart_form_has_fields_and_files() -> None:
    config = parts(
        {"name": "title", "value": "{{ trigger.title }}"},
        {"name": "empty"},
        {"name": "csv", "value": "a,b\r\n1,2", "filename": "ü.csv", "content_type": "text/csv"},
        {"name": "raw", "value": "x", "filename": "raw"},
    )

    (request,) = post(config, {"trigger": {"title": "Ada"}}).requests

    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=gorax-")
    assert 'name="csv"; filename="ü.csv"\r\nContent-Type: text/csv\r\n\r\na,b\r\n1,2\r\n--' in (
        request.body
    )
    assert [(name, kind, value) for name, _, kind, value in read_parts(request)] == [
        ("title", "text/plain", "Ada"),
        ("empty", "text/plain", ""),
        ("csv", "text/csv", "a,b\r\n1,2"),
        ("raw", "application/octet-stream", "x"),
    ]


def test_every_attempt_sends_the_same_bytes() -> None:
    config = parts({"name": "a", "value": "b"})

    (first,), (second,) = post(config).requests, post(config).requests

    assert (first.body, first.headers) == (second.body, second.headers)


def test_the_boundary_comes_from_the_key_of_the_step() -> None:
    part = {"name": "a", "value": "b", "file": ""}
    config = Config({"body_type": "multipart", "parts": [part]})

    assert body_of(config, None, "execution-1:a", BlobsInMemory()) == body_of(
        config, None, "execution-1:a", BlobsInMemory()
    )
    assert body_of(config, None, "execution-1:a", BlobsInMemory()) != body_of(
        config, None, "execution-2:a", BlobsInMemory()
    )


def test_a_value_that_holds_the_boundary_cannot_end_its_part() -> None:
    (request,) = post(parts({"name": "a", "value": "b"})).requests
    boundary = request.headers["Content-Type"].rpartition("=")[2]
    forged = f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="admin"\r\n\r\nyes'

    (request,) = post(parts({"name": "a", "value": forged})).requests

    assert [(name, value) for name, _, _, value in read_parts(request)] == [("a", forged)]


def test_a_name_cannot_smuggle_a_header_into_its_part() -> None:
    config = parts({"name": "{{ trigger }}", "value": "v", "filename": "{{ trigger }}"})

    (request,) = post(config, {"trigger": 'a"\r\nX: y'}).requests

    assert 'name="a%22%0D%0AX: y"; filename="a%22%0D%0AX: y"\r\n' in request.body


def test_a_secret_part_stays_secret() -> None:
    config = parts({"name": "pin", "value": "{{ credentials.pin }}"})

    tried = post(config, {"credentials": {"pin": secret_named("pin", "hunter2-hunter2")}})

    (request,) = tried.requests
    assert isinstance(request.body, Secret)
    assert [value for *_, value in read_parts(request)] == ["hunter2-hunter2"]
    assert "hunter2" not in str(tried.shown_config)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (parts({"name": "a", "content_type": "{{ trigger }}"}), "bad_config"),
        (parts({"name": "a"}) | {"headers": {"content-type": "text/plain"}}, "bad_header"),
        ({"body_type": "text", "text": "{{ [trigger] }}"}, "bad_config"),
        ({"body_type": "form", "body": "{{ trigger }}"}, "bad_config"),
    ],
)
def test_a_body_that_cannot_be_sent_fails_before_the_call(config, code) -> None:
    tried = post(config, {"trigger": "no\r\ntype"})

    assert (tried.answer.code, tried.requests) == (code, [])


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"body_type": "binary"}, ("body_type", "field_choice")),
        ({"list_style": "dots"}, ("list_style", "field_choice")),
        ({"body_type": "text"}, ("text", "field_required")),
        ({"body_type": "text", "text": "{{ nope."}, ("text", "syntax_error")),
        (
            {"body_type": "text", "text": "a", "content_type": "{{ credentials.a }}"},
            ("content_type", "secret_not_allowed"),
        ),
        ({"body_type": "multipart"}, ("parts", "field_required")),
        ({"body_type": "multipart", "parts": "a=b"}, ("parts", "field_type")),
        (parts({"value": "v"}), ("parts[0].name", "field_required")),
        (parts({"name": "a", "value": "{{ 1 +"}), ("parts[0].value", "syntax_error")),
        (parts({"name": "a", "file": "{{ 1 +"}), ("parts[0].file", "syntax_error")),
        (parts({"name": "a", "filename": "{{ 1 +"}), ("parts[0].filename", "syntax_error")),
        (parts({"name": "a", "content_type": "{{ 1 +"}), ("parts[0].content_type", "syntax_error")),
    ],
)
def test_a_body_that_is_configured_wrongly_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, {**POST, **config}) == [problem]
