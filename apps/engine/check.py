"""Everything wrong with a document, all at once, in words for people who do not program.

Errors block publishing, warnings do not; a draft is saved whatever is found. Nothing is guessed or repaired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from apps.engine import familiar
from apps.engine.document import Document, read
from apps.engine.graph import ERROR_PORT, Edge, Effect, Node, OnError, OnUnknown
from apps.engine.problem import Problem, Report, clipped, nearest, pointer
from apps.engine.program import Program, compile_document
from apps.engine.regions import Place
from apps.engine.registry import Registry
from apps.engine.sight import why_hidden
from apps.engine.value import DEFAULT_LIMITS, Json, Limits, NodeId, is_deeper
from apps.engine.visit import walk

# The virtual node whose exits are the triggers: only one of them ever fires.
START = NodeId("")
# Beyond this many answers their pairs are no longer worth comparing.
RESPONSES_COMPARED = 50


Further: TypeAlias = Callable[[Document, Program | None, Report], None]


def check(
    raw: Json,
    registry: Registry,
    limits: Limits = DEFAULT_LIMITS,
    *,
    further: Further | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of a document, errors and warnings, in the order of its parts.

    `further` adds to the report what only others know, and gets the program, None if there is no graph; a document that is
    too large to look at is not shown to it.
    """
    report = Report()
    if is_deeper(raw, limits.json_depth):
        report.error(
            "document_too_deep", f"The document is nested deeper than {limits.json_depth} levels."
        )
        return tuple(report.problems)
    document = read(raw, report)
    if not _has_fair_size(document, report, limits):
        return tuple(report.problems)
    program = compile_document(document, registry, report, familiar.compiled)
    _check_triggers(document, registry, report)
    if program is not None:
        _Checker(program, report).run()
    if further is not None:
        further(document, program, report)
    return tuple(report.problems)


def _has_fair_size(document: Document, report: Report, limits: Limits) -> bool:
    count = len(document.nodes)
    if count > limits.nodes_refused_above:
        report.error(
            "nodes_too_many",
            f"A workflow has at most {limits.nodes_refused_above} nodes; this one has {count}.",
            path="/nodes",
        )
        return False
    if count > limits.nodes_warned_above:
        report.warn(
            "nodes_many",
            f"This workflow has {count} nodes. Several smaller ones are easier to understand.",
            path="/nodes",
        )
    return True


def _check_triggers(document: Document, registry: Registry, report: Report) -> None:
    kinds = ((node, registry.find(node.type)) for node in document.nodes)
    triggers = [node for node, kind in kinds if kind is not None and kind.is_trigger]
    if not document.nodes:
        report.error("nodes_missing", "The workflow is empty.", path="/nodes")
    elif not triggers:
        report.error(
            "trigger_missing",
            "Nothing starts this workflow: add a trigger, such as a webhook or a schedule.",
            path="/nodes",
        )
    elif all(node.is_disabled for node in triggers):
        report.warn(
            "triggers_disabled", "Every trigger is disabled, so nothing starts this workflow."
        )


