"""Whole executions in memory."""

from __future__ import annotations

import json

from apps.engine import frontier as frontiers
from apps.engine.program import load
from apps.engine.runner import Trial, run
from apps.engine.testing import in_memory_ports
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue


def node(node_id: str, kind: str, **config: Json) -> dict[str, Json]:
    return {"id": node_id, "type": kind, "data": {"config": config}}


def test_a_webhook_is_set_judged_delayed_and_answered_and_survives_a_reload_at_every_point() -> None:
    #  hook ──► set ──► wait ──► if ──true──► answer
    program = load(
        {
            "nodes": [
                node("hook", "trigger:webhook"),
                node("set", "action:set", values={"n": "{{ trigger.body.n + 1 }}"}),
                node("wait", "control:delay", duration="1m30s"),
                node("if", "control:if", condition="steps.set.n > 3"),
                node("answer", "action:respond", body={"n": "{{ steps.set.n }}"}),
            ],
            "edges": [
                {"source": "hook", "target": "set"},
                {"source": "set", "target": "wait"},
                {"source": "wait", "target": "if"},
                {"source": "if", "target": "answer", "label": "true"},
            ],
        },
        catalogue(),
    )

    outcome = run(
        program,
        NodeId("hook"),
        {"body": {"n": 3}},
        in_memory_ports(),
        Trial(on_change=lambda f: frontiers.load(json.loads(json.dumps(frontiers.dump(f))))),
    )

    assert outcome.status == "completed"
    assert outcome.path == ("hook", "set", "wait", "if", "answer")
    assert outcome.output == {"n": 4}
    assert outcome.response == {"status": 200, "headers": {}, "body": {"n": 4}}
    assert outcome.ended_at is not None
    assert outcome.ended_at.isoformat() == "2026-01-01T00:01:30+00:00"
