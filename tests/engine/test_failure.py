"""What an exception means to a step, and how it is told."""

from __future__ import annotations

import pytest

from apps.engine.errors import EngineError, NodeError, PortError
from apps.engine.failure import Failure, failure_of
from apps.engine.value import NodeId


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (
            NodeError(
                "http_status",
                "no",
                is_retryable=True,
                status=503,
                details={"a": 1},
                retry_after_s=5,
            ),
            Failure("http_status", "no", True, 503, {"a": 1}, 5),
        ),
        (NodeError("bad", "no"), Failure("bad", "no")),
        (PortError("timeout", "late", is_retryable=True), Failure("timeout", "late", True)),
        (EngineError("odd"), Failure("engine_error", "odd")),
        (KeyError("a secret"), Failure("node_crashed", "the node has a fault: KeyError")),
    ],
)
def test_an_exception_becomes_a_failure_and_a_stranger_is_told_by_its_class_alone(
    error: Exception, failure: Failure
) -> None:
    assert failure_of(error) == failure


def test_the_error_object_names_the_node_and_leaves_out_what_is_not_known() -> None:
    assert Failure("bad", "no").facts(NodeId("a")) == {"code": "bad", "message": "no", "node": "a"}


def test_the_output_of_a_failed_node_has_status_and_details() -> None:
    failure = Failure("http_status", "no", status=404, details={"body": "gone"})

    assert failure.output(NodeId("a")) == {
        "error": {
            "code": "http_status",
            "message": "no",
            "node": "a",
            "status": 404,
            "details": {"body": "gone"},
        }
    }
