"""Recorded executions: documents, what came of them, and every frontier on the way.

A recording is only changed on purpose: it is what stored executions of earlier releases look like.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apps.engine import stored as frontiers
from apps.engine.check import check
from apps.engine.frontier import Frontier
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.problem import Severity
from apps.engine.program import load
from apps.engine.render import Facts
from apps.engine.runner import Trial, run
from apps.engine.testing import in_memory_ports
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue

RECORDINGS = sorted((Path(__file__).parent / "executions").glob("*.json"))


def played(recording: dict[str, Any]) -> tuple[dict[str, Json], list[Json]]:
    """Play a recording and return its outcome and its frontiers, both as JSON."""
    replies = [list(reply) for reply in recording["replies"]]
    passed: list[Json] = []

    def answer(_request: HttpRequest) -> HttpReply:
        status, headers, body = replies.pop(0)
        return HttpReply(status, headers, body.encode())

    def keep(frontier: Frontier) -> Frontier:
        passed.append(json.loads(json.dumps(frontiers.dump(frontier))))
        return frontier

    outcome = run(
        load(recording["document"], catalogue()),
        NodeId(recording["trigger"]),
        recording["payload"],
        in_memory_ports(answer),
        Trial(facts=Facts("execution-1", "tenant-1", "workflow-1"), on_change=keep),
    )
    assert replies == [], "the document makes fewer calls than were recorded"
    return json.loads(json.dumps(outcome.facts())), passed


def of_now(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded frontier as this release writes it: the first format knew no containers, and nothing else differs."""
    return {**raw, "format": frontiers.FORMAT}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_execution_goes_as_it_went(path: Path) -> None:
    recording = json.loads(path.read_text(encoding="utf-8"))

    outcome, passed = played(recording)

    assert outcome == recording["outcome"]
    assert passed == [of_now(raw) for raw in recording["frontiers"]]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_frontier_can_still_be_read(path: Path) -> None:
    for raw in json.loads(path.read_text(encoding="utf-8"))["frontiers"]:
        assert frontiers.dump(frontiers.load(raw)) == of_now(raw)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_document_has_no_errors(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))["document"]

    found = check(document, catalogue())

    assert [problem for problem in found if problem.severity is Severity.ERROR] == []


def test_there_are_recordings() -> None:
    assert len(RECORDINGS) >= 6
