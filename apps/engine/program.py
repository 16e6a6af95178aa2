"""A document ready to run: its graph, its node types, its compiled configs. Made once per version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import cast

from apps.engine import retry
from apps.engine.blueprint import Blueprint, Note, compile_config
from apps.engine.document import Document, DocumentEdge, DocumentNode, Settings, read
from apps.engine.expressions.scope import OnMissing
from apps.engine.fields import FieldProblem
from apps.engine.graph import (
    ERROR_PORT,
    CycleError,
    Edge,
    Graph,
    Node,
    OnError,
    OnUnknown,
    make_graph,
    topological_order,
)
from apps.engine.node import NodeType
from apps.engine.problem import DocumentError, Report, pointer
from apps.engine.registry import Registry
from apps.engine.retry import RetryPolicy
from apps.engine.value import Json, NodeId

COMMON_KEYS = ("on_error", "retry", "on_unknown")


@dataclass(frozen=True, slots=True)
class Needs:
    """What rendering a node reads: the outputs of `steps` (None: any), and whether its inputs."""

    steps: frozenset[NodeId] | None
    has_input: bool


@dataclass(frozen=True)
class Program:
    """Everything that running a version needs and that never changes; safe to share and to cache."""

    document: Document
    graph: Graph
    types: Mapping[NodeId, NodeType]
    blueprints: Mapping[NodeId, Blueprint]

    @property
    def settings(self) -> Settings:
        """The settings of the workflow."""
        return self.document.settings

    @property
    def on_missing(self) -> OnMissing:
        """What a path that leads nowhere does."""
        return cast("OnMissing", self.settings.on_missing)

    @property
    def is_complete(self) -> bool:
        """Whether every node and edge of the document found its place in the graph."""
        written = len(self.document.nodes) + len(self.document.edges)
        return len(self.graph.nodes) + len(self.graph.edges) == written

    def needs(self, node_id: NodeId) -> Needs:
        """Return which outputs must be at hand before the node can be rendered."""
        return self._needs[node_id]

    @cached_property
    def _needs(self) -> Mapping[NodeId, Needs]:
        return {node_id: self._needs_of(node_id) for node_id in self.graph.nodes}

    def _needs_of(self, node_id: NodeId) -> Needs:
        paths = self.blueprints[node_id].paths
        named = [path[1:2] for path in paths if path[0] == "steps"]
        return Needs(
            steps=frozenset(NodeId(str(name[0])) for name in named) if all(named) else None,
            has_input=self.types[node_id].reads_input or any(path[0] == "input" for path in paths),
        )


def load(raw: Json, registry: Registry) -> Program:
    """Return the program of a document.

    Raises:
        DocumentError: it cannot be run; the error holds everything that was found.
    """
    report = Report()
    program = compile_document(read(raw, report), registry, report)
    if program is None or report.has_errors:
        raise DocumentError(report.problems)
    return program


def compile_document(document: Document, registry: Registry, report: Report) -> Program | None:
    """Return the program, or None if there is no graph; everything wrong is reported, all at once."""
    nodes = _unique_nodes(document, report)
    node_ids = frozenset[str](nodes)
    types: dict[NodeId, NodeType] = {}
    resolved: dict[NodeId, Node] = {}
    blueprints: dict[NodeId, Blueprint] = {}
    for node in nodes.values():
        kind = _type_of(node, registry, report)
        if kind is None:
            continue
        types[node.id] = kind
        common = _common(node, kind)
        config = {
            name: value
            for name, value in node.config.items()
            if name not in COMMON_KEYS or kind.field(name) is not None
        }
        blueprints[node.id] = compile_config(kind, config, node_ids, _noter(node, report))
        resolved[node.id] = _resolve(node, kind, config, common, report)
    edges = list(_edges(document, nodes, resolved, types, report))
    if _has_circle(document, nodes, report):
        return None
    graph = make_graph(resolved.values(), edges, timeout_s=document.settings.timeout_s)
    return Program(document, graph, types, blueprints)


def _has_circle(document: Document, nodes: Mapping[NodeId, DocumentNode], report: Report) -> bool:
    """Judge the edges as drawn, so that a circle is found also where a port or a type is wrong."""
    pairs = [
        (edge.source, edge.target)
        for edge in document.edges
        if edge.source in nodes and edge.target in nodes and edge.source != edge.target
    ]
    try:
        topological_order(nodes, pairs)
    except CycleError as error:
        names = " → ".join(nodes[node_id].shown for node_id in error.path)
        report.error(
            "cycle",
            f"These nodes lead back to themselves, so none could ever start: {names}.",
            node_id=error.path[0],
            path=pointer("nodes", nodes[error.path[0]].index),
        )
        return True
    return False


def _unique_nodes(document: Document, report: Report) -> dict[NodeId, DocumentNode]:
    nodes: dict[NodeId, DocumentNode] = {}
    for node in document.nodes:
        if node.id in nodes:
            report.error(
                "node_id_duplicate",
                f"Two nodes have the id “{node.id}”; each needs its own.",
                node_id=node.id,
                path=pointer("nodes", node.index, "id"),
            )
        else:
            nodes[node.id] = node
    return nodes


def _type_of(node: DocumentNode, registry: Registry, report: Report) -> NodeType | None:
    kind = registry.find(node.type)
    if kind is None:
        nearest = registry.nearest(node.type)
        hint = f" Did you mean {nearest}?" if nearest else ""
        report.error(
            "node_type_unknown",
            f"{node.shown} is of the kind “{node.type}”, which does not exist here.{hint}",
            node_id=node.id,
            path=pointer("nodes", node.index, "type"),
        )
    return kind


def _noter(node: DocumentNode, report: Report) -> Note:
    def note(problem: FieldProblem) -> None:
        add = report.warn if problem.code == "field_unknown" else report.error
        add(
            problem.code,
            f"{node.shown}: {problem.message}",
            node_id=node.id,
            path=pointer("nodes", node.index, "data", "config", *_parts(problem.place)),
            field=problem.place,
        )

    return note


def _parts(place: str) -> list[str]:
    """Return `cases[0].when` as the parts of its pointer."""
    return place.replace("]", "").replace("[", ".").split(".")


def _common(node: DocumentNode, kind: NodeType) -> Mapping[str, Json]:
    """Return what every node may say about failing, beside its config or, as of old, inside it."""
    beside = {"on_error": node.on_error, "retry": node.retry, "on_unknown": node.on_unknown}
    inside = {name: node.config.get(name) for name in COMMON_KEYS if kind.field(name) is None}
    return {
        name: value if value is not None else inside.get(name) for name, value in beside.items()
    }


def _resolve(
    node: DocumentNode,
    kind: NodeType,
    config: Mapping[str, Json],
    common: Mapping[str, Json],
    report: Report,
) -> Node:
    def word(name: str, words: type[StrEnum], default: str, sentence: str) -> str:
        value = common[name]
        if value is None or value in tuple(words):
            return default if value is None else str(value)
        report.error(
            f"{name}_invalid",
            f"{node.shown}: {sentence}",
            node_id=node.id,
            path=pointer("nodes", node.index, "data", name),
            field=name,
        )
        return default

    on_error = OnError(
        word("on_error", OnError, OnError.STOP, "On failure a node may stop, continue or branch.")
    )
    on_unknown = OnUnknown(
        word(
            "on_unknown",
            OnUnknown,
            kind.on_unknown,
            "When its worker is lost, a node may rerun or stop.",
        )
    )
    return Node(
        id=node.id,
        type=node.type,
        config=config,
        name=node.name,
        ports=kind.ports_of(config, on_error),
        default_port=kind.default_port_of(config),
        effect=kind.effect,
        on_error=on_error,
        on_unknown=on_unknown,
        retry=_policy(node, kind, config, common["retry"], report),
        is_trigger=kind.is_trigger,
        is_disabled=node.is_disabled,
    )


def _policy(
    node: DocumentNode,
    kind: NodeType,
    config: Mapping[str, Json],
    raw: Json,
    report: Report,
) -> RetryPolicy:
    attempts = kind.attempts(config)
    if raw is None:
        return RetryPolicy(attempts=attempts)
    found = retry.problems_of(raw)
    for key, sentence in found:
        report.error(
            "retry_invalid",
            f"{node.shown}: {sentence}",
            node_id=node.id,
            path=pointer("nodes", node.index, "data", "retry", *([key] if key else [])),
            field=f"retry.{key}" if key else "retry",
        )
    if found or not isinstance(raw, dict):
        return RetryPolicy(attempts=attempts)
    return retry.read(raw, default_attempts=attempts)


class _EdgeReader:
    """Turns edges as written into edges of the graph; what does not fit is reported and left out."""

    def __init__(
        self,
        written: Mapping[NodeId, DocumentNode],
        resolved: Mapping[NodeId, Node],
        types: Mapping[NodeId, NodeType],
        report: Report,
    ) -> None:
        self.written = written
        self.resolved = resolved
        self.types = types
        self.report = report

    def read(self, edge: DocumentEdge) -> Edge | None:
        """Return the edge with its port, or None if an end or the port does not exist."""
        if not self._ends_exist(edge):
            return None
        if edge.source == edge.target:
            shown = self.written[edge.source].shown
            self._error(edge, "self_loop", f"{shown} leads to itself.", "target")
            return None
        if edge.source not in self.resolved or edge.target not in self.resolved:
            return None  # the unknown type is already reported; the edge itself is fine
        if self.resolved[edge.target].is_trigger:
            shown = self.written[edge.target].shown
            self._error(
                edge,
                "edge_into_trigger",
                f"{shown} starts the workflow, so nothing can lead to it.",
                "target",
            )
            return None
        port = self._port(edge)
        return None if port is None else Edge(edge.index, edge.source, edge.target, port)

    def _ends_exist(self, edge: DocumentEdge) -> bool:
        is_whole = True
        for end in ("source", "target"):
            node_id = edge.source if end == "source" else edge.target
            if node_id not in self.written:
                is_whole = False
                self._error(
                    edge,
                    "edge_node_unknown",
                    f"An edge names the node “{node_id}”, which does not exist.",
                    end,
                    node_id=None,
                )
        return is_whole

    def _port(self, edge: DocumentEdge) -> str | None:
        node = self.resolved[edge.source]
        shown = self.written[edge.source].shown
        named = edge.handle or (edge.label if edge.label in node.ports else "")
        if named in node.ports:
            return named
        if named == ERROR_PORT:
            self._error(
                edge,
                "error_port_closed",
                f"{shown} has an edge for failures; set “on error” to “branch” to open that port.",
                "sourceHandle",
            )
        elif named:
            self._error(
                edge,
                "port_unknown",
                f"{shown} has no exit called “{named}”; it has {', '.join(node.ports)}.",
                "sourceHandle",
            )
        elif not self.types[edge.source].needs_port:
            return node.default_port
        else:
            self._error(
                edge,
                "port_missing",
                f"An edge that leaves {shown} must say by which exit: {', '.join(node.ports)}.",
                "sourceHandle",
            )
        return None

    def _error(
        self, edge: DocumentEdge, code: str, message: str, part: str, **where: str | None
    ) -> None:
        self.report.error(
            code,
            message,
            edge_id=edge.id,
            path=pointer("edges", edge.index, part),
            **({"node_id": edge.source} | where),
        )


def _edges(
    document: Document,
    written: Mapping[NodeId, DocumentNode],
    resolved: Mapping[NodeId, Node],
    types: Mapping[NodeId, NodeType],
    report: Report,
) -> Iterator[Edge]:
    reader = _EdgeReader(written, resolved, types, report)
    seen: set[str] = set()
    for edge in document.edges:
        if edge.id in seen:
            report.error(
                "edge_id_duplicate",
                f"Two edges have the id “{edge.id}”; each needs its own.",
                edge_id=edge.id,
                path=pointer("edges", edge.index, "id"),
            )
        seen.add(edge.id)
        found = reader.read(edge)
        if found is not None:
            yield found
