"""An invented service shows what every declared operation can rely on, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from apps.engine.builder import Builder
from apps.engine.check import check
from apps.engine.credential import Credential
from apps.engine.fields import Field, Kind
from apps.engine.ports import HttpReply
from apps.engine.registry import Registry
from apps.engine.secret import Secret
from apps.engine.testing import STAND_IN, Given, problems_in, revealed, try_node
from apps.nodes.declared import Auth, Call, DeclarationError, Errors, Operation, Pages, Service
from apps.nodes.declared import node_type_of as made

SHELF = Service(
    name="shelf",
    title="Shelf",
    base_url="https://shelf.example.com/v1",
    base_from="base_url",
    auth={"api_key": Auth(headers={"X-User": "{user}"}, query={"key": "{key}"})},
    errors=Errors(
        code="error.code",
        message="error.text",
        retryable=frozenset({"busy"}),
        spent="x-left",
        reset="x-reset",
    ),
)
READ = Operation(
    name="read",
    title="Read",
    description="Reads a book.",
    fields=(
        Field(name="id", kind=Kind.TEMPLATE, title="Id", is_required=True),
        Field(name="tags", kind=Kind.LIST, title="Tags"),
        Field(name="is_new", kind=Kind.BOOLEAN, title="New"),
        Field(name="language", kind=Kind.TEMPLATE, title="Language"),
    ),
    calls=(
        Call(
            method="GET",
            path="/books/{id}",
            query=("tag=tags", "is_new"),
            headers=("Accept-Language=language",),
        ),
    ),
    is_repeatable=True,
    keeps={"title": "string", "author=author.name": "string"},
    doc="Reads.",
    examples=(),
)
WRITE = replace(
    READ,
    name="write",
    calls=(Call(method="POST", path="/books", body=("id", "tags", "is_new", "language")),),
    is_repeatable=False,
)
LIST = replace(
    READ,
    name="list",
    fields=(),
    calls=(Call(method="GET", path="/books"),),
    pages=Pages(size="n", most=2),
)
BY_CURSOR = replace(
    LIST, picks="books", pages=Pages(size="n", cursor="after", cursor_at="more.next")
)
BOOK = b'{"title": "Emma", "author": {"name": "Austen"}}'
ACME = {"user": "ada", "key": Secret("s3cret-k3y")}


def ask(operation, config=None, *replies, values=ACME, service=SHELF, **given):
    """Run an operation against a server that gives these replies, the last one for ever."""
    queue = list(replies or (HttpReply(200, {}, BOOK),))
    found = Given(
        credentials={"acme": Credential("acme", "api_key", values)},
        handler=lambda _: queue.pop(0) if len(queue) > 1 else queue[0],
        **given,
    )
    kind = made(service, operation, "<svg/>")
    return try_node(kind, {"credential": "acme", "id": "7", **(config or {})}, found)


def test_values_go_where_the_call_says_and_nothing_that_is_empty() -> None:
    tried = ask(READ, {"id": "a/b c", "tags": ["x", 2], "is_new": False, "language": "de"})

    (request,) = tried.requests
    assert request.method == "GET"
    assert revealed(request.url) == (
        "https://shelf.example.com/v1/books/a%2Fb%20c?tag=x%2C2&is_new=false&key=s3cret-k3y"
    )
    assert request.headers == {"Accept-Language": "de", "X-User": "ada"}
    assert request.body is None
    assert request.follow_redirects is True
    assert tried.output == {"title": "Emma", "author": "Austen"}


def test_a_body_is_json_that_keeps_its_types_and_texts_stay_texts() -> None:
    tried = ask(
        WRITE,
        {"id": "{{ trigger.n }}", "tags": ["{{ trigger.n }}"], "is_new": True},
        trigger={"n": 7},
    )

    (request,) = tried.requests
    assert json.loads(request.body) == {"id": "7", "tags": [7], "is_new": True}
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert request.headers["Idempotency-Key"] == "execution-1:node"
    assert request.follow_redirects is False


def test_a_secret_in_the_address_is_wrapped() -> None:
    tried = ask(READ)

    assert isinstance(tried.requests[0].url, Secret)
    assert "s3cret" not in repr(tried)


def test_name_and_password_are_sent_as_basic_authentication() -> None:
    basic = replace(SHELF, auth={"api_key": Auth(basic="{user}:{key}")})

    tried = ask(READ, service=basic)

    header = tried.requests[0].headers["Authorization"]
    assert revealed(header) == "Basic YWRhOnMzY3JldC1rM3k="
    assert "YWRhOnMz" not in repr(tried)


@pytest.mark.parametrize(
    "config",
    [
        {"language": "{{ vars.odd }}"},
        {"tags": ["{{ vars.list }}"]},
        {"id": "{{ vars.list }}"},
        {"id": "{{ vars.half }}"},
        {"tags": ["{{ vars.half }}"]},
    ],
)
def test_a_value_that_cannot_be_sent_fails_before_the_call(config) -> None:
    variables = {"odd": "de\r\nX-Evil: 1", "list": [[1]], "half": "\ud800"}

    tried = ask(READ, config, variables=variables)

    assert (tried.answer.code, tried.requests) == ("bad_config", [])


@pytest.mark.parametrize("operation", [READ, WRITE])
def test_a_moved_address_is_followed_only_by_reading(operation) -> None:
    tried = ask(operation, {}, HttpReply(301, {"location": "https://other.example.com"}))

    assert tried.requests[0].follow_redirects is (operation is READ)
    assert tried.answer.message == "Shelf refused: it answered 301."


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("", "https://shelf.example.com/v1/books"),
        ("https://shelf.acme.test/api/", "https://shelf.acme.test/api/books"),
        ("http://10.1.2.3:8080", "http://10.1.2.3:8080/books"),
    ],
)
def test_only_the_credential_leads_to_another_server(base, url) -> None:
    tried = ask(WRITE, {}, values={**ACME, "base_url": base})

    assert revealed(tried.requests[0].url) == f"{url}?key=s3cret-k3y"


@pytest.mark.parametrize(
    "base",
    [
        "shelf.acme.test",
        "ftp://acme.test",
        "https://a@b.test",
        "https://a.test?x=1",
        "https://a.test#x",
        "https://",
        "https://[a.test",
    ],
)
def test_a_base_address_that_is_none_is_never_called(base) -> None:
    tried = ask(READ, {}, values={**ACME, "base_url": base})

    assert (tried.answer.code, tried.requests) == ("bad_url", [])


def test_a_credential_that_lacks_a_value_is_named() -> None:
    tried = ask(READ, {}, values={"user": "ada"})

    assert (tried.answer.code, tried.requests) == ("credential_incomplete", [])
    assert tried.answer.message == "The credential “acme” has no “key”: fill it in."


def link(url, rel="next"):
    return HttpReply(
        200, {"link": f'<{url}>; rel="prev first", <{url}>; rel="{rel}"'}, b'[{"title": "A"}]'
    )


def test_pages_are_gathered_by_the_header_link() -> None:
    second = "https://shelf.example.com/v1/books?n=2&page=2&key=s3cret-k3y"

    tried = ask(LIST, {}, link(second), HttpReply(200, {}, b'[{"title": "B"}]'))

    first, then = tried.requests
    assert revealed(first.url) == "https://shelf.example.com/v1/books?n=2&key=s3cret-k3y"
    assert revealed(then.url) == second
    assert isinstance(then.url, Secret)
    titles = [item["title"] for item in tried.output["items"]]
    assert (titles, tried.output["count"], tried.output["has_more"]) == (["A", "B"], 2, False)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/v1/books?page=2",
        "http://shelf.example.com/v1/books",
        "https://shelf.example.com:444/v1",
        "https://shelf.example.com@evil.example.com/",
        "/v1/books?page=2",
        "https://[shelf.example.com/v1",
        "https://shelf.example.com:x@/v1",
    ],
)
def test_a_next_page_on_another_server_is_never_asked_for(url) -> None:
    tried = ask(LIST, {}, link(url))

    assert (tried.answer.code, len(tried.requests)) == ("reply_unreadable", 1)


def test_pages_are_gathered_by_a_cursor() -> None:
    pages = [
        HttpReply(200, {}, b'{"books": [{"title": "A"}], "more": {"next": "x=y"}}'),
        HttpReply(200, {}, b'{"books": [{"title": "B"}], "more": {"next": ""}}'),
    ]

    tried = ask(BY_CURSOR, {"limit": 5}, *pages)

    assert [revealed(request.url) for request in tried.requests] == [
        "https://shelf.example.com/v1/books?n=5&key=s3cret-k3y",
        "https://shelf.example.com/v1/books?n=5&after=x%3Dy&key=s3cret-k3y",
    ]
    assert (tried.output["count"], tried.output["has_more"]) == (2, False)


def test_no_more_is_fetched_than_was_asked_for() -> None:
    page = HttpReply(200, {"link": "<https://shelf.example.com/v1/b>; rel=next"}, b"[{}, {}]")

    tried = ask(LIST, {"limit": 3}, page)

    assert len(tried.requests) == 2
    assert (tried.output["count"], tried.output["has_more"]) == (3, True)


def test_no_call_begins_when_the_step_has_no_time_left() -> None:
    tried = ask(WRITE, service=replace(SHELF, timeout_s=0))

    assert (tried.answer.code, tried.answer.is_retryable) == ("timeout", True)
    assert tried.requests == []


def test_a_list_that_weighs_too_much_is_left() -> None:
    page = HttpReply(
        200,
        {"link": "<https://SHELF.example.com/v1/b>; rel=next"},
        json.dumps([{"title": "A", "text": "x" * 9_000_000}]).encode(),
    )

    tried = ask(LIST, {"limit": 50}, page)

    assert (tried.answer.code, tried.answer.is_retryable) == ("too_large", False)
    assert len(tried.requests) == 8


def test_a_service_whose_pages_never_end_is_left() -> None:
    page = HttpReply(200, {"link": "<https://shelf.example.com/v1/b>; rel=next"}, b"[]")

    tried = ask(LIST, {}, page)

    assert len(tried.requests) == 100
    assert (tried.output["count"], tried.output["has_more"]) == (0, True)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (READ, b"[]"),
        (READ, b""),
        (LIST, b"{}"),
        (BY_CURSOR, b"[]"),
        (READ, b"[" * 90),
        (READ, b"NaN"),
    ],
)
def test_a_reply_without_what_was_promised_is_a_failure(operation, body) -> None:
    assert ask(operation, {}, HttpReply(200, {}, body)).answer.code == "reply_unreadable"


@pytest.mark.parametrize(
    ("reply", "code", "is_retryable", "wait_s"),
    [
        (HttpReply(400, {}, b'{"error": {"code": "busy", "text": "Later."}}'), "service_refused", True, None),
        (HttpReply(400, {}, b'{"error": {"code": "no", "text": "Later."}}'), "service_refused", False, None),
        (HttpReply(403, {"x-left": "0", "x-reset": "1767225660"}), "rate_limited", True, 60),
        (HttpReply(403, {"x-left": "0", "x-reset": "soon"}), "rate_limited", True, None),
        (HttpReply(403, {"x-left": "5", "x-reset": "1767225660"}), "service_refused", False, None),
        (HttpReply(403, {"retry-after": "9"}), "rate_limited", True, 9),
        (HttpReply(503, {"retry-after": "9"}), "service_refused", True, 9),
    ],
)  # fmt: skip
def test_a_refusal_says_whether_and_when_to_come_back(reply, code, is_retryable, wait_s) -> None:
    failure = ask(READ, {}, reply).answer

    assert (failure.code, failure.is_retryable) == (code, is_retryable)
    assert failure.retry_after_s == wait_s


def test_the_words_of_a_refusal_come_first_and_its_code_stands_in_the_details() -> None:
    body = {"error": {"code": "no", "text": "Not today."}}

    failure = ask(READ, {}, HttpReply(400, {}, json.dumps(body).encode())).answer

    assert failure.message == "Shelf refused: Not today."
    assert failure.details == {"service": "shelf", "code": "no", "body": body}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"ok": true, "title": "Emma"}', None),
        (b'{"ok": false}', "service_refused"),
        (b'{"title": "Emma"}', "service_refused"),
        (b"[]", "service_refused"),
        (b"", "service_refused"),
        (b"<html>", "reply_unreadable"),
    ],
)
def test_where_success_is_said_in_the_body_nothing_else_is_one(body, code) -> None:
    service = replace(SHELF, errors=Errors(success=("ok", True)))

    answer = ask(WRITE, {}, HttpReply(200, {}, body), service=service).answer

    assert getattr(answer, "code", None) == code


def test_a_long_refusal_is_not_kept() -> None:
    body = json.dumps({"error": {"code": "no", "text": "x" * 3000}}).encode()

    failure = ask(READ, {}, HttpReply(400, {}, body)).answer

    assert failure.message == f"Shelf refused: {'x' * 300}."
    assert failure.details == {"service": "shelf", "code": "no"}


def test_a_field_may_be_filled_in_by_a_template_that_comes_to_nothing() -> None:
    either = replace(WRITE, one_of=("tags", "language"))

    tried = ask(either, {"language": "{{ vars.none }}"}, variables={"none": ""})

    assert (tried.answer.code, tried.requests) == ("bad_config", [])
    assert tried.answer.message == "At least one of “Tags”, “Language” has to be filled in."


@pytest.mark.parametrize(("operation", "is_warned"), [(READ, False), (WRITE, True)])
def test_whoever_may_do_it_twice_after_a_crash_is_warned(operation, is_warned) -> None:
    kind = made(SHELF, operation, "<svg/>")
    builder = Builder().node("s", STAND_IN.type).then("a", kind.type, credential="acme", id="7")

    codes = {problem.code for problem in check(builder.build(), Registry([kind, STAND_IN]))}

    assert ("repeat_unsafe" in codes) is is_warned


def test_the_output_is_described_as_it_is_kept() -> None:
    text = {"type": ["string", "null"]}
    kept = {
        "type": "object",
        "properties": {"title": text, "author": text},
        "required": ["title", "author"],
    }

    assert made(SHELF, READ, "").output_schema == kept
    assert made(SHELF, LIST, "").output_schema["properties"] == {
        "items": {"type": "array", "items": kept},
        "count": {"type": "integer"},
        "has_more": {"type": "boolean"},
    }
    said = replace(READ, says={"ok": True, "word": "yes"})
    assert made(SHELF, said, "").output_schema["properties"] == {
        "ok": {"type": "boolean"},
        "word": {"type": "string"},
    }


def test_a_list_is_bounded_before_it_is_published() -> None:
    kind = made(SHELF, LIST, "")

    found = [
        problems_in(kind, {"credential": "a", "limit": limit}) for limit in (0, 1001, 1.5, 1000)
    ]

    out, odd = ("limit", "field_range"), ("limit", "field_type")
    assert found == [[out], [out], [odd], []]


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (replace(READ, calls=(Call(method="GET", path="/{shelf}"),)), "names what nothing gives: shelf"),
        (replace(WRITE, calls=(Call(method="POST", path="/", body=("x=y",)),)), "names what nothing gives: y"),
        (replace(READ, calls=(Call(method="GET", path="/{id}"),)), "sent nowhere: is_new, language, tags"),
        (replace(READ, keeps={"title": "text"}), "no type in JSON Schema: text"),
        (replace(READ, accepts=frozenset({"gone"})), "does not say what that gives"),
        (replace(LIST, calls=(Call(method="POST", path="/books"),)), "is read by GET"),
        (
            replace(LIST, fields=(Field(name="limit", kind=Kind.NUMBER),),
                    calls=(Call(method="GET", path="/", query=("limit",)),)),
            "the form has anyway: limit",
        ),
        (
            replace(LIST, fields=(Field(name="pin", kind=Kind.TEMPLATE, is_secret_ok=True),),
                    calls=(Call(method="GET", path="/", query=("pin",)),)),
            "lets fields hold secrets: pin",
        ),
    ],
)  # fmt: skip
def test_what_could_never_work_is_never_offered(operation, why) -> None:
    with pytest.raises(DeclarationError, match=why):
        made(SHELF, operation, "")
