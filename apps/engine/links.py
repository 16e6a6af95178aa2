"""Which step an address leads back to: the one of a waiting node that is seen from where the address is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from apps.engine.expressions import ExpressionError
from apps.engine.problem import clipped
from apps.engine.program import Program
from apps.engine.sight import key_in_sight, place_of
from apps.engine.swift import swift
from apps.engine.value import NodeId, StepKey, split_key

Address: TypeAlias = Callable[[StepKey], str]


def nowhere(key: StepKey) -> str:
    """Return an address that leads nowhere, for executions that nobody outside can reach."""
    return f"https://gorax.invalid/webhooks/-/{key}"


@swift(frozen=True, slots=True)
class StepLinks:
    """The addresses that the expressions of the step `key` may ask for."""

    program: Program
    key: StepKey
    address: Address

    def url_of(self, node_id: str) -> str:
        """Return the address of the step of a node that is seen from here.

        Raises:
            ExpressionError: `not_waiting`, nobody can come back to such a node; `out_of_sight`.
        """
        graph = self.program.graph
        kind = self.program.types.get(NodeId(node_id))
        if kind is None or kind.hears is None:
            raise ExpressionError(
                "not_waiting", f"“{clipped(node_id)}” is no node that waits for a call."
            )
        here = place_of(graph, self.key)
        found = key_in_sight(graph, split_key(self.key)[0], here, NodeId(node_id))
        if found is None:
            raise ExpressionError(
                "out_of_sight",
                f"“{clipped(node_id)}” runs inside of a container: ask for its address in there.",
            )
        return self.address(found)
