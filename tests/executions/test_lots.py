"""A long run goes on while what it has done is written down: what that changes, and what it must not."""

from uuid import UUID

import pytest

from apps.core.failpoints import hooked
from apps.executions.models import Step
from apps.executions.services import moves
from apps.executions.services.worker import Worker
from tests.bench import documents
from tests.executions.crew import Gate, bury, work, work_to_the_end
from tests.executions.makers import begin, execution, make_version

ITEMS = 20
DOUBLE = {"values": {"x": "{{ item * 2 }}"}}


@pytest.fixture
def loop(demo, monkeypatch) -> UUID:
    """A loop over twenty items; a lot is written when eight rows are noted, of which each pass has two."""
    monkeypatch.setattr(moves, "MOST_RECORDS", 8)
    version = make_version(documents.loop("action:set", DOUBLE, concurrency=1))
    return begin(version, {"items": list(range(ITEMS))})


def rows(execution_id: UUID) -> dict[tuple[str, str], Step]:
    """The steps by scope and node."""
    return {
        (step.scope, step.node_id): step for step in Step.objects.filter(execution_id=execution_id)
    }


def doubled(execution_id: UUID) -> list[object]:
    found = rows(execution_id)
    return [found[f"loop[{index}]", "in"].output for index in range(ITEMS)]


def settled(execution_id: UUID) -> dict[tuple[str, str], int]:
    """The seqs of the steps that have completed."""
    return {key: step.seq for key, step in rows(execution_id).items() if step.status == "completed"}


def test_the_next_lot_is_computed_while_the_one_before_is_written(loop) -> None:
    gate = Gate()

    def let_it_be_written() -> None:
        gate.wait_for_arrival()
        gate.open()

    # The first lot is full when less has been decided.
    with (
        hooked("record.before_commit", gate),
        hooked("turn.after_decide", let_it_be_written, nth=6),
    ):
        work_to_the_end(Worker())

    assert execution(loop).status == "completed"
    assert doubled(loop) == [{"x": index * 2} for index in range(ITEMS)]


def test_a_ticket_lost_under_a_lot_takes_the_lot_that_was_computed_meanwhile_with_it(loop) -> None:
    first = Worker()

    with hooked("record.before_commit", lambda: bury(first), nth=2):
        work(first)
    kept = settled(loop)

    assert not first._held
    assert execution(loop).status == "running"
    # The first lot, whole; nothing of the second, under which the ticket went, nor of the third.
    assert set(kept) == {
        ("", "start"),
        ("loop[0]", "in"),
        ("loop[0]", "loop"),
        ("loop[1]", "in"),
        ("loop[1]", "loop"),
        ("loop[2]", "in"),
    }

    work_to_the_end(Worker())

    assert execution(loop).status == "completed"
    assert doubled(loop) == [{"x": index * 2} for index in range(ITEMS)]
    ended = settled(loop)
    assert {key: ended[key] for key in kept} == kept
    assert len(set(ended.values())) == len(ended)
