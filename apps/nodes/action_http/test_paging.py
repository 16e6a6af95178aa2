"""An answer that comes in pages is gathered as one."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.engine.errors import PortError
from apps.engine.ports import HttpReply
from apps.engine.testing import (
    FakeClock,
    Given,
    Tried,
    problems_in,
    revealed,
    secret_named,
    try_node,
)
from apps.engine.value import DEFAULT_LIMITS
from apps.nodes.action_http.links import next_link
from apps.nodes.action_http.node import NODE

URL = "https://api.example.com/items"
PAGES = {"pagination": "page", "page_name": "page"}
OFFSETS = {"pagination": "offset", "page_name": "offset"}
CURSORS = {"pagination": "cursor", "page_name": "after", "cursor_path": "$.next"}
LINKS = {"pagination": "next_link", "next_path": "$.next"}


def ok(body, **headers) -> HttpReply:
    return HttpReply(200, headers, json.dumps(body).encode())


def gather(config, *replies, given=None) -> Tried:
    """Answer the n-th request with the n-th reply; an exception among them is raised."""
    left = list(replies)

    def answer(_request):
        reply = left.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    return try_node(NODE, {"url": URL, **config}, Given(**(given or {}), handler=answer))


def urls(tried) -> list[str]:
    return [revealed(request.url).removeprefix(URL) for request in tried.requests]


def queries(tried, name) -> list[list[str] | None]:
    return [parse_qs(urlsplit(revealed(request.url)).query).get(name) for request in tried.requests]


def test_pages_are_counted_until_one_is_empty() -> None:
    tried = gather(PAGES, ok([1, 2]), ok([3]), ok([], x="last"))

    assert urls(tried) == ["?page=1", "?page=2", "?page=3"]
    assert tried.output == {
        "status_code": 200,
        "headers": {"x": "last"},
        "body": [1, 2, 3],
        "pages": 3,
        "has_more": False,
    }


@pytest.mark.parametrize(
    ("config", "offsets"),
    [
        ({}, ["0", "2", "3"]),
        ({"page_size": 10}, ["0", "10", "20"]),
        ({"page_start": 5}, ["5", "7", "8"]),
    ],
)
def test_an_offset_moves_by_what_came_or_by_its_step(config, offsets) -> None:
    tried = gather(OFFSETS | config, ok([1, 2]), ok([3]), ok([]))

    assert queries(tried, "offset") == [[offset] for offset in offsets]
    assert tried.output["body"] == [1, 2, 3]


def test_a_page_takes_the_place_of_the_one_that_the_author_wrote() -> None:
    config = {"url": f"{URL}?page=9&a=%20&b#here", "query": {"page": 8, "c": 3}, "page_start": 0}

    tried = gather(PAGES | config, ok([1]), ok([]))

    assert urls(tried) == ["?a=%20&b&page=0&c=3#here", "?a=%20&b&page=1&c=3#here"]


def test_a_cursor_leads_on_until_there_is_none() -> None:
    tried = gather(
        CURSORS | {"items_path": "$.items"},
        ok({"items": [1], "next": "c/1"}),
        ok({"items": [], "next": 7}),
        ok({"items": [2], "next": None}),
    )

    assert urls(tried) == ["", "?after=c%2F1", "?after=7"]
    assert tried.output["body"] == [1, 2]


def test_a_cursor_can_be_sent_in_the_body() -> None:
    config = CURSORS | {
        "method": "POST",
        "page_in": "body",
        "page_name": "variables.after",
        "body": {"query": "q", "variables": {"first": 2}},
        "items_path": "$.items[*].id",
    }

    tried = gather(
        config, ok({"items": [{"id": 1}, {"id": 2}], "next": "c"}), ok({"items": [], "next": ""})
    )

    assert [json.loads(request.body)["variables"] for request in tried.requests] == [
        {"first": 2},
        {"first": 2, "after": "c"},
    ]
    assert urls(tried) == ["", ""]
    assert tried.output["body"] == [1, 2]


def test_objects_are_made_where_the_body_has_none() -> None:
    config = PAGES | {"method": "POST", "page_in": "body", "page_name": "paging.page"}

    tried = gather(config, ok([]))

    assert tried.requests[0].body == '{"paging":{"page":1}}'


def test_links_of_the_body_are_followed_relative_or_not() -> None:
    tried = gather(
        LINKS | {"items_path": "$.items", "query": {"key": "k", "page": 1}},
        ok({"items": [1], "next": "?page=2"}),
        ok({"items": [2], "next": f"{URL}?page=3&key=own"}),
        ok({"items": [3]}),
    )

    assert urls(tried) == ["?key=k&page=1", "?page=2&key=k", "?page=3&key=own"]
    assert tried.output["body"] == [1, 2, 3]


def test_links_of_the_header_are_followed() -> None:
    tried = gather(
        {"pagination": "next_link"},
        ok([1], link=f'<{URL}?page=1>; rel="prev", <{URL}?page=2>; rel="next"'),
        ok([2], link=f'<{URL}?page=1>; rel="prev"'),
    )

    assert urls(tried) == ["", "?page=2"]
    assert tried.output["body"] == [1, 2]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("<a>; rel=next", "a"),
        ('< a > ; x=1; REL="Prev NEXT"', "a"),
        ('<a>; title="no, <b>; rel=next"; rel=last, <c>;rel=next', "c"),
        (r'<a>; title="\"; rel=next"; rel=last', None),
        ('<a>; rel=prev; rel="next"', None),
        ("<a;b,c>;rel=next", "a;b,c"),
        ("<a>", None),
        ("<a", None),
        ("", None),
        ('"' * 100_000, None),
        ("<" * 100_000, None),
        ('<a>;"\\' * 20_000, None),
    ],
)
def test_a_link_header_is_read_however_it_is_written(header, target) -> None:
    assert next_link(header) == target


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/items",
        "//evil.example/",
        "http://api.example.com/items",
        "https://api.example.com:8443/items",
        "https://api.example.com@evil.example/",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_a_link_to_another_server_is_never_sent_what_was_meant_for_this_one(link) -> None:
    config = LINKS | {"headers": {"Authorization": "Bearer {{ credentials.key }}"}}
    given = {"credentials": {"key": secret_named("key", "hunter2-hunter2")}}

    tried = gather(config, ok({"next": link}), given=given)

    assert (tried.answer.code, tried.answer.is_retryable) == ("page_elsewhere", False)
    assert len(tried.requests) == 1


@pytest.mark.parametrize(
    ("config", "replies"),
    [
        (LINKS, [ok({"next": f"{URL}?page=2"})] * 2),
        (LINKS, [ok({"next": "?a"}), ok({"next": "?b"}), ok({"next": "?a"})]),
        (CURSORS, [ok({"next": "c"})] * 2),
    ],
)
def test_a_server_that_leads_in_a_circle_is_left(config, replies) -> None:
    tried = gather(config, *replies)

    assert (tried.answer.code, len(tried.requests)) == ("page_loop", len(replies))


@pytest.mark.parametrize("place", [True, 1.5, ["c"], {"a": 1}])
def test_what_cannot_lead_to_a_page_is_named_so(place) -> None:
    for config in (LINKS, CURSORS):
        assert gather(config, ok({"next": place})).answer.code == "page_unreadable"


def test_the_condition_ends_the_pages_with_the_one_for_which_it_holds() -> None:
    condition = "page.body.last == true && page.number == 2 && size(page.items) == 1"
    config = PAGES | {"items_path": "$.items", "stop_when": condition}

    tried = gather(config, ok({"items": [1, 2], "last": False}), ok({"items": [3], "last": True}))

    assert tried.output["body"] == [1, 2, 3]
    assert tried.output["has_more"] is False


@pytest.mark.parametrize(
    ("config", "body", "pages"),
    [
        ({"max_pages": 2}, [1, 2, 3, 4], 2),
        ({"max_items": 3}, [1, 2, 3], 2),
        ({"max_items": 2}, [1, 2], 1),
        ({"max_items": 1, "stop_when": "true"}, [1], 1),
    ],
)
def test_what_is_left_behind_at_a_bound_is_said(config, body, pages) -> None:
    output = gather(PAGES | config, ok([1, 2]), ok([3, 4])).output

    assert (output["body"], output["pages"], output["has_more"]) == (body, pages, True)


def test_items_that_are_more_than_an_output_fail_before_all_are_fetched() -> None:
    half = "x" * (DEFAULT_LIMITS.output_bytes // 2)

    tried = gather(PAGES, ok([half]), ok([half]), ok([half]))

    assert (tried.answer.code, len(tried.requests)) == ("output_too_large", 2)


def test_every_page_has_a_key_of_its_own_and_the_same_at_every_attempt() -> None:
    keys = [
        [request.headers["Idempotency-Key"] for request in gather(PAGES, ok([1]), ok([])).requests]
        for _ in range(2)
    ]

    assert keys == [["execution-1:node#1", "execution-1:node#2"]] * 2


LOST = PortError("connection_lost", "gone", is_retryable=True)


@pytest.mark.parametrize("config", [{}, {"method": "POST", "is_keyed": True}])
def test_a_later_page_that_is_lost_is_asked_for_once_more_alone(config) -> None:
    tried = gather(PAGES | config, ok([1]), LOST, ok([2]), ok([]))

    assert queries(tried, "page") == [["1"], ["2"], ["2"], ["3"]]
    assert tried.requests[1].headers == tried.requests[2].headers
    assert tried.output["body"] == [1, 2]


@pytest.mark.parametrize(
    ("config", "replies"),
    [
        ({}, [LOST]),
        ({}, [ok([1]), LOST, LOST]),
        ({}, [ok([1]), HttpReply(503)]),
        ({}, [ok([1]), PortError("bad_reply", "no HTTP")]),
        ({"method": "POST"}, [ok([1]), LOST]),
    ],
)
def test_any_other_failure_of_a_page_is_that_of_the_attempt(config, replies) -> None:
    tried = gather(PAGES | config, *replies)

    assert len(tried.requests) == len(replies)
    assert tried.answer.code in {"connection_lost", "http_status", "bad_reply"}


def test_an_accepted_refusal_ends_the_pages() -> None:
    config = PAGES | {"accept_status": [404]}

    tried = gather(config, ok([1]), HttpReply(404, {}, b'{"error": "no such page"}'))

    assert (tried.output["body"], tried.output["status_code"]) == ([1], 404)


@pytest.mark.parametrize("body", [b"<html>", b"{", b'{"a": NaN}'])
def test_a_page_that_is_no_json_fails(body) -> None:
    assert gather(PAGES, HttpReply(200, {}, body)).answer.code == "not_json"


def test_all_pages_share_the_time_of_the_step() -> None:
    clock = FakeClock()

    def slow(_request):
        clock.seconds += 4
        return ok([1])

    tried = try_node(NODE, {"url": URL, "timeout_s": 10, **PAGES}, Given(handler=slow, clock=clock))

    assert [request.timeout_s for request in tried.requests] == [10, 6, 2]
    assert (tried.answer.code, tried.answer.is_retryable) == ("timeout", True)


def test_a_page_cannot_be_written_into_a_list() -> None:
    config = PAGES | {"method": "POST", "page_in": "body", "body": [1]}

    assert gather(config).answer.code == "bad_config"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"pagination": "scroll"}, ("pagination", "field_choice")),
        ({"pagination": "page"}, ("page_name", "field_required")),
        (PAGES | {"page_name": 1}, ("page_name", "field_type")),
        (PAGES | {"page_in": "header"}, ("page_in", "field_choice")),
        (PAGES | {"page_in": "body", "body_type": "text", "text": "a"}, ("page_in", "field_clash")),
        (PAGES | {"page_start": -1}, ("page_start", "field_range")),
        (PAGES | {"page_start": 1.5}, ("page_start", "field_type")),
        (OFFSETS | {"page_size": 0}, ("page_size", "field_range")),
        (PAGES | {"items_path": "items"}, ("items_path", "bad_jsonpath")),
        (LINKS | {"next_path": "$["}, ("next_path", "bad_jsonpath")),
        (CURSORS | {"cursor_path": "$.."}, ("cursor_path", "bad_jsonpath")),
        (CURSORS | {"cursor_path": None}, ("cursor_path", "field_required")),
        (PAGES | {"stop_when": "page."}, ("stop_when", "syntax_error")),
        (PAGES | {"max_pages": 0}, ("max_pages", "field_range")),
        (PAGES | {"max_pages": 1001}, ("max_pages", "field_range")),
        (PAGES | {"max_items": 100_001}, ("max_items", "field_range")),
    ],
)
def test_pages_that_are_configured_wrongly_are_named_by_their_field(config, problem) -> None:
    assert problems_in(NODE, {"url": URL, **config}) == [problem]
