"""The work that is measured, as documents: the same that docs/explanation/performance.md defines for rivals."""

from typing import Any

Document = dict[str, Any]

VALUE = b'{"value": 7, "note": "the same body for every product that is measured"}'


def _node(node_id: str, kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": node_id,
        "type": kind,
        "position": {"x": 0, "y": 0},
        "data": {"name": node_id, "config": config},
    }


def _edges(*pairs: tuple[str, str, str]) -> list[dict[str, str]]:
    return [
        {"id": f"e{index}", "source": source, "target": target}
        | ({"sourceHandle": port} if port else {})
        for index, (source, port, target) in enumerate(pairs)
    ]


def webhook_if_set_respond(path: str, *, is_sync: bool) -> Document:
    """W1: webhook → set a = value × 2 → if a > 10 → set result → answer."""
    mode = "sync" if is_sync else "async"
    return {
        "nodes": [
            _node("hook", "trigger:webhook", {"path": path, "auth_type": "none", "mode": mode}),
            _node("double", "action:set", {"values": {"a": "{{ trigger.body.value * 2 }}"}}),
            _node("big", "control:if", {"condition": "steps.double.a > 10"}),
            _node("yes", "action:set", {"values": {"result": "big"}}),
            _node("no", "action:set", {"values": {"result": "small"}}),
            _node("answer", "action:respond", {"status": 200, "body": "{{ input }}"}),
        ],
        "edges": _edges(
            ("hook", "", "double"),
            ("double", "", "big"),
            ("big", "true", "yes"),
            ("big", "false", "no"),
            ("yes", "", "answer"),
            ("no", "", "answer"),
        ),
    }


def loop(kind: str, config: dict[str, Any], *, concurrency: int) -> Document:
    """A loop over the trigger's items, with one node in its body."""
    passes = {
        "source": "{{ trigger.items }}",
        "max_iterations": 100_000,
        "concurrency": concurrency,
    }
    return {
        "nodes": [
            _node("start", "trigger:manual", {}),
            _node("loop", "control:loop", passes),
            _node("in", kind, config),
            _node("count", "action:set", {"values": {"n": "{{ steps.loop.iteration_count }}"}}),
        ],
        "edges": _edges(("start", "", "loop"), ("loop", "body", "in"), ("loop", "done", "count")),
    }


def chain(length: int, kind: str, config: dict[str, Any]) -> Document:
    """W2: a manual trigger and `length` nodes in a row."""
    names = [f"n{index}" for index in range(length)]
    return {
        "nodes": [
            _node("start", "trigger:manual", {}),
            *(_node(name, kind, config) for name in names),
        ],
        "edges": _edges(*((a, "", b) for a, b in zip(["start", *names], names, strict=False))),
    }


def fan_out(width: int, kind: str, config: dict[str, Any]) -> Document:
    """W3: `width` nodes side by side, then a join."""
    names = [f"n{index}" for index in range(width)]
    return {
        "nodes": [
            _node("start", "trigger:manual", {}),
            *(_node(name, kind, config) for name in names),
            _node("join", "control:merge", {"mode": "append"}),
        ],
        "edges": _edges(
            *(("start", "", name) for name in names), *((name, "", "join") for name in names)
        ),
    }
