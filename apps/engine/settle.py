"""What follows a step that has settled: the next steps, the end of its scope, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from apps.engine.edit import Edit
from apps.engine.ending import Ending
from apps.engine.graph import ERROR_PORT, Graph, OnError
from apps.engine.state import ExecutionStatus, Reason
from apps.engine.swift import swift
from apps.engine.value import ROOT_SCOPE, Json, StepKey, split_key

# Failures that are no fault of the node: the execution names them as the reason of its end.
OWN_REASONS: Mapping[str, Reason] = MappingProxyType(
    {str(each): each for each in (Reason.OUT_OF_MEMORY, Reason.WORKER_LOST)}
)


@swift(frozen=True, slots=True)
class Completed:
    """A step that succeeded and left by `port` (None: the node's default port).

    `is_response` answers the caller of the execution; `is_stop` ends the whole execution as completed;
    `has_error` marks the execution as one that had errors.
    """

    port: str | None = None
    is_response: bool = False
    is_stop: bool = False
    has_error: bool = False


def complete(
    graph: Graph, edit: Edit, key: StepKey, outcome: Completed, *, is_wanted: bool = True
) -> None:
    """Go on from a step that has succeeded and is closed already."""
    scope, node_id = split_key(key)
    node = graph.nodes[node_id]
    if outcome.is_response and edit.responded is None:
        edit.responded = key
    edit.had_errors = edit.had_errors or outcome.has_error
    if not is_wanted or edit.ending(scope) is not None:
        return
    if outcome.is_stop:
        edit.leaf(ROOT_SCOPE, key)
        edit.end(ROOT_SCOPE, Ending(ExecutionStatus.COMPLETED, is_aborting=True))
        return
    if node_id in graph.leaves:
        edit.leaf(scope, key)
    edit.leave(graph, scope, node_id, outcome.port or node.default_port)


def fail(
    graph: Graph, edit: Edit, key: StepKey, error: Mapping[str, Json], *, is_wanted: bool = True
) -> None:
    """Go on from a step that has failed for good and is closed already."""
    scope, node_id = split_key(key)
    node = graph.nodes[node_id]
    if not is_wanted or edit.ending(scope) is not None:
        return
    if node.on_error is OnError.STOP:
        reason = OWN_REASONS.get(str(error.get("code")), Reason.NODE_FAILED)
        edit.end(scope, Ending(ExecutionStatus.FAILED, reason, error))
        return
    edit.had_errors = True
    if node.on_error is OnError.BRANCH:
        edit.leave(graph, scope, node_id, ERROR_PORT)
        return
    if node_id in graph.leaves:
        edit.leaf(scope, key)
    edit.leave(graph, scope, node_id, node.default_port)
