"""The JSON document ⇄ its parts: nodes, edges, settings, variables. Only shapes are judged here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from apps.engine.problem import Report, clipped, pointer
from apps.engine.value import NODE_ID, Json, NodeId
from apps.engine.zone import zone_names

ON_MISSING = ("error", "null", "keep")
DEFAULT_TIMEOUT_S = 3600
# Thirty days; waits do not count, so nothing that works needs longer.
LONGEST_TIMEOUT_S = 30 * 86_400


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
class Settings:
    """How the whole workflow behaves. `timeout_s` stands still while the execution only waits."""

    timeout_s: float = DEFAULT_TIMEOUT_S
    timezone: str = "UTC"
    on_missing: str = "error"
    error_workflow_id: str | None = None
    max_concurrency: int | None = None
    save_successful_data: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose parts have the right shape; whether they make sense is the checker's question."""

    nodes: tuple[DocumentNode, ...] = ()
    edges: tuple[DocumentEdge, ...] = ()
    settings: Settings = Settings()
    variables: Mapping[str, Json] = field(default_factory=dict)


def read(raw: Json, report: Report) -> Document:
    """Return what can be read of a document; everything of the wrong shape is reported and left out."""
    if not isinstance(raw, dict):
        report.error("document_shape", "The workflow must be an object with nodes and edges.")
        return Document()
    return Document(
        nodes=tuple(_nodes(_list(raw, "nodes", report), report)),
        edges=tuple(_edges(_list(raw, "edges", report), report)),
        settings=_settings(raw.get("settings"), report),
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
        id=texts["id"] or f"edge-{index + 1}",
        source=NodeId(texts["source"]),
        target=NodeId(texts["target"]),
        handle=texts["sourceHandle"],
        label=texts["label"],
        target_handle=texts["targetHandle"],
    )


def _settings(raw: Json, report: Report) -> Settings:
    if raw is None:
        return Settings()
    if not isinstance(raw, dict):
        report.error("setting_invalid", "The settings must be an object.", path="/settings")
        return Settings()
    fine: dict[str, Json] = {}
    for name, value in raw.items():
        check = _SETTING_CHECKS.get(name)
        if check is None:
            report.warn(
                "setting_unknown",
                f"There is no setting called “{clipped(name)}”; it is ignored.",
                path=pointer("settings", name),
            )
        elif value is not None:
            is_fine, sentence = check
            if is_fine(value):
                fine[name] = value
            else:
                report.error("setting_invalid", sentence, path=pointer("settings", name))
    _warn_of_idle(fine, report)
    return _settings_of(fine)


def _warn_of_idle(fine: Mapping[str, Json], report: Report) -> None:
    for name, sentence in _WITHOUT_EFFECT.items():
        if name in fine:
            report.warn(
                "setting_without_effect",
                f"“{name}” has no effect yet: {sentence}",
                path=pointer("settings", name),
            )


def _settings_of(fine: Mapping[str, Json]) -> Settings:
    plain = Settings()
    timeout_s = fine.get("timeout_s")
    limit = fine.get("max_concurrency")
    error_workflow_id = fine.get("error_workflow_id")
    return Settings(
        timeout_s=timeout_s if isinstance(timeout_s, int | float) else plain.timeout_s,
        timezone=str(fine.get("timezone", plain.timezone)),
        on_missing=str(fine.get("on_missing", plain.on_missing)),
        error_workflow_id=error_workflow_id if isinstance(error_workflow_id, str) else None,
        max_concurrency=limit if isinstance(limit, int) else None,
        save_successful_data=fine.get("save_successful_data") is not False,
    )


def _is_number(value: Json, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


_SETTING_CHECKS: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "timeout_s": (
        lambda value: _is_number(value, 1, LONGEST_TIMEOUT_S),
        f"The workflow's timeout must be a number of seconds from 1 to {LONGEST_TIMEOUT_S}.",
    ),
    "timezone": (
        lambda value: isinstance(value, str) and value in zone_names(),
        "The time zone must be a name such as UTC or Europe/Berlin.",
    ),
    "on_missing": (
        lambda value: value in ON_MISSING,
        "What happens to missing values must be error, null or keep.",
    ),
    "error_workflow_id": (
        lambda value: isinstance(value, str),
        "The error workflow must be named by its id.",
    ),
    "max_concurrency": (
        lambda value: _is_number(value, 1, 1_000_000) and isinstance(value, int),
        "The number of executions at once must be a whole number of at least 1.",
    ),
    "save_successful_data": (
        lambda value: isinstance(value, bool),
        "Whether the data of successful executions is kept must be yes or no.",
    ),
}


# Kept, because documents come with them, but read by nothing so far.
_WITHOUT_EFFECT: Mapping[str, str] = {
    "max_concurrency": "the executions of this workflow are not limited.",
}


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
        "settings": {
            "timeout_s": document.settings.timeout_s,
            "timezone": document.settings.timezone,
            "on_missing": document.settings.on_missing,
            "error_workflow_id": document.settings.error_workflow_id,
            "max_concurrency": document.settings.max_concurrency,
            "save_successful_data": document.settings.save_successful_data,
        },
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
