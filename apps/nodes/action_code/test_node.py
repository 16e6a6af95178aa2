"""A script is handed to the sandbox with what it reads, and what comes of it becomes an answer."""

from __future__ import annotations

import pytest

from apps.engine.errors import PortError
from apps.engine.graph import Effect
from apps.engine.node import Script
from apps.engine.ports import CodeFault, CodeReply, ConsoleLine
from apps.engine.testing import (
    FakeCode,
    Given,
    examples_beside,
    play,
    problems_in,
    promised,
    secret_named,
    try_node,
)
from apps.nodes.action_code.node import NODE

SCRIPT = {"script": "return 1;"}


def tried(config, reply=None, **given):
    """Run the node over an interpreter that gives `reply`; return what came of it, and what was asked for."""
    code = FakeCode(lambda _request: reply or CodeReply())
    return try_node(NODE, {**SCRIPT, **config}, Given(code=code, **given)), code.requests


def says(example) -> CodeReply:
    """What the sandbox makes of an example; a real one plays them all in tests/adapters/code/test_examples.py."""
    if "failure" not in example:
        return CodeReply(value=example["output"])
    line, _, message = example["failure"]["message"].partition(": ")
    number = int(line.removeprefix("Line "))
    return CodeReply(fault=CodeFault(example["failure"]["code"], message, line=number, column=1))


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    code = FakeCode(lambda _request: says(example))

    assert play(NODE, example, code) == promised(example)


def test_the_result_of_the_script_is_the_output() -> None:
    done, _ = tried({}, CodeReply(value={"a": [1]}))

    assert done.output == {"a": [1]}


def test_the_script_is_asked_for_as_it_is_written_with_its_bounds() -> None:
    config = {
        "language": "python",
        "script": "x = '{{ trigger }}'",
        "timeout_s": 5,
        "memory_mb": 64,
    }

    _, (request,) = tried(config)

    assert (request.language, request.source) == ("python", "x = '{{ trigger }}'")
    assert (request.timeout_s, request.memory_mb) == (5, 64)


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("return 1", {}),
        ("return ctx.trigger.body", {"trigger": {"body": 1}}),
        ("return ctx.steps.a", {"steps": {"a": [1]}}),
        ("return ctx.steps['b-1'].x + context.steps?.a", {"steps": {"b-1": {"x": 2}, "a": [1]}}),
        ('return ctx["steps"]["a"]', {"steps": {"a": [1]}}),
        ("const { steps } = ctx.steps; return steps", {"steps": {"a": [1], "b-1": {"x": 2}}}),
        ("return ctx.steps.gone", {"steps": {}}),
        ("return ctx.input", {"input": [1]}),
        ("return ctx.vars.region", {"vars": {"region": "eu"}}),
    ],
)
def test_it_sees_what_its_text_names_and_nothing_else(script, seen) -> None:
    _, (request,) = tried(
        {"script": script},
        trigger={"body": 1},
        inputs={"a": [1]},
        steps={"b-1": {"x": 2}},
        variables={"region": "eu"},
    )

    assert request.roots == seen


@pytest.mark.proves("masking")
def test_a_script_that_takes_the_context_whole_sees_all_but_credentials() -> None:
    key = secret_named("key", "hunter2-hunter2")
    given = {"trigger": 1, "inputs": {"a": [1]}, "credentials": {"key": key}}

    _, (request,) = tried({"script": "return Object.keys(ctx)"}, **given)

    assert request.roots["steps"] == {"a": [1]}
    assert sorted(request.roots) == ["env", "input", "steps", "trigger", "vars"]
    assert "hunter2" not in repr(request)


@pytest.mark.proves("refusal")
def test_more_than_a_script_may_read_fails_before_it_runs() -> None:
    done, requests = tried({"script": "return ctx.trigger"}, trigger="x" * 11_000_000)

    assert (done.answer.code, done.answer.is_retryable) == ("input_too_large", False)
    assert requests == []


def test_what_it_writes_goes_to_the_log_of_the_step() -> None:
    lines = (ConsoleLine("info", "one"), ConsoleLine("warning", "two"))

    done, _ = tried({}, CodeReply(lines=lines, lines_dropped=7))

    assert done.lines == [
        ("info", "one", {"source": "console"}),
        ("warning", "two", {"source": "console"}),
        ("warning", "7 more lines were left out.", {}),
    ]


def test_a_script_that_fails_says_where_and_shows_its_last_lines() -> None:
    lines = tuple(ConsoleLine("info", str(number)) for number in range(30))
    fault = CodeFault("code_error", "TypeError: no", line=3, column=7)

    failure = tried({}, CodeReply(lines=lines, fault=fault))[0].answer

    assert (failure.code, failure.message) == ("code_error", "Line 3: TypeError: no")
    assert failure.details == {
        "line": 3,
        "column": 7,
        "console": [str(number) for number in range(10, 30)],
    }


@pytest.mark.proves("fault", "retryable")
@pytest.mark.parametrize("is_retryable", [True, False])
def test_whether_time_may_heal_it_is_the_sandbox_that_knows(is_retryable) -> None:
    fault = CodeFault("code_lost", "gone", is_retryable=is_retryable)

    failure = tried({}, CodeReply(fault=fault))[0].answer

    assert (failure.code, failure.is_retryable) == ("code_lost", is_retryable)
    assert failure.details == {}


def test_a_script_that_was_aborted_fails_as_the_port_says() -> None:
    def abort(_request):
        raise PortError("aborted", "cancelled meanwhile")

    assert try_node(NODE, SCRIPT, Given(code=FakeCode(abort))).answer.code == "aborted"


def test_a_result_beyond_what_a_step_may_hold_is_refused() -> None:
    assert tried({}, CodeReply(value="x" * 11_000_000))[0].answer.code == "output_too_large"


def test_it_can_be_run_again_and_takes_a_slot_of_its_own() -> None:
    assert (NODE.effect, NODE.attempts({})) == (Effect.CODE, 3)


@pytest.mark.parametrize(
    ("config", "timeout_s"),
    [
        ({"timeout_s": 7}, 1837),
        ({}, 1860),
        ({"timeout_s": "{{ trigger.t }}"}, 1890),
        ({"timeout_s": 900}, 1890),
    ],
)
def test_the_step_is_given_time_to_wait_for_its_turn(config, timeout_s) -> None:
    assert NODE.timeout_of(config) == timeout_s


@pytest.mark.parametrize(
    ("config", "scripts"),
    [
        (SCRIPT, [Script("script", "javascript", "return 1;")]),
        ({**SCRIPT, "language": "python"}, [Script("script", "python", "return 1;")]),
        ({**SCRIPT, "language": "{{ trigger }}"}, []),
        ({"script": 7}, []),
        ({"script": "x" * 1_000_001}, []),
        ({}, []),
    ],
)
def test_its_script_can_be_found_and_read_before_it_runs(config, scripts) -> None:
    assert list(NODE.scripts(config)) == scripts


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("script", "field_required")),
        ({"script": 7}, ("script", "field_type")),
        ({"script": "x" * 1_000_001}, ("script", "field_length")),
        ({**SCRIPT, "language": "ruby"}, ("language", "field_choice")),
        ({**SCRIPT, "timeout_s": 0}, ("timeout_s", "field_range")),
        ({**SCRIPT, "timeout_s": 61}, ("timeout_s", "field_range")),
        ({**SCRIPT, "memory_mb": 15}, ("memory_mb", "field_range")),
        ({**SCRIPT, "memory_mb": 513}, ("memory_mb", "field_range")),
        ({**SCRIPT, "memory_mb": 64.5}, ("memory_mb", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
