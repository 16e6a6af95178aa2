"""What surrounds every run of a node."""

from __future__ import annotations

import math

import pytest

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.failure import Failure
from apps.engine.mask import mask_of
from apps.engine.node import Answer, Context, NodeType, Respond, Result, Stop, Wait
from apps.engine.ports import Ports
from apps.engine.secret import REDACTED, Secret
from apps.engine.testing import FakeClock, FakeCode, FakeHttp, FakeLog
from apps.engine.value import Json, Limits, NodeId, StepKey
from apps.engine.wrap import Ran, wrapped

MASK = mask_of([Secret("hunter2-hunter2")])
CLOCK = FakeClock()


def ran(answer: Answer | Exception, limits: Limits | None = None, *, took_s: float = 0) -> Ran:
    def run(_ctx: Context) -> Answer:
        CLOCK.seconds += took_s
        if isinstance(answer, Exception):
            raise answer
        return answer

    kind = NodeType(type="test:x", title="X", description="x", category="test", run=run)
    ports = Ports(FakeHttp(), CLOCK, FakeLog(), FakeCode(), blobs=BlobsInMemory())
    ctx = Context(NodeId("a"), StepKey("a"), Config({}), ports)
    return wrapped(kind, ("main", "other"), MASK, limits or Limits())(ctx)


@pytest.mark.parametrize(
    "answer",
    [
        Result([1], "other"),
        Result(None),
        Respond(200, {"A": "b"}, 1),
        Stop({"a": 1}),
        Wait(seconds=1),
    ],
)
def test_a_good_answer_passes_unchanged(answer: Answer) -> None:
    assert ran(answer).answer == answer


def test_the_time_is_taken() -> None:
    assert ran(Result(1), took_s=2.5).took_s == 2.5


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Result({"x": "a hunter2-hunter2"}), Result({"x": f"a {REDACTED}"})),
        (Stop(["hunter2-hunter2"]), Stop([REDACTED])),
        (Wait(note="hunter2-hunter2"), Wait(note=REDACTED)),
        (
            Respond(200, {"X-hunter2-hunter2": "hunter2-hunter2"}, "hunter2-hunter2"),
            Respond(200, {f"X-{REDACTED}": REDACTED}, REDACTED),
        ),
    ],
)
def test_no_secret_leaves_in_an_answer(answer: Answer, expected: Answer) -> None:
    assert ran(answer).answer == expected


def test_no_secret_leaves_in_a_failure() -> None:
    error = NodeError("refused", "bad hunter2-hunter2", details={"sent": "hunter2-hunter2"})

    assert ran(error).answer == Failure("refused", f"bad {REDACTED}", details={"sent": REDACTED})


def test_a_fault_of_the_node_ends_its_step_and_not_its_worker() -> None:
    assert ran(ZeroDivisionError("hunter2-hunter2")).answer == Failure(
        "node_crashed", "the node has a fault: ZeroDivisionError"
    )


def test_a_failure_can_be_stored_whatever_its_text_holds() -> None:
    failure = ran(NodeError("odd", "nul \0", details={"a": "\ud800"})).answer

    assert failure == Failure("odd", "nul \ufffd", details={"a": "\ufffd"})


def nested(depth: int) -> Json:
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (math.nan, "output_not_json"),
        ({"a": [math.inf]}, "output_not_json"),
        ((1, 2), "output_not_json"),
        ({1: 2}, "output_not_json"),
        ("nul \0", "output_not_json"),
        (Secret("x"), "output_not_json"),
        (nested(65), "output_too_deep"),
        ("x" * 199, "output_too_large"),
        (["x" * 80] * 3, "output_too_large"),
    ],
)
def test_an_output_that_cannot_be_stored_fails_the_node(output: Json, code: str) -> None:
    failure = ran(Result(output), Limits(output_bytes=200)).answer

    assert isinstance(failure, Failure)
    assert (failure.code, failure.is_retryable) == (code, False)


def test_the_limits_hold_exactly() -> None:
    assert ran(Result("x" * 98), Limits(output_bytes=100)).answer == Result("x" * 98)
    assert ran(Result(nested(64))).answer == Result(nested(64))


def test_an_output_of_10_mib_is_taken_and_one_byte_more_is_not() -> None:
    largest = "x" * (10 * 1024 * 1024 - 2)  # its quotes count too

    assert ran(Result(largest)).answer == Result(largest)
    failure = ran(Result(largest + "x")).answer
    assert isinstance(failure, Failure)
    assert failure.code == "output_too_large"


@pytest.mark.parametrize("note", [math.nan, "x" * 4095, (1,)])
def test_a_note_is_little_and_plain(note: Json) -> None:
    failure = ran(Wait(seconds=1, note=note)).answer

    assert isinstance(failure, Failure)
    assert failure.code == "note_invalid"


def test_a_port_that_the_node_does_not_have_fails_it() -> None:
    failure = ran(Result(1, "third")).answer

    assert isinstance(failure, Failure)
    assert failure.code == "port_unknown"
