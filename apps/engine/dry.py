"""What a dry run does not do: act on the world, wait for somebody, hold more than one request can."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.engine.failure import Failure
from apps.engine.graph import Effect, Node
from apps.engine.node import Answer, output_of
from apps.engine.problem import Problem
from apps.engine.program import Program
from apps.engine.value import Json, NodeId
from apps.engine.weight import Excess, weigh

# How much the outputs of a dry run take together: one request holds them all.
DRY_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class Room:
    """What the outputs of a dry run may still take. One that is only passed on takes nothing."""

    left: int = DRY_BYTES
    held: set[int] = field(default_factory=set)

    def hold(self, output: Json) -> None:
        """Let an output be there for nothing, as what came in."""
        self.held.add(id(output))

    def kept(self, answer: Answer | Failure) -> Answer | Failure:
        """Return the answer if there is room for its output beside the others."""
        if isinstance(answer, Failure):
            return answer
        output = output_of(answer)
        if id(output) in self.held:
            return answer
        weight = weigh(output, self.left)
        if isinstance(weight, Excess):
            return Failure(
                "dry_run_too_large",
                f"The outputs of a dry run take at most {DRY_BYTES} bytes together. Try it with less data.",
            )
        self.left -= weight
        self.hold(output)
        return answer


def needs_mock(program: Program, node_id: NodeId) -> bool:
    """Say whether a node acts on the world or waits for somebody, so that a mock must stand for it."""
    is_external = program.graph.nodes[node_id].effect is Effect.EXTERNAL
    return is_external or program.types[node_id].hears is not None


def mock_missing(node: Node) -> Problem:
    """Return the problem of a node that needs a mock and has none."""
    what = "acts on the world outside" if node.effect is Effect.EXTERNAL else "waits for somebody"
    message = (
        f"“{node.name or node.id}” {what}, so a dry run does not call it. "
        "Give it a mock output to see what follows."
    )
    return Problem("mock_missing", message, node_id=node.id)
