"""Documents put together in code: for tests, templates and imports.

document = (
    Builder()
    .node("hook", "trigger:webhook")
    .then("check", "control:if", condition="trigger.body.amount > 100")
    .then("tell", "action:respond", port="true", body="big")
    .after("check").then("pass", "action:respond", port="false", body="small")
    .build()
)
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.engine.value import Json


class Builder:
    """Each call adds to the document; `then` goes on from the node added or named last."""

    def __init__(self) -> None:
        self._nodes: list[dict[str, Json]] = []
        self._edges: list[dict[str, Json]] = []
        self._settings: dict[str, Json] = {}
        self._variables: dict[str, Json] = {}
        self._here = ""

    def node(self, node_id: str, kind: str, /, **config: Json) -> Builder:
        """Add a node that nothing leads to yet, and stand on it."""
        self._nodes.append({"id": node_id, "type": kind, "data": {"config": dict(config)}})
        self._here = node_id
        return self

    def then(self, node_id: str, kind: str, /, *, port: str = "", **config: Json) -> Builder:
        """Add a node after the one we stand on, left by `port`, and stand on it."""
        source = self._here
        return self.node(node_id, kind, **config).edge(source, node_id, port)

    def after(self, node_id: str) -> Builder:
        """Stand on a node that was added before."""
        self._here = node_id
        return self

    def edge(self, source: str, target: str, port: str = "") -> Builder:
        """Add an edge; without a port it leaves by the only one."""
        edge: dict[str, Json] = {
            "id": f"e{len(self._edges) + 1}",
            "source": source,
            "target": target,
        }
        if port:
            edge["sourceHandle"] = port
        self._edges.append(edge)
        return self

    def data(self, **data: Json) -> Builder:
        """Say something about the node we stand on beside its config: name, on_error, retry, disabled."""
        for node in self._nodes:
            inner = node["data"]
            if node["id"] == self._here and isinstance(inner, dict):
                inner.update(data)
        return self

    def settings(self, **settings: Json) -> Builder:
        """Set settings of the workflow."""
        self._settings.update(settings)
        return self

    def variables(self, variables: Mapping[str, Json]) -> Builder:
        """Set variables of the workflow."""
        self._variables.update(variables)
        return self

    def build(self) -> dict[str, Json]:
        """Return the document as JSON; it is not checked."""
        return {
            "nodes": list(self._nodes),
            "edges": list(self._edges),
            "settings": dict(self._settings),
            "variables": dict(self._variables),
        }
