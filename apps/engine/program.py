"""A document ready to run: its graph, its node types, its compiled configs. Made once per version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias, cast

from apps.engine import retry
from apps.engine.blueprint import Blueprint, Note, compile_config
from apps.engine.container import Passes
from apps.engine.credential import LOOKUP
from apps.engine.document import Document, DocumentNode, read
from apps.engine.expressions.scope import OnMissing
from apps.engine.fields import FieldProblem, Kind
from apps.engine.graph import (
    CycleError,
    Graph,
    Node,
    OnError,
    OnUnknown,
    make_graph,
    topological_order,
)
from apps.engine.node import NodeType
from apps.engine.problem import DocumentError, Report, Severity, clipped, nearest, pointer
from apps.engine.registry import Registry
from apps.engine.retry import RetryPolicy
from apps.engine.settings import Settings
from apps.engine.value import Json, NodeId
from apps.engine.wiring import edges_of, report_regions

LONGEST_CIRCLE_SHOWN = 12
COMMON_KEYS = ("on_error", "retry", "on_unknown")


@dataclass(frozen=True, slots=True)
class Needs:
    """What rendering a node reads: the outputs of `steps` (None: any), its inputs, and credentials by name.

    `chosen` are those that its fields name, by field; `credentials` are all. `lookups` are secrets that are asked of a
    store, by its name; `sent` are the credentials of which a value itself is read, and not only a secret looked up.
    """

    steps: frozenset[NodeId] | None
    has_input: bool
    credentials: frozenset[str] = frozenset()
    chosen: Mapping[str, str] = field(default_factory=dict)
    lookups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sent: frozenset[str] = frozenset()


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

    @cached_property
    def containers(self) -> Mapping[NodeId, Passes]:
        """How the nodes that are containers deal with their regions."""
        return {
            node_id: kind.passes for node_id, kind in self.types.items() if kind.passes is not None
        }

    @cached_property
    def hears(self) -> bool:
        """Whether somebody outside may come back to one of its nodes, whose address its expressions may ask for."""
        return any(kind.hears is not None for kind in self.types.values())

    @property
    def is_complete(self) -> bool:
        """Whether every node and edge of the document found its place in the graph."""
        written = len(self.document.nodes) + len(self.document.edges)
        return len(self.graph.nodes) + len(self.graph.edges) == written

    @property
    def credentials(self) -> frozenset[str]:
        """The names of all credentials that its nodes may ask for."""
        return frozenset().union(*(needs.credentials for needs in self._needs.values()))

    @property
    def lookups(self) -> Mapping[str, frozenset[str]]:
        """What its nodes may ask of stores, by the store's name."""
        found: dict[str, frozenset[str]] = {}
        for needs in self._needs.values():
            for name, asked in needs.lookups.items():
                found[name] = found.get(name, frozenset()) | asked
        return found

    def needs(self, node_id: NodeId) -> Needs:
        """Return which outputs must be at hand before the node can be rendered."""
        return self._needs[node_id]

    @cached_property
    def _needs(self) -> Mapping[NodeId, Needs]:
        return {node_id: self._needs_of(node_id) for node_id in self.graph.nodes}

    def _needs_of(self, node_id: NodeId) -> Needs:
        paths = self.blueprints[node_id].paths
        chosen = _chosen(self.types[node_id], self.graph.nodes[node_id].config)
        named = [path[1:2] for path in paths if path[0] == "steps"]
        lookups = _lookups(paths)
        sent = frozenset(
            str(path[1])
            for path in paths
            if path[0] == "credentials" and not _is_lookup(path) and len(path) > 1
        ).union(chosen.values())
        return Needs(
            steps=frozenset(NodeId(str(name[0])) for name in named) if all(named) else None,
            has_input=self.types[node_id].reads_input or any(path[0] == "input" for path in paths),
            credentials=sent | lookups.keys(),
            chosen=chosen,
            lookups=lookups,
            sent=sent,
        )


def _is_lookup(path: tuple[str | int, ...]) -> bool:
    return path[0] == "credentials" and len(path) > 2 and str(path[2]).startswith(LOOKUP)


def _lookups(paths: Iterable[tuple[str | int, ...]]) -> dict[str, frozenset[str]]:
    """Return what paths ask of stores, by the store's name."""
    asked: dict[str, set[str]] = {}
    for path in filter(_is_lookup, paths):
        asked.setdefault(str(path[1]), set()).add(str(path[2]))
    return {name: frozenset(found) for name, found in asked.items()}


def _chosen(kind: NodeType, config: Mapping[str, Json]) -> dict[str, str]:
    """Return the names that stand in the fields for credentials, by field; a hidden field counts not."""
    names = {
        spec.name: config.get(spec.name) or spec.default
        for spec in kind.fields
        if spec.kind is Kind.CREDENTIAL and spec.is_shown(config, kind.fields)
    }
    return {place: name for place, name in names.items() if isinstance(name, str)}


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


Compile: TypeAlias = Callable[[NodeType, Mapping[str, Json], frozenset[str], Note], Blueprint]


def compile_document(
    document: Document, registry: Registry, report: Report, compiled: Compile = compile_config
) -> Program | None:
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
        blueprints[node.id] = compiled(kind, config, node_ids, _noter(node, report))
        resolved[node.id] = _resolve(node, kind, config, common, report)
    edges = list(edges_of(document, nodes, resolved, types, report))
    if _has_circle(document, nodes, report):
        return None
    drawn = [edge for edge, _ in edges]
    graph = make_graph(resolved.values(), drawn, timeout_s=document.settings.timeout_s)
    report_regions(graph, nodes, [written for _, written in edges], report)
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
        shown = [nodes[node_id].shown for node_id in error.path]
        middle = ["…"] if len(shown) > LONGEST_CIRCLE_SHOWN else []
        names = " → ".join([*shown[:-1][: LONGEST_CIRCLE_SHOWN - 1], *middle, shown[-1]])
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
        names = (known.type for known in registry)
        close = nearest(node.type, names, report, "node_type_unknown")
        hint = f" Did you mean {close}?" if close else ""
        report.error(
            "node_type_unknown",
            f"{node.shown} is of the kind “{clipped(node.type)}”, which does not exist here.{hint}",
            node_id=node.id,
            path=pointer("nodes", node.index, "type"),
        )
    return kind


def _noter(node: DocumentNode, report: Report) -> Note:
    def note(problem: FieldProblem) -> None:
        add = report.warn if problem.severity is Severity.WARNING else report.error
        add(
            problem.code,
            f"{node.shown}: {problem.message}",
            node_id=node.id,
            path=pointer("nodes", node.index, "data", "config", *problem.parts),
            field=problem.field,
        )

    return note


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
        container=None if kind.passes is None else kind.passes.container,
        handles=kind.handles_of(config),
        wants=kind.wants(config),
        wait_s=kind.wait_s(config),
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
