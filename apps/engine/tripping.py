"""What a circuit is told when a container that asked it has come to its end: one place, for runner and worker alike."""

from __future__ import annotations

from apps.engine.circuit import name_of, policy_of
from apps.engine.graph import Container
from apps.engine.ports import Circuits
from apps.engine.program import Program
from apps.engine.render import Facts
from apps.engine.state import StepStatus
from apps.engine.value import StepKey, split_key


def tell_circuit(
    circuits: Circuits, program: Program, facts: Facts, key: StepKey, status: StepStatus
) -> None:
    """Tell the circuit of a container how its pass went, if it has one; a cancelled pass says nothing."""
    node = program.graph.nodes[split_key(key)[1]]
    if node.container is not Container.CIRCUIT:
        return
    is_fine = {StepStatus.COMPLETED: True, StepStatus.FAILED: False}.get(status)
    name = name_of(node.config, facts.workflow_id, node.id)
    circuits.tell(name, policy_of(node.config), pass_of(facts.execution_id, key), is_fine=is_fine)


def pass_of(execution_id: str, key: StepKey) -> str:
    """Return the name under which a container's step passes through its circuit, always the same."""
    return f"{execution_id}:{key}"
