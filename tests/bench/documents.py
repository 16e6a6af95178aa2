"""The work that is measured, as documents: the same that docs/explanation/performance.md defines for rivals."""

from typing import Any

Document = dict[str, Any]

VALUE = b'{"value": 7, "note": "the same body for every product that is measured"}'

FIBONACCI = """\
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
return fib(10)
"""


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


def lanes(count: int, *, width: int = 10) -> Document:
    """A document of `count` nodes: a trigger, `width` chains side by side that each count their nodes, a join."""
    names = [f"n{index}" for index in range(count - 2)]
    before = ["start"] * width + names[:-width]
    sums = ["{{ 1 }}"] * width + [f"{{{{ steps.{name}.a + 1 }}}}" for name in names[:-width]]
    return {
        "nodes": [
            _node("start", "trigger:manual", {}),
            *(
                _node(name, "action:set", {"values": {"a": sum_}})
                for name, sum_ in zip(names, sums, strict=True)
            ),
            _node("join", "control:merge", {"mode": "append"}),
        ],
        "edges": _edges(
            *((a, "", b) for a, b in zip(before, names, strict=True)),
            *((name, "", "join") for name in names[-width:]),
        ),
    }


def down_packed_and_up(url: str) -> Document:
    """A file comes down, is packed and unpacked, and goes up again."""
    return {
        "nodes": [
            _node("start", "trigger:manual", {}),
            _node("down", "action:http", {"url": f"{url}/file", "response_type": "file"}),
            _node("pack", "data:file", {"operation": "gzip", "file": "{{ steps.down.body }}"}),
            _node("unpack", "data:file", {"operation": "gunzip", "file": "{{ steps.pack }}"}),
            _node(
                "up",
                "action:http",
                {
                    "method": "PUT",
                    "url": f"{url}/in",
                    "body_type": "file",
                    "body": "{{ steps.unpack }}",
                },
            ),
        ],
        "edges": _edges(
            ("start", "", "down"),
            ("down", "", "pack"),
            ("pack", "", "unpack"),
            ("unpack", "", "up"),
        ),
    }
