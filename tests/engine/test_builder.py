"""Documents put together in code."""

from __future__ import annotations

from apps.engine.builder import Builder
from apps.engine.check import check
from apps.nodes import catalogue


def test_a_chain_with_two_ways_is_built_in_one_sentence() -> None:
    #  hook ──► big ──true──► tell
    #             └───false──► pass
    document = (
        Builder()
        .node("hook", "trigger:webhook")
        .then("big", "control:if", condition="trigger.body.amount > 100")
        .then("tell", "action:respond", port="true", body="big")
        .after("big")
        .then("pass", "action:respond", port="false", body="small")
        .data(name="Say small", on_error="continue")
        .settings(timeout_s=60)
        .variables({"region": "eu"})
        .build()
    )

    assert document == {
        "nodes": [
            {"id": "hook", "type": "trigger:webhook", "data": {"config": {}}},
            {
                "id": "big",
                "type": "control:if",
                "data": {"config": {"condition": "trigger.body.amount > 100"}},
            },
            {"id": "tell", "type": "action:respond", "data": {"config": {"body": "big"}}},
            {
                "id": "pass",
                "type": "action:respond",
                "data": {
                    "config": {"body": "small"},
                    "name": "Say small",
                    "on_error": "continue",
                },
            },
        ],
        "edges": [
            {"id": "e1", "source": "hook", "target": "big"},
            {"id": "e2", "source": "big", "target": "tell", "sourceHandle": "true"},
            {"id": "e3", "source": "big", "target": "pass", "sourceHandle": "false"},
        ],
        "settings": {"timeout_s": 60},
        "variables": {"region": "eu"},
    }
    assert check(document, catalogue()) == ()
