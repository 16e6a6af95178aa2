"""A body is gone through until it succeeds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.engine.builder import Builder
from apps.engine.outcome import Outcome
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.program import load
from apps.engine.runner import DAWN, run
from apps.engine.testing import examples_beside, in_memory_ports, play, problems_in, promised
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue
from apps.nodes.control_retry.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def called(replies: list[int], **config: Json) -> tuple[Outcome, list[HttpRequest]]:
    #  t ──► retry ──body──► call ──► say
    seen: list[HttpRequest] = []
    left = list(replies)

    def answer(request: HttpRequest) -> HttpReply:
        seen.append(request)
        return HttpReply(left.pop(0), {}, b"")

    builder = Builder().node("t", "trigger:manual").then("retry", "control:retry", **config)
    builder.then(
        *("call", "action:http"),
        port="body",
        method="POST",
        url="https://a.b/",
        body={"at": "{{ now() }}", "id": "{{ uuid() }}"},
    )
    builder.then("say", "action:set", values={"status": "{{ steps.call.status_code }}"})
    program = load(builder.build(), catalogue())
    return run(program, NodeId("t"), None, in_memory_ports(answer)), seen


def test_the_body_runs_again_until_it_succeeds_and_gives_out_what_it_said_then() -> None:
    outcome, seen = called([500, 502, 200])

    assert (outcome.status, outcome.output, len(seen)) == ("completed", {"status": 200}, 3)
    assert not outcome.had_errors


def test_after_enough_tries_the_node_fails_with_the_last_error() -> None:
    outcome, seen = called([500, 501, 200], attempts=2)

    assert (outcome.status, outcome.error["status"], len(seen)) == ("failed", 501, 2)


def test_the_waits_grow_as_they_are_told() -> None:
    outcome, _ = called([500, 500, 200], backoff="exponential", first_wait_s=4)

    assert outcome.ended_at == DAWN + timedelta(seconds=4 + 8)


def test_every_try_sends_the_same_key_and_the_same_bytes() -> None:
    _, seen = called([500, 200], first_wait_s=60)

    assert seen[0].headers == seen[1].headers
    assert seen[0].body == seen[1].body


@pytest.mark.parametrize(
    "config", [{"give_up_on": ["^http_"]}, {"retry_on": ["timeout"]}, {"statuses": [503]}]
)
def test_what_is_not_worth_it_is_not_tried_again(config) -> None:
    assert len(called([400, 200], **config)[1]) == 1


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"attempts": 21}, "attempts"),
        ({"backoff": "never"}, "backoff"),
        ({"first_wait_s": -1}, "first_wait_s"),
        ({"longest_wait_s": 90_000}, "longest_wait_s"),
        ({"multiplier": 0}, "multiplier"),
        ({"retry_on": ["("]}, "retry_on"),
        ({"give_up_on": [7]}, "give_up_on"),
        ({"statuses": [99]}, "statuses"),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, field) -> None:
    assert {found[0] for found in problems_in(NODE, config)} == {field}
