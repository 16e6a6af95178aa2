"""What is said beside a rival: each run compared with the one beside it, and the same work in its words."""

import pytest

from tests.bench import n8n
from tests.bench.rival import DEFAULT, FASTEST, GORAX, Rates


def test_each_run_is_compared_with_the_one_beside_it_and_each_rival_has_its_target() -> None:
    rates = Rates("W1", "req/s")
    for own, default, fastest in ((300.0, 30.0, 100.0), (440.0, 40.0, 110.0), (200.0, 40.0, 50.0)):
        rates.note(GORAX, own)
        rates.note(DEFAULT, default)
        rates.note(FASTEST, fastest)

    rows = rates.rows()

    assert [(row.name, row.unit, row.values, row.target) for row in rows] == [
        ("W1: gorax", "req/s", [300.0, 440.0, 200.0], ""),
        ("W1: n8n default", "req/s", [30.0, 40.0, 40.0], ""),
        ("W1: n8n legacy expressions", "req/s", [100.0, 110.0, 50.0], ""),
        ("W1: gorax ÷ n8n default", "times", [10.0, 11.0, 5.0], "≥ 10"),
        ("W1: gorax ÷ n8n legacy expressions", "times", [3.0, 4.0, 4.0], "≥ 3"),
    ]
    assert [row.median for row in rows[3:]] == [10.0, 4.0]


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("responseNode", ["hook", "double", "big", "yes", "no", "answer"]),
        ("onReceived", ["hook", "double", "big", "yes", "no"]),
    ],
)
def test_the_rivals_workflow_is_whole_and_answers_itself_only_if_it_has_a_node_for_that(
    mode: str, names: list[str]
) -> None:
    workflow = n8n.workflow_of("id", "w1", mode)

    reached = {
        link["node"]
        for outputs in workflow["connections"].values()
        for links in outputs["main"]
        for link in links
    }
    assert [node["name"] for node in workflow["nodes"]] == names
    assert reached == set(names) - {"hook"}
    assert workflow["nodes"][0]["parameters"] == {
        "httpMethod": "POST",
        "path": "w1",
        "responseMode": mode,
    }
    assert workflow["connections"]["big"]["main"] == [
        [{"node": "yes", "type": "main", "index": 0}],
        [{"node": "no", "type": "main", "index": 0}],
    ]
