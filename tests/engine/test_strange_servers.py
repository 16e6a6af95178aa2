"""Whatever a server answers, and whatever a config becomes, the node fails by a name or succeeds, and never crashes."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.errors import PortError
from apps.engine.failure import Failure
from apps.engine.ports import HttpReply
from apps.engine.testing import Given, try_node
from apps.nodes.action_http.node import NODE
from apps.nodes.action_http.paging import MODES

URL = "https://api.example.com/items?page=1#top"
PLACES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.text(max_size=8),
    st.sampled_from(["?page=2", "/a", URL, "//evil.example", "https://[", "a" * 9_000, "c1"]),
    st.lists(st.integers(), max_size=2),
)
VALUES = st.recursive(
    st.one_of(PLACES, st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
BODIES = st.one_of(
    st.binary(max_size=20),
    st.builds(
        lambda items, place: json.dumps({"items": items, "next": place}).encode(), VALUES, PLACES
    ),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b"[" * 5_000, b'{"a": 1e999}', rb'"\ud800"', b"\0", b""]),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "link": st.one_of(
            st.text(max_size=20),
            st.sampled_from(['<?page=2>; rel="next"', "<>;rel=next", "<a", ';,"']),
        ),
        "content-type": st.sampled_from(
            ["application/json", "text/plain; charset=utf-16", "x; charset=idna", "/", "a+json"]
        ),
        "retry-after": st.one_of(st.text(max_size=10), st.sampled_from(["9" * 400, "Mon, 99"])),
    },
)
REPLIES = st.builds(HttpReply, st.sampled_from([200, 204, 302, 404, 429, 503]), HEADERS, BODIES)
CONFIGS = st.fixed_dictionaries(
    {
        "pagination": st.sampled_from(MODES),
        "page_name": st.sampled_from(["page", "a.b", " ", ".", "ü&="]),
        "cursor_path": st.sampled_from(["$.next", "$..next", "$[0]"]),
        "items_path": st.sampled_from(["$", "$.items", "$.items[*]", "$..*"]),
    },
    optional={
        "method": st.sampled_from(["GET", "POST", "HEAD"]),
        "next_path": st.sampled_from(["$.next", "$[0]"]),
        "page_in": st.sampled_from(["query", "body"]),
        "page_size": st.integers(1, 3),
        "page_start": st.integers(0, 3),
        "max_items": st.integers(1, 4),
        "stop_when": st.sampled_from(
            ["page.number == 2", "page.body.next == null", "page.items[0]"]
        ),
        "response_type": st.sampled_from(["auto", "json", "text"]),
        "accept_status": st.sampled_from([["4xx"], [404, "5xx"]]),
        "body": VALUES,
        "body_type": st.sampled_from(["auto", "json", "form"]),
        "list_style": st.sampled_from(["repeat", "brackets", "indices", "commas"]),
        "query": st.dictionaries(st.text(max_size=3), VALUES, max_size=2),
    },
)


@settings(deadline=None)
@given(CONFIGS, st.lists(REPLIES, min_size=1, max_size=4), VALUES)
def test_no_answer_breaks_the_node(config, replies, trigger) -> None:
    left = list(replies)

    def answer(_request):
        if not left:
            raise PortError("connection_lost", "gone", is_retryable=True)
        return left.pop()

    # Known only when it runs, so that nothing is refused before.
    late = {"query", "body"} & set(config)
    given_values = {name: config[name] for name in late}
    config = {**config, **{name: f"{{{{ trigger.{name} }}}}" for name in late}, "max_pages": 5}
    found = Given(trigger={**given_values, "other": trigger}, handler=answer)

    tried = try_node(NODE, {"url": URL, **config}, found)

    assert not (isinstance(tried.answer, Failure) and tried.answer.code == "node_crashed")
