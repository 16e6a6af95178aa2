"""The examples of the docs: each scenario takes the way that it says, in memory and as a dry run over the API."""

import json
from pathlib import Path
from typing import Any

import pytest

from apps.engine.check import check
from apps.engine.credential import Credential
from apps.engine.problem import Severity
from apps.engine.program import load
from apps.engine.render import Facts
from apps.engine.runner import Trial, run
from apps.engine.secret import Secret
from apps.engine.testing import in_memory_ports
from apps.engine.value import NodeId
from apps.nodes import catalogue

# What the notes of the examples ask for.
VAULT = {
    "slack-bot": Credential("slack-bot", "slack", {"token": Secret("xoxb-of-the-examples")}),
    "mail-server": Credential("mail-server", "smtp", {"host": "mail.example.com"}),
}
FOLDER = Path(__file__).parents[2] / "docs" / "examples"
EXAMPLES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
}
SCENARIOS = [
    pytest.param(example, scenario, id=f"{name}: {scenario['name']}")
    for name, example in EXAMPLES.items()
    for scenario in example["test_scenarios"]
]


def trigger_of(example: dict[str, Any]) -> str:
    return next(
        node["id"] for node in example["definition"]["nodes"] if node["type"].startswith("trigger:")
    )


def given(actual: Any, expected: Any) -> Any:
    """Return of `actual` what `expected` speaks of."""
    if isinstance(expected, dict):
        return {name: given(actual.get(name), value) for name, value in expected.items()}
    return actual


def judge(outcome: dict[str, Any], scenario: dict[str, Any]) -> None:
    assert outcome["problems"] == []
    assert outcome["error"] is None
    assert outcome["status"] == "completed"
    assert outcome["path"] == scenario["expected_path"]
    for node_id, expected in scenario["expected_inputs"].items():
        assert given(outcome["steps"][node_id]["input"], expected) == expected


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_errors(name: str) -> None:
    found = check(EXAMPLES[name]["definition"], catalogue())

    assert [problem for problem in found if problem.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_node_of_an_example_is_on_the_way_of_a_scenario(name: str) -> None:
    example = EXAMPLES[name]
    passed = {node for scenario in example["test_scenarios"] for node in scenario["expected_path"]}

    assert passed == {node["id"] for node in example["definition"]["nodes"]}


@pytest.mark.parametrize(("example", "scenario"), SCENARIOS)
def test_a_scenario_takes_its_way_in_memory(
    example: dict[str, Any], scenario: dict[str, Any]
) -> None:
    outcome = run(
        load(example["definition"], catalogue()),
        NodeId(trigger_of(example)),
        scenario["trigger_data"],
        in_memory_ports(),
        Trial(
            facts=Facts("execution-1", credentials=VAULT),
            mocks=scenario["mock_responses"],
            is_dry=True,
        ),
    )

    judge(outcome.facts(), scenario)


@pytest.fixture
def owner(tenant, redis_server) -> Any:
    """Who may everything, with the credentials that the notes of the examples ask for."""
    from tests.callers import make_caller

    caller = make_caller(tenant, "owner")
    for name, kind, values in (
        ("slack-bot", "slack", {"token": "xoxb-of-the-examples"}),
        ("mail-server", "smtp", {"host": "mail.example.com"}),
    ):
        made = caller.post("/credentials", {"name": name, "type": kind, "values": values})
        assert made.status_code == 201
    return caller


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_scenario_takes_its_way_in_a_dry_run(owner: Any, name: str) -> None:
    example = EXAMPLES[name]
    made = owner.post("/workflows", {"name": name, "definition": example["definition"]})
    assert made.status_code == 201

    for scenario in example["test_scenarios"]:
        said = owner.post(
            f"/workflows/{made.json()['id']}/dry-run",
            {"trigger": scenario["trigger_data"], "mocks": scenario["mock_responses"]},
        )

        assert said.status_code == 200
        judge(said.json(), scenario)


def test_there_are_four_examples() -> None:
    assert len(EXAMPLES) >= 4
    assert len(EXAMPLES["order-routing"]["definition"]["nodes"]) == 10
