"""Whatever the witness is to see it sees: each invariant is broken once by a row, and an execution in order breaks none."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from apps.core import db, tenancy
from apps.dispatch import facade as dispatch
from tests.chaos import invariants, witness
from tests.chaos.documents import HOME, OTHER, word_of
from tests.chaos.stage import schema_of
from tests.executions.makers import begin, chain, make_version

SCHEMA = schema_of(HOME)
PURE = ("pure", "action:formula", {"config": {"expression": "1"}})

STEP = f"""
INSERT INTO {SCHEMA}.executions_step (execution_id, node_id, scope, node_type, status, seq, token)
VALUES (%(id)s, %(node)s, '', 'action:formula', %(status)s, %(seq)s, %(token)s)
"""  # noqa: S608 - a constant
GRANT = "UPDATE public.dispatch_ticket SET token = %(token)s, worker_id = %(token)s, leased_at = clock_timestamp() WHERE id = %(id)s"
ASK = """
UPDATE public.dispatch_ticket SET request = 'pause', requested_at = clock_timestamp() WHERE id = %(id)s
"""
RESUME = "UPDATE public.dispatch_ticket SET request = '' WHERE id = %(id)s"
CHANGE = (
    f"UPDATE {SCHEMA}.executions_execution SET seq = seq + 1, status = %(status)s WHERE id = %(id)s"  # noqa: S608 - a constant
)
END = f"""
UPDATE {SCHEMA}.executions_execution SET seq = seq + 1, status = 'completed', ended_at = clock_timestamp() WHERE id = %(id)s
"""  # noqa: S608 - a constant


@pytest.fixture
def running(db) -> Iterator[UUID]:
    """An execution that was just begun, under the witness's eyes; all of it is rolled back."""
    with tenancy.entered(SCHEMA):
        watched(witness.statements([SCHEMA]))
        yield begin(make_version(chain(PURE)), {"word": word_of(HOME)})


def watched(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)


def broken() -> list[str]:
    return list(invariants.broken(db.fetch))


def settle(
    execution_id: UUID, node: str, *, seq: int, token: UUID, status: str = "completed"
) -> None:
    params: dict[str, Any] = {"id": execution_id, "node": node, "seq": seq, "token": token}
    db.execute(STEP, params | {"status": status})


def grant(execution_id: UUID) -> UUID:
    token = uuid4()
    assert db.execute(GRANT, {"id": execution_id, "token": token}) == 1
    return token


def test_an_execution_in_order_breaks_nothing(running) -> None:
    token = grant(running)
    db.execute(ASK, {"id": running})
    settle(running, "pure", seq=2, token=token, status="running")
    db.execute(CHANGE, {"id": running, "status": "paused"})
    db.execute(RESUME, {"id": running})
    db.execute(
        f"UPDATE {SCHEMA}.executions_step SET status = 'completed', seq = 3 WHERE node_id = 'pure'"  # noqa: S608 - a constant
    )
    db.execute(END, {"id": running})

    assert broken() == []


def test_a_settled_step_that_changes_is_seen(running) -> None:
    settle(running, "pure", seq=2, token=grant(running))
    db.execute(f"UPDATE {SCHEMA}.executions_step SET status = 'failed', seq = 3")  # noqa: S608 - a constant

    assert broken() == [f"violation: settled step changed {running} pure completed -> failed"]


def test_an_ended_execution_that_changes_is_seen(running) -> None:
    db.execute(END, {"id": running})
    db.execute(END, {"id": running})

    assert broken() == [f"violation: ended execution changed {running} completed -> completed"]


def test_a_seq_that_stands_still_is_seen(running) -> None:
    db.execute(CHANGE.replace("seq + 1", "seq"), {"id": running, "status": "waiting"})

    assert broken() == [f"violation: seq stood still {running} 0 -> 0"]


