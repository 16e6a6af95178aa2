"""What the model makes of the workflows that run in chaos: the figures that everything is compared with."""

import pytest

from tests.chaos.clockwork import TRIGGER, clocks
from tests.chaos.documents import OTHER, kinds
from tests.chaos.meetings import cast, meetings

URL = "http://127.0.0.1:1"
KINDS = {kind.name: kind for kind in [*kinds(URL), *meetings(URL)]}


@pytest.mark.parametrize(
    ("name", "number", "status", "output"),
    [
        ("pure", 3, "completed", {"f": 12}),
        ("calls_in_a_row", 3, "completed", 803),
        ("calls_abreast", 3, "completed", 1203),
        ("retried_calls", 3, "completed", 203),
        ("short_delays", 3, "completed", 204),
        ("branches", 3, "completed", 30),
        ("branches", 4, "completed", 40),
        ("failing", 3, "failed", None),
        ("regions", 3, "completed", 7),
        ("callers", 3, "completed", 231),
        ("called_back", 3, "completed", 4),
        ("limited", 3, "completed", 10),
        ("answered_at_once", 3, "completed", {"f": 12}),
        ("answered_late", 3, "completed", {"n": 3}),
        ("decided", 3, "completed", 204),
        ("counted", 3, "completed", [3, 2, "join_unreachable"]),
        ("raced", 3, "completed", 4),
        ("in_vain", 3, "completed", [3, True, "rejected", 1]),
    ],
)
def test_the_model_comes_to_the_end_that_was_meant(name, number, status, output) -> None:
    outcome = KINDS[name].expected("start", {"n": number})

    assert (outcome.status, outcome.output) == (status, output)


def test_every_kind_of_workflow_is_held_to_a_figure() -> None:
    assert len(KINDS) == 17


@pytest.mark.parametrize(("name", "output"), [("decided", 500), ("called_back", -2)])
def test_whoever_else_may_be_heard_leads_to_another_end(name, output) -> None:
    outcome = KINDS[name].expected("start", {"n": 3}, heard=1)

    assert (outcome.status, outcome.output) == ("completed", output)


def test_the_other_tenant_has_the_same_workflows_under_the_same_paths() -> None:
    found = cast(URL, 7)
    own = {kind.name: kind.definition for kind in found if kind.tenant != OTHER}
    others = {
        kind.name.removeprefix(f"{OTHER}:"): kind.definition
        for kind in found
        if kind.tenant == OTHER
    }

    assert len(others) == 5
    assert {name: own[name] for name in others} == others


@pytest.mark.parametrize("clock", clocks(URL), ids=lambda clock: clock.kind.name)
def test_what_a_clock_starts_ends_with_its_time(clock) -> None:
    outcome = clock.kind.expected(TRIGGER, {"timestamp": "2026-01-01T12:00:00Z"})

    assert (outcome.status, outcome.output) == ("completed", "2026-01-01T12:00:00Z")


@pytest.mark.parametrize("name", KINDS)
def test_only_a_retry_block_shows_that_an_answer_was_lost_with_its_worker(name) -> None:
    first, repeated = (
        {key: str(step.status) for key, step in outcome.steps.items()}
        for outcome in (KINDS[name].expected("start", {"n": 3}, before=n) for n in (0, 1))
    )

    differs = {key for key in first | repeated if first.get(key) != repeated.get(key)}

    tries = {"retry[0]/retry", "retry[0]/flaky", "retry[0]/rest"}
    tries |= {"retry[1]/retry", "retry[1]/flaky", "retry[1]/rest"}
    assert differs == (tries if name == "regions" else set())