@dataclass(slots=True)
class _Ways:
    """What must have happened for a node to run: its ancestors, and the exits that every way to it takes.

    Ancestors are bits, so that a thousand nodes cost a thousand numbers.
    """

    bits: dict[NodeId, int] = field(default_factory=dict)
    ancestors: dict[NodeId, int] = field(default_factory=dict)
    exits: dict[NodeId, frozenset[tuple[NodeId, str]] | None] = field(default_factory=dict)
    choosing: set[NodeId] = field(default_factory=set)
    handles: dict[NodeId, tuple[str, ...]] = field(default_factory=dict)

    def enter(self, node: Node) -> None:
        self.bits[node.id] = 1 << len(self.bits)
        self.ancestors.setdefault(node.id, 0)
        if node.is_trigger:
            self.exits[node.id] = frozenset({(START, node.id)})
        if len(node.ports) > 1:
            self.choosing.add(node.id)
        if node.handles:
            self.handles[node.id] = node.handles

    def cross(self, edge: Edge) -> None:
        before = self.ancestors[edge.source] | self.bits[edge.source]
        self.ancestors[edge.target] = self.ancestors.get(edge.target, 0) | before
        exits = self.exits.get(edge.source)
        if exits is None:  # nothing leads here, so no way to the target comes by
            return
        if edge.source in self.choosing and not self._is_handle(edge):
            exits |= {(edge.source, edge.port)}
        known = self.exits.get(edge.target)
        self.exits[edge.target] = exits if known is None else known & exits

    def _is_handle(self, edge: Edge) -> bool:
        # A container goes by its handles and by its exit too, so neither rules the other out.
        return edge.port in self.handles.get(edge.source, ())

    def is_reached(self, node_id: NodeId) -> bool:
        return self.exits.get(node_id) is not None

    def comes_before(self, earlier: NodeId, later: NodeId) -> bool:
        return bool(self.ancestors[later] & self.bits[earlier])

    def may_both_run(self, one: NodeId, other: NodeId) -> bool:
        chosen = dict(self.exits[one] or ())
        return all(chosen.get(node_id, port) == port for node_id, port in self.exits[other] or ())


