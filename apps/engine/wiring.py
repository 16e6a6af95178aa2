"""From edges as written to edges of the graph: by which port each one leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from apps.engine.document import Document, DocumentEdge, DocumentNode
from apps.engine.graph import ERROR_PORT, Edge, Graph, Node
from apps.engine.node import NodeType
from apps.engine.problem import Report, clipped, pointer
from apps.engine.value import DEFAULT_LIMITS, NodeId


class _EdgeReader:
    """Finds by which port an edge leaves; what does not fit is reported."""

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

    def port_of(self, edge: DocumentEdge) -> str | None:
        """Return the port by which the edge leaves, or None if an end or the port does not exist."""
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
        return self._port(edge)

    def _ends_exist(self, edge: DocumentEdge) -> bool:
        is_whole = True
        for end in ("source", "target"):
            node_id = edge.source if end == "source" else edge.target
            if node_id not in self.written:
                is_whole = False
                self._error(
                    edge,
                    "edge_node_unknown",
                    f"An edge names the node “{clipped(node_id)}”, which does not exist.",
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
                f"{shown} has no exit called “{clipped(named)}”; it has {', '.join(node.ports)}.",
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


def edges_of(
    document: Document,
    written: Mapping[NodeId, DocumentNode],
    resolved: Mapping[NodeId, Node],
    types: Mapping[NodeId, NodeType],
    report: Report,
) -> Iterator[tuple[Edge, DocumentEdge]]:
    """Yield the edges that fit, with their ports and their index in the graph, each beside what is written; what does not is reported."""
    reader = _EdgeReader(written, resolved, types, report)
    seen: set[str] = set()
    places = count()
    for edge in document.edges:
        if edge.id in seen:
            report.error(
                "edge_id_duplicate",
                f"Two edges have the id “{clipped(edge.id)}”; each needs its own.",
                edge_id=edge.id,
                path=pointer("edges", edge.index, "id"),
            )
        seen.add(edge.id)
        port = reader.port_of(edge)
        if port is not None:
            yield Edge(next(places), edge.source, edge.target, port), edge


def report_regions(
    graph: Graph,
    written: Mapping[NodeId, DocumentNode],
    edges: Sequence[DocumentEdge],
    report: Report,
) -> None:
    """Report every edge that crosses the border of a region, and nodes that stand too deep; `edges` are those of the graph."""
    for trespass in graph.regions.trespasses:
        edge = edges[trespass.index]
        source, target = written[edge.source].shown, written[edge.target].shown
        container = written[trespass.container].shown
        if trespass.is_leaving:
            code = "edge_leaves_region"
            message = (
                f"{source} stands inside of {container}, {target} does not. What follows {container} leaves it by"
                f" its exit “{graph.nodes[trespass.container].default_port}”."
            )
        else:
            code = "edge_enters_region"
            message = (
                f"{target} stands inside of {container}, {source} does not. Nothing but {container} itself leads"
                " into it."
            )
        report.error(
            code,
            message,
            node_id=edge.source,
            edge_id=edge.id,
            path=pointer("edges", edge.index, "target"),
        )
    for node_id, place in graph.regions.places.items():
        if len(place) > DEFAULT_LIMITS.region_depth:
            report.error(
                "regions_too_deep",
                f"{written[node_id].shown} stands inside of more than {DEFAULT_LIMITS.region_depth} others.",
                node_id=node_id,
                path=pointer("nodes", written[node_id].index),
            )
            return
