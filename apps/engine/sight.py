"""What a step sees of the others: of each node the instance in the nearest enclosing scope, and why it sees none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from apps.engine.graph import Container, Graph
from apps.engine.regions import Place
from apps.engine.value import (
    NodeId,
    ScopeKey,
    StepKey,
    frames_of,
    outer_scope,
    pass_scope,
    split_key,
    step_key,
)


def key_in_sight(graph: Graph, scope: ScopeKey, here: Place, node_id: NodeId) -> StepKey | None:
    """Return the step of a node that is seen from `scope`, which lies at `here`; None: it is out of sight.

    A try's later regions see the steps of its earlier ones, so that a catch can undo what was done.
    """
    there = graph.place(node_id)
    if there == here[: len(there)]:
        return step_key(outer_scope(scope, len(there)), node_id)
    index = _earlier_pass(graph, here, there)
    if index is None:
        return None
    depth = len(there) - 1
    opener = step_key(outer_scope(scope, depth), there[depth][0])
    return step_key(pass_scope(opener, index), node_id)


def _earlier_pass(graph: Graph, here: Place, there: Place) -> int | None:
    depth = len(there) - 1
    if there[:depth] != here[:depth] or len(here) <= depth or here[depth][0] != there[depth][0]:
        return None
    container = graph.nodes[there[depth][0]]
    before, now = (container.handles.index(place[depth][1]) for place in (there, here))
    return before if container.container is Container.TRY and before < now else None


def why_hidden(graph: Graph, here: Place, node_id: NodeId) -> str | None:
    """Say why nothing can be read from a node at `here`; None: where it stands is no reason."""
    if any(container == node_id for container, _ in here):
        return f"“{node_id}” has an output only when all of its passes are done, not inside of it."
    there = graph.place(node_id)
    if there == here[: len(there)] or _earlier_pass(graph, here, there) is not None:
        return None
    container = there[-1][0]
    if graph.nodes[container].container is Container.LOOP:
        return (
            f"“{node_id}” runs inside of “{container}”, once for each pass: "
            f"read steps.{container}.iterations."
        )
    return f"“{node_id}” runs inside of “{container}”: read steps.{container}."


def place_of(graph: Graph, key: StepKey) -> Place:
    """Return where a step stands; the record of a pass stands inside of its container."""
    scope, node_id = split_key(key)
    place = graph.place(node_id)
    frames = scope.count("/") + 1 if scope else 0
    if frames == len(place):
        return place
    index = int(scope.rpartition("[")[2][:-1])
    return (*place, (node_id, graph.nodes[node_id].handle_of(index)))


class Steps(Mapping[str, Any]):
    """The root `steps` of one step: outputs by node id. `names` are the variables of the loops around it."""

    def __init__(
        self, graph: Graph, key: StepKey, outputs: Mapping[StepKey, Any], names: Mapping[str, Any]
    ) -> None:
        self._graph = graph
        self._scope = split_key(key)[0]
        self._place = place_of(graph, key)
        self._outputs = outputs
        self._names = names

    def __getitem__(self, name: str) -> Any:
        if name not in self._graph.nodes:
            return self._names[name]
        key = key_in_sight(self._graph, self._scope, self._place, NodeId(name))
        if key is None:
            raise KeyError(name)
        return self._outputs[key]

    def __iter__(self) -> Iterator[str]:
        # Only what is at hand: whoever asks for all names wants to help, not to load a thousand outputs.
        at_hand = set(self._outputs)
        for name in self._graph.nodes:
            if key_in_sight(self._graph, self._scope, self._place, name) in at_hand:
                yield name
        yield from (name for name in self._names if name not in self._graph.nodes)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def hint_for(self, name: str) -> str | None:
        """Say why a node has no output here, if that is because of where it stands."""
        if name not in self._graph.nodes:
            return None
        return why_hidden(self._graph, self._place, NodeId(name))


def lasting_key(graph: Graph, key: StepKey) -> StepKey:
    """Return a step's key without the passes of retry blocks: under it every try of those is made."""
    if not graph.has_retries or not any(
        graph.nodes[frame[0]].container is Container.RETRY for frame in place_of(graph, key)
    ):
        return key
    scope, node_id = split_key(key)
    frames = []
    for frame in scope.split("/"):
        name = NodeId(frame.rpartition("[")[0])
        frames.append(name if graph.nodes[name].container is Container.RETRY else frame)
    return StepKey("/".join([*frames, node_id]))


def earlier_tries(graph: Graph, key: StepKey) -> list[StepKey]:
    """Return the keys under which a step may have run in earlier tries of the retry blocks around it."""
    scope, node_id = split_key(key)
    if not scope or not graph.has_retries:
        return []
    choices: list[list[str]] = []
    for name, index in frames_of(scope):
        is_retry = graph.nodes[name].container is Container.RETRY
        first = 0 if is_retry else index
        choices.append([f"{name}[{each}]" for each in range(first, index + 1)])
    scopes = (ScopeKey("/".join(frames)) for frames in product(*choices))
    return [step_key(each, node_id) for each in scopes if each != scope]