class _Checker:
    """What only the whole graph shows."""

    def __init__(self, program: Program, report: Report) -> None:
        self.program = program
        self.report = report
        self.graph = program.graph
        self.written = {node.id: node for node in program.document.nodes}
        self.ways = walk(program.graph, _Ways())

    def run(self) -> None:
        for node in self.graph.nodes.values():
            if self.program.is_complete:
                self._check_place(node)
            self._check_failing(node)
            self._check_references(node)
            self._check_container(node)
        self._check_edges()
        self._check_responses()

    def _error(self, node: Node, code: str, sentence: str, *parts: str, field: str = "") -> None:
        written = self.written[node.id]
        self.report.error(
            code,
            f"{written.shown}{sentence}",
            node_id=node.id,
            path=pointer("nodes", written.index, *parts),
            field=field or None,
        )

    def _warn(self, node: Node, code: str, sentence: str, *parts: str, field: str = "") -> None:
        written = self.written[node.id]
        self.report.warn(
            code,
            f"{written.shown}{sentence}",
            node_id=node.id,
            path=pointer("nodes", written.index, *parts),
            field=field or None,
        )

    def _check_place(self, node: Node) -> None:
        if not self.ways.is_reached(node.id):
            self._warn(node, "node_unreachable", " cannot be reached from any trigger.")
        elif node.is_trigger and len(self.graph.nodes) > 1 and not self.graph.outgoing[node.id]:
            self._warn(node, "trigger_unconnected", " leads nowhere.")

    def _check_failing(self, node: Node) -> None:
        if node.on_error is OnError.BRANCH and not any(
            edge.port == ERROR_PORT for edge in self.graph.outgoing[node.id]
        ):
            self._warn(
                node,
                "error_port_unused",
                " branches on failure, but nothing follows its exit “error”.",
                "data",
                "on_error",
            )
        kind = self.program.types[node.id]
        is_chosen = self.written[node.id].on_unknown is not None or "on_unknown" in dict(
            self.written[node.id].config
        )
        is_again = kind.acts_again or kind.attempts(node.config) == 1
        is_risky = kind.effect is Effect.EXTERNAL and is_again
        if is_risky and not is_chosen and node.on_unknown is OnUnknown.RERUN:
            keyed = (
                ", or say that the server knows Idempotency-Key" if kind.field("is_keyed") else ""
            )
            self._warn(
                node,
                "repeat_unsafe",
                " is done again if its worker dies in the middle. If doing it twice would be wrong, set"
                f" “on unknown” to “stop”{keyed}.",
                "data",
                "on_unknown",
            )

    def _check_references(self, node: Node) -> None:
        for place, paths in self.program.blueprints[node.id].reads.items():
            for name in dict.fromkeys(
                str(path[1]) for path in paths if path[0] == "steps" and len(path) > 1
            ):
                if name not in self._variables_around(node):
                    self._check_reference(node, place, NodeId(name))

    def _variables_around(self, node: Node) -> set[str]:
        """The names by which the loops around a node show their items; they may be read like steps."""
        names: set[str] = set()
        for container, _ in self._place(node, inside=True):
            config = self.graph.nodes[container].config
            given = self.program.containers[container].names
            names |= {*given.values(), *(str(config[name]) for name in given if config.get(name))}
        return names

    def _place(self, node: Node, *, inside: bool) -> Place:
        """Where a node stands; a container's condition is judged inside of it."""
        place = self.graph.place(node.id)
        return (*place, (node.id, node.handles[0])) if inside and node.handles else place

    def _check_container(self, node: Node) -> None:
        if node.container is not None and node.retry.attempts > 1:
            self._error(
                node,
                "retry_of_container",
                " cannot be tried again as a whole. Put a retry block around it, or retry the nodes inside.",
                "data",
                "retry",
            )
        if node.wants is not None and node.wants > len(self.graph.incoming[node.id]):
            self._error(
                node,
                "join_too_many",
                f" waits for {node.wants} ways, but only {len(self.graph.incoming[node.id])} lead to it.",
                *("data", "config", "count"),
                field="count",
            )

    def _check_reference(self, node: Node, place: str, name: NodeId) -> None:
        kind = self.program.types[node.id].passes
        here = self._place(node, inside=kind is not None and place == kind.condition)
        hidden = why_hidden(self.graph, here, name) if name in self.graph.nodes else None
        if hidden is not None:
            sentence = f" reads from where it sees nothing. {hidden}"
            self._warn(node, "reference_hidden", sentence, "data", "config", field=place)
        elif not self._stands_around(name, node):
            return  # it stands in an earlier part of the same try, or in the loop whose condition this is
        elif name not in self.written:
            close = nearest(name, self.written, self.report, "reference_unknown")
            hint = f" Did you mean “{close}”?" if close else ""
            sentence = f" reads from “{clipped(name)}”, which is no node of this workflow.{hint}"
            self._warn(node, "reference_unknown", sentence, "data", "config", field=place)
        elif name in self.ways.bits and not self.ways.comes_before(name, node.id):
            shown = self.written[name].shown
            sentence = f" reads from {shown}, which does not run before it."
            self._warn(node, "reference_later", sentence, "data", "config", field=place)

    def _stands_around(self, name: NodeId, node: Node) -> bool:
        there = self.graph.place(name)
        return there == self.graph.place(node.id)[: len(there)]

    def _check_edges(self) -> None:
        hanging = self.graph.regions.hanging
        for container in dict.fromkeys(hanging.values()):
            self._warn(
                self.graph.nodes[container],
                "region_joined",
                "’s ways meet again behind it: what follows them runs once, when it is done, and reads its output.",
            )
        counts = Counter(
            (edge.source, edge.target, edge.port)
            for edge in self.graph.edges
            if edge.index not in hanging
        )
        for (source, target, _), count in counts.items():
            if count > 1:
                one, other = self.written[source].shown, self.written[target].shown
                self.report.warn(
                    "edge_duplicate",
                    f"{count} edges lead the same way from {one} to {other}; one is enough.",
                    node_id=source,
                    path="/edges",
                )

    def _check_responses(self) -> None:
        responses = [
            node
            for node in self.graph.nodes.values()
            if self.program.types[node.id].is_response
            and not node.is_disabled
            and self.ways.is_reached(node.id)
        ]
        for one, other in self._pairs(responses[:RESPONSES_COMPARED]):
            self._warn(
                other,
                "respond_twice",
                f" and {self.written[one.id].shown} may both answer; only the first one reached counts.",
            )

    def _pairs(self, responses: list[Node]) -> Iterator[tuple[Node, Node]]:
        seen: set[NodeId] = set()
        for one, other in combinations(responses, 2):
            if other.id not in seen and self.ways.may_both_run(one.id, other.id):
                seen.add(other.id)
                yield one, other
