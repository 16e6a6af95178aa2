"""The in-memory world keeps its own promises, because other tests stand on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.engine.drawing import draw
from apps.engine.errors import PortError
from apps.engine.failure import Failure
from apps.engine.fields import Field, Kind
from apps.engine.graph import Node, OnError
from apps.engine.node import Context, Result
from apps.engine.ports import HttpReply, HttpRequest, MailReply, MailRequest, NoMail
from apps.engine.problem import DocumentError
from apps.engine.runner import DAWN
from apps.engine.secret import Secret
from apps.engine.testing import (
    STAND_IN,
    FakeClock,
    FakeHttp,
    FakeLog,
    FakeMail,
    Given,
    examples_beside,
    in_memory_ports,
    play,
    problems_in,
    promised,
    revealed,
    try_node,
)
from apps.engine.value import NodeId

MINE = replace(STAND_IN, type="test:mine")
REQUEST = HttpRequest("GET", "https://example.com")
LETTER = MailRequest("mail.example.com", 25, "none", "a@example.com", ("b@example.com",), b"Hi")


def send_mail(ctx: Context) -> Result:
    return Result(ctx.mail.send(LETTER).answer)


def test_no_mail_is_taken_unless_a_server_is_given() -> None:
    kind = replace(MINE, run=send_mail)

    tried = try_node(kind, {}, Given(deliver=lambda request: MailReply(f"for {request.host}")))

    assert (tried.output, tried.mails) == ("for mail.example.com", [LETTER])
    assert try_node(kind, {}).answer == Failure(
        "connect_failed", "nobody answers at mail.example.com", is_retryable=True
    )
    assert play(kind, {"config": {}, "mail": "taken"}) == {"output": "taken"}
    assert FakeMail().requests == []


def test_where_no_mail_can_be_sent_at_all_a_step_says_so() -> None:
    with pytest.raises(PortError, match="no mail can be sent here") as caught:
        NoMail().send(LETTER)

    assert (caught.value.code, caught.value.is_retryable) == ("mail_unavailable", False)


def test_nobody_is_at_home_unless_a_handler_is_given() -> None:
    http = FakeHttp()

    with pytest.raises(PortError) as caught:
        http.send(REQUEST)
    assert (caught.value.code, caught.value.is_retryable) == ("connect_failed", True)
    assert http.requests == [REQUEST]
    assert FakeHttp(lambda _: HttpReply(204)).send(REQUEST) == HttpReply(204)


def test_the_clock_stands_still_until_it_is_moved() -> None:
    clock = FakeClock()

    assert (clock.now(), clock.monotonic_s()) == (DAWN, 0)
    clock.seconds += 2
    assert clock.monotonic_s() == 2


def test_the_log_keeps_every_line() -> None:
    log = FakeLog()

    log.write("info", "hello", {"n": 1})

    assert log.lines == [("info", "hello", {"n": 1})]
    assert isinstance(in_memory_ports().log, FakeLog)


@pytest.mark.parametrize(
    ("value", "text"), [(Secret("a"), "a"), ("a", "a"), (b"a", "a"), (None, "")]
)
def test_what_goes_on_the_wire_can_be_read(value: str | bytes | Secret | None, text: str) -> None:
    assert revealed(value) == text


def test_a_picture_gives_each_node_the_ports_it_is_left_by() -> None:
    graph = draw(
        """
        t ──► a ──left──► b
        a ──right──► c
        a ──error──► d
        """,
        timeout_s=5,
        a=Node(NodeId("any"), "test:any", on_error=OnError.BRANCH),
    )

    assert graph.nodes[NodeId("a")].ports == ("left", "right", "error")
    assert graph.nodes[NodeId("a")].default_port == "left"
    assert graph.nodes[NodeId("b")].ports == ("main",)
    assert graph.timeout_s == 5


def test_a_node_is_tried_with_what_it_is_given() -> None:
    given = Given(trigger=1, steps={"a": 2}, inputs={"b": 3}, variables={"c": 4})
    kind = replace(
        MINE,
        fields=(Field(name="x", kind=Kind.JSON),),
        run=lambda ctx: Result([ctx.config.json("x"), ctx.input, ctx.trigger]),
        reads_input=True,
    )

    tried = try_node(kind, {"x": "{{ steps.a + vars.c }}"}, given)

    assert tried.output == [6, 3, 1]
    assert tried.shown_config == {"x": 6}


def test_a_failed_node_has_no_output() -> None:
    def fail(_ctx: Context) -> Result:
        raise KeyError

    tried = try_node(replace(MINE, run=fail), {})

    assert isinstance(tried.answer, Failure)
    with pytest.raises(AssertionError, match="the node failed"):
        _ = tried.output


def test_a_config_with_problems_is_never_tried() -> None:
    kind = replace(MINE, fields=(Field(name="x", kind=Kind.NUMBER),))

    assert problems_in(kind, {"x": "many"}) == [("x", "field_type")]
    with pytest.raises(DocumentError):
        try_node(kind, {"x": "many"})


def test_an_example_is_played_and_held_against_its_promise() -> None:
    kind = replace(MINE, run=lambda ctx: Result(ctx.http.send(REQUEST).status, "main"))
    example = {
        "title": "x",
        "config": {},
        "given": {"woken": "delay", "credentials": {"a": "b"}},
        "reply": {"status": 200, "headers": {}, "body": ""},
        "output": 200,
        "port": "main",
    }

    assert play(kind, example) == promised(example) == {"output": 200, "port": "main"}
    assert play(kind, {"title": "x", "config": {}}) == {
        "failure": {"code": "connect_failed", "message": "nobody answers here"}
    }


def test_the_stand_in_passes_on_what_comes() -> None:
    kind = replace(MINE, reads_input=True)

    assert try_node(kind, {}, Given(inputs={"a": 1})).output == 1


def test_examples_lie_beside_the_test(tmp_path) -> None:
    (tmp_path / "examples.json").write_text('[{"title": "ä"}]', encoding="utf-8")

    assert examples_beside(str(tmp_path / "test_node.py")) == [{"title": "ä"}]