def paused(execution_id: UUID) -> UUID:
    """Let an execution hear of a pause, in a transaction that is over; return its ticket's token."""
    token = grant(execution_id)
    db.execute(ASK, {"id": execution_id})
    db.execute(CHANGE, {"id": execution_id, "status": "paused"})
    db.execute("UPDATE public.chaos_pause SET xid = '3'")
    return token


def test_a_step_that_begins_in_a_pause_that_was_heard_is_seen(running) -> None:
    settle(running, "pure", seq=2, token=paused(running), status="running")

    assert broken() == [f"violation: a step began in a pause {running}  pure"]


def test_what_somebody_else_was_granted_before_the_pause_was_heard_may_still_begin(running) -> None:
    dispatch.open_steps(dispatch.NewTicket(SCHEMA, running, uuid4()), [("pure", 1), ("late", 1)])
    early = grant(dispatch.step_ticket_id(running, "pure", 1))
    paused(running)
    late = grant(dispatch.step_ticket_id(running, "late", 1))
    settle(running, "pure", seq=2, token=early, status="running")
    settle(running, "late", seq=3, token=late, status="running")

    assert broken() == [f"violation: a step began in a pause {running}  late"]


def test_what_somebody_was_granted_before_the_pause_was_committed_may_still_begin(running) -> None:
    dispatch.open_steps(dispatch.NewTicket(SCHEMA, running, uuid4()), [("pure", 1)])
    paused(running)
    token = grant(dispatch.step_ticket_id(running, "pure", 1))
    # The pause is of transaction 3; whoever saw this had not heard of it.
    db.execute(
        "UPDATE public.chaos_grant SET saw = '3:3:' WHERE token = %(token)s", {"token": token}
    )
    settle(running, "pure", seq=2, token=token, status="running")

    assert broken() == []


def test_a_success_that_is_recorded_twice_is_seen(running) -> None:
    token = grant(running)
    settle(running, "pure", seq=2, token=token)
    db.execute(f"DELETE FROM {SCHEMA}.executions_step WHERE node_id = 'pure'")  # noqa: S608 - a constant
    settle(running, "pure", seq=3, token=token)

    assert broken() == [f"success_recorded_twice: twice {running} pure 2"]


def test_a_success_under_a_token_that_was_granted_anew_is_seen(running) -> None:
    token = grant(running)
    grant(running)
    settle(running, "pure", seq=2, token=token)

    assert broken() == [f"success_without_the_last_token: late {running} pure"]


def test_a_success_under_a_token_that_nobody_was_granted_is_seen(running) -> None:
    grant(running)
    settle(running, "pure", seq=2, token=uuid4())

    assert broken() == [f"success_without_a_token: unknown {running} pure"]


def test_two_changes_under_one_number_are_seen(running) -> None:
    token = grant(running)
    settle(running, "pure", seq=1, token=token)
    settle(running, "other", seq=1, token=token)

    assert broken() == [f"two_changes_with_one_seq: seq {running} 1 2"]


def strays() -> list[str]:
    return list(invariants.strays(db.fetch, SCHEMA, own=word_of(HOME), others=[word_of(OTHER)]))


def test_another_tenants_word_in_any_row_is_seen(running) -> None:
    settle(running, "pure", seq=2, token=grant(running))
    assert strays() == []

    db.execute(
        f"UPDATE {SCHEMA}.executions_step SET output = %(output)s",  # noqa: S608 - a constant
        {"output": f'{{"n": "{word_of(OTHER)}"}}'},
    )

    assert strays() == [f"stray_word: 1 rows of {SCHEMA}.executions_step hold {word_of(OTHER)}"]


def test_that_a_tenants_own_word_stands_nowhere_is_seen_too(running) -> None:
    db.execute(f"UPDATE {SCHEMA}.executions_execution SET trigger = '1'")  # noqa: S608 - a constant

    assert strays() == [f"stray_word: nothing of {SCHEMA} holds {word_of(HOME)}"]
