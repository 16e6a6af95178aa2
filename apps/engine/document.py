"""The JSON document ⇄ its parts: nodes, edges, settings, variables. Only shapes are judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.engine.problem import Report, clipped, pointer
from apps.engine.settings import PLAIN, Settings, read_settings
from apps.engine.value import NODE_ID, Json, NodeId


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """One node as written. `on_error` and `retry` may stand beside the config or, as of old, inside it."""

    index: int
    id: NodeId
    type: str
    name: str = ""
    config: Mapping[str, Json] = field(default_factory=dict)
    is_disabled: bool = False
    on_error: Json = None
    retry: Json = None
    on_unknown: Json = None
    notes: str = ""
    position: Mapping[str, Json] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What a person calls the node: its name, or else its id."""
        return f"“{clipped(self.name or self.id)}”"


@dataclass(frozen=True, slots=True)
class DocumentEdge:
    """One edge as written; by which port it leaves is resolved later, when the node's ports are known."""

    index: int
    id: str
    source: NodeId
    target: NodeId
    handle: str = ""
    label: str = ""
    target_handle: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose parts have the right shape; whether they make sense is the checker's question."""

    nodes: tuple[DocumentNode, ...] = ()
    edges: tuple[DocumentEdge, ...] = ()
    settings: Settings = PLAIN
    variables: Mapping[str, Json] = field(default_factory=dict)


def read(raw: Json, report: Report) -> Document:
    """Return what can be read of a document; everything of the wrong shape is reported and left out."""
    if not isinstance(raw, dict):
        report.error("document_shape", "The workflow must be an object with nodes and edges.")
        return Document()
    return Document(
        nodes=tuple(_nodes(_list(raw, "nodes", report), report)),
        edges=tuple(_edges(_list(raw, "edges", report), report)),
        settings=read_settings(raw.get("settings"), report),
        variables=_variables(raw.get("variables"), report),
    )


def _list(raw: Mapping[str, Json], name: str, report: Report) -> Sequence[Json]:
    found = raw.get(name)
    if isinstance(found, list):
        return found
    if found is not None:
        report.error("document_shape", f"“{name}” must be a list.", path=pointer(name))
    return ()


def _nodes(raw: Sequence[Json], report: Report) -> list[DocumentNode]:
    nodes = (_node(index, item, report) for index, item in enumerate(raw))
    return [node for node in nodes if node is not None]


def _node(index: int, raw: Json, report: Report) -> DocumentNode | None:
    path = pointer("nodes", index)
    if not isinstance(raw, dict):
        report.error("document_shape", f"Node {index + 1} must be an object.", path=path)
        return None
    node_id, kind, data = raw.get("id"), raw.get("type"), raw.get("data")
    data = {} if data is None else data
    if not isinstance(node_id, str) or not NODE_ID.fullmatch(node_id):
        report.error(
            "node_id_invalid",
            f"Node {index + 1} needs an id of 1 to 64 letters, digits, hyphens or underscores.",
            path=f"{path}/id",
        )
        return None
    if not isinstance(kind, str) or not kind:
        report.error(
            "node_type_missing",
            f"“{node_id}” does not say what kind of node it is.",
            node_id=node_id,
            path=f"{path}/type",
        )
        return None
    if not isinstance(data, dict):
        report.error(
            "document_shape",
            f"The data of “{node_id}” must be an object.",
            node_id=node_id,
            path=f"{path}/data",
        )
        return None
    return _node_of(index, NodeId(node_id), raw, data, report)


def _node_of(
    index: int,
    node_id: NodeId,
    raw: Mapping[str, Json],
    data: Mapping[str, Json],
    report: Report,
) -> DocumentNode:
    def checked(name: str, kind: type, default: Json, wanted: str) -> Json:
        value = data.get(name)
        if value is None or isinstance(value, kind):
            return default if value is None else value
        report.error(
            "document_shape",
            f"“{name}” of “{node_id}” must be {wanted}.",
            node_id=node_id,
            path=pointer("nodes", index, "data", name),
        )
        return default

    config = checked("config", dict, {}, "an object")
    position = raw.get("position")
    return DocumentNode(
        index=index,
        id=node_id,
        type=str(raw["type"]),
        name=str(checked("name", str, "", "text")),
        config=config if isinstance(config, dict) else {},
        is_disabled=checked("disabled", bool, None, "yes or no") is True,
        on_error=data.get("on_error"),
        retry=data.get("retry"),
        on_unknown=data.get("on_unknown"),
        notes=str(checked("notes", str, "", "text")),
        position=position if isinstance(position, dict) else {},
    )


def _edges(raw: Sequence[Json], report: Report) -> list[DocumentEdge]:
    edges = (_edge(index, item, report) for index, item in enumerate(raw))
    return [edge for edge in edges if edge is not None]


def _edge(index: int, raw: Json, report: Report) -> DocumentEdge | None:
    path = pointer("edges", index)
    if not isinstance(raw, dict):
        report.error("document_shape", f"Edge {index + 1} must be an object.", path=path)
        return None
    texts: dict[str, str] = {}
    for name in ("id", "source", "target", "sourceHandle", "label", "targetHandle"):
        value = raw.get(name)
        if value is not None and not isinstance(value, str):
            report.error(
                "document_shape",
                f"“{name}” of edge {index + 1} must be text.",
                path=f"{path}/{name}",
            )
            return None
        texts[name] = value or ""
    if not texts["source"] or not texts["target"]:
        report.error(
            "edge_end_missing",
            f"Edge {index + 1} must say from which node to which it leads.",
            edge_id=texts["id"] or None,
            path=path,
        )
        return None
    return DocumentEdge(
        index=index,
        id=texts["id"] or f"edge-{index}",
        source=NodeId(texts["source"]),
        target=NodeId(texts["target"]),
        handle=texts["sourceHandle"],
        label=texts["label"],
        target_handle=texts["targetHandle"],
    )


def _variables(raw: Json, report: Report) -> Mapping[str, Json]:
    if raw is None or isinstance(raw, dict):
        return raw or {}
    report.error("document_shape", "The variables must be names with values.", path="/variables")
    return {}


def write(document: Document) -> dict[str, Json]:
    """Return the document as JSON in its canonical form; `read` gives back an equal document."""
    return {
        "nodes": [_write_node(node) for node in document.nodes],
        "edges": [_write_edge(edge) for edge in document.edges],
        "settings": document.settings.facts(),
        "variables": dict(document.variables),
    }


def _write_node(node: DocumentNode) -> dict[str, Json]:
    data: dict[str, Json] = {
        "name": node.name,
        "config": dict(node.config),
        "disabled": node.is_disabled,
        "notes": node.notes,
    }
    optional = {"on_error": node.on_error, "retry": node.retry, "on_unknown": node.on_unknown}
    data |= {name: value for name, value in optional.items() if value is not None}
    return {"id": node.id, "type": node.type, "position": dict(node.position), "data": data}


def _write_edge(edge: DocumentEdge) -> dict[str, Json]:
    written: dict[str, Json] = {"id": edge.id, "source": edge.source, "target": edge.target}
    optional = {
        "sourceHandle": edge.handle,
        "targetHandle": edge.target_handle,
        "label": edge.label,
    }
    return written | {name: text for name, text in optional.items() if text}
