"""Small documents, as people would draw them."""

from typing import Any


def node(node_id: str, kind: str, **config: Any) -> dict[str, Any]:
    return {
        "id": node_id,
        "type": kind,
        "position": {"x": 0, "y": 0},
        "data": {"name": node_id, "config": config},
    }


def edge(source: str, target: str, port: str = "") -> dict[str, Any]:
    return {
        "id": f"{source}-{target}",
        "source": source,
        "target": target,
        **({"sourceHandle": port} if port else {}),
    }


def manual() -> dict[str, Any]:
    #  start ──► answer
    return {
        "nodes": [node("start", "trigger:manual"), node("answer", "control:no_op")],
        "edges": [edge("start", "answer")],
    }


def hook(**config: Any) -> dict[str, Any]:
    #  hook ──► end
    settings = {"auth_type": "none", **config}
    return {
        "nodes": [node("hook", "trigger:webhook", **settings), node("end", "control:no_op")],
        "edges": [edge("hook", "end")],
    }
