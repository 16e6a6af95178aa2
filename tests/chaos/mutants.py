"""Rules of the engine, each broken on purpose: python -m tests.chaos.mutants — the named test must turn red.

One test run plays every named test as it is (green), and once more for each rule that is broken under it (red).
"""

import os
import sys
import threading
import time
from typing import Any

import pytest

from tests.chaos import family_mutants, region_mutants
from tests.chaos.breaking import MUTANTS, Plant, breaks, replace

# Under a broken rule a test may wait for what never comes; as it is, nothing takes half as long.
PATIENCE_S = 4.0

HERE = "tests/executions/test_interleavings"
CLAIMS = "tests/dispatch/test_claims.py"
FIRING = "tests/schedules/test_firing.py"
LIMITS = "tests/executions/test_limits.py"


@breaks(
    "tokens are compared",
    f"{HERE}_lease.py::test_a_batch_commits_what_is_still_its_own_and_drops_the_rest",
)
def no_token_check(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import tickets

    replace(patch, tickets, "STILL_MINE", " AND mine.token = t.token", "")


@breaks(
    "the token is checked under a lock",
    f"{HERE}_lease.py::test_nobody_takes_a_ticket_over_while_its_owner_commits",
)
def no_lock(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import tickets

    replace(patch, tickets, "STILL_MINE", " FOR UPDATE OF t", "")


@breaks(
    "a chain's record compares the token",
    "tests/executions/test_going_on.py::test_a_record_that_waited_while_its_ticket_was_taken_writes_nothing",
)
def no_token_check_in_a_chain(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import record

    replace(patch, record, "GO_ON", " AND token = %(token)s::uuid", "")


@breaks(
    "a chain's record locks the ticket before the execution",
    "tests/executions/test_going_on.py::test_a_record_that_waited_while_its_ticket_was_taken_writes_nothing",
)
def execution_without_its_ticket(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import record

    replace(patch, record, "GO_ON", "    FROM kept\n", "")


@breaks(
    "a chain's record follows the seq that its owner knows",
    "tests/executions/test_going_on.py::test_a_record_that_arrives_after_its_owner_has_gone_on_changes_nothing",
)
def any_seq_will_do(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import record

    replace(patch, record, "GO_ON", " AND e.seq = %(after)s::bigint", "")


@breaks(
    "a chain's record that nobody answered is asked after",
    f"{HERE}_connection.py::test_a_result_whose_commit_nobody_answered_is_asked_after_and_not_done_again",
)
def written_again(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import record

    replace(patch, record, "STANDING", "SELECT e.seq, EXISTS (", "SELECT e.seq, false AND EXISTS (")


@breaks(
    "the ticket is opened in the transaction of its execution",
    f"{HERE}_crash.py::test_a_door_killed_before_its_commit_leaves_neither_an_execution_nor_a_ticket",
)
def ticket_outside_the_transaction(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade
    from tests.executions.crew import beside

    opened = facade.open_run
    patch.setattr(facade, "open_run", lambda ticket: beside(lambda: opened(ticket)))


@breaks(
    "who speaks to a waiting step wakes its execution in the same commit",
    f"{HERE}_heard.py::test_a_door_killed_after_its_commit_has_woken_the_execution",
)
def spoken_in_vain(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade

    patch.setattr(facade, "poke", lambda _id: True)


@breaks(
    "a wait is ended once",
    f"{HERE}_heard.py::test_of_two_calls_at_once_one_is_heard",
)
def last_word(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import hearing

    again = "ON CONFLICT (execution_id, node_id, scope) DO UPDATE SET said = excluded.said"
    replace(patch, hearing, "INSERT", "ON CONFLICT DO NOTHING", again)


@breaks(
    "that its time is up ends a wait as a call does",
    f"{HERE}_heard.py::test_a_call_that_comes_after_the_owner_has_seen_that_the_time_is_up_is_too_late",
)
def time_leaves_no_trace(patch: pytest.MonkeyPatch) -> None:
    from apps.core.failpoints import failpoint
    from apps.executions.services import called, hearing

    settled, ended = hearing.settle, hearing.ended

    def look(schema: str, execution_id: Any, key: Any) -> Any:
        told = settled(schema, execution_id, key) if ended(schema, execution_id, [key]) else None
        if told is None:
            failpoint("hear.after_settling")
        return told

    patch.setattr(called.hearing, "settle", look)


@breaks(
    "whoever was early is looked for when the wait begins",
    "tests/executions/test_waiting.py::test_a_call_that_comes_before_the_wait_has_begun_is_kept_for_it",
)
def early_in_vain(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import advancing, called

    perform, wake = called.perform, called.wake

    def perform_only(run: Any, key: Any, ports: Any) -> None:
        patch.setattr(called, "wake", lambda _run, _keys: None)
        perform(run, key, ports)
        patch.setattr(called, "wake", wake)

    patch.setattr(advancing, "perform", perform_only)


@breaks(
    "a circuit is judged behind its lock",
    "tests/executions/test_circuits.py::test_nobody_changes_a_circuit_while_another_one_judges_it",
)
def circuit_without_a_lock(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import circuits

    replace(patch, circuits, "LOCKED", " FOR UPDATE", "")


@breaks(
    "the dead lose their tickets",
    f"{HERE}_poke.py::test_a_worker_killed_before_the_poke_has_recorded_no_result_either",
)
def no_reaper(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import leases

    replace(
        patch, leases, "REAP", "WHERE t.token IS NOT NULL", "WHERE false AND t.token IS NOT NULL"
    )


@breaks(
    "leases end by the database's clock",
    f"{HERE}_capacity.py::test_a_worker_whose_clock_is_wrong_neither_reaps_the_living_nor_wakes_the_resting",
)
def lease_by_the_workers_clock(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade
    from apps.dispatch.services import leases

    reap, statement = facade.reap, leases.REAP

    def by_own_clock() -> Any:
        now = f"to_timestamp({time.time()})"
        patch.setattr(
            leases,
            "REAP",
            statement.replace("alive_until < clock_timestamp()", f"alive_until < {now}"),
        )
        return reap()

    patch.setattr(facade, "reap", by_own_clock)


@breaks(
    "a poked ticket is not let go",
    f"{HERE}_poke.py::test_a_result_between_the_owners_look_and_its_release_is_taken_in_at_once",
)
def unconditional_release(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import tickets

    replace(patch, tickets, "RELEASE", " AND NOT is_poked", "")


@breaks(
    "pokes are cleared before the steps are read",
    f"{HERE}_poke.py::test_a_result_right_after_the_owner_has_read_its_steps_is_not_forgotten",
)
def clear_after_reading(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade
    from apps.executions.services import fanout

    absorb = fanout.absorb

    def read_then_clear(run: Any) -> None:
        absorb(run)
        facade.unpoke(run.id, run.token)

    patch.setattr(fanout, "absorb", read_then_clear)


@breaks(
    "a result and its poke are one commit",
    f"{HERE}_poke.py::test_a_worker_killed_after_its_result_has_left_the_poke_that_wakes_the_run",
)
def poke_after_the_commit(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade
    from apps.executions.services import step

    finish = step._finish

    def finish_then_poke(run: Any, *args: Any, **more: Any) -> None:
        finish(run, *args, **more)
        facade.poke(run.id)

    due = "CASE WHEN t.token IS NULL THEN least(t.due_at, clock_timestamp()) ELSE t.due_at END"
    replace(
        patch, step, "FINISH", f"SET is_poked = true, due_at = {due}", "SET is_poked = t.is_poked"
    )
    patch.setattr(step, "_finish", finish_then_poke)


@breaks(
    "tickets are locked before executions",
    f"{HERE}_poke.py::test_whoever_records_a_result_waits_for_the_runs_ticket_before_the_execution",
)
def poke_as_the_last_part(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade
    from apps.executions.services import step

    gone, poked = facade.handing_over().split(", poked AS", 1)
    poked = poked.replace("FROM gone", "FROM execution")
    head, tail = step.FINISH.split(facade.handing_over())
    patch.setattr(
        step,
        "FINISH",
        head
        + gone
        + tail.replace("FROM poked", "FROM gone").replace(
            "SELECT step.seq", f", poked AS{poked} SELECT step.seq"
        ),
    )


@breaks(
    "the cap is counted after the tenant is locked",
    f"{CLAIMS}::test_eight_racing_claimers_lease_exactly_the_cap",
)
def count_in_the_claims_own_statement(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import queries

    replace(patch, queries, "LOCK_FAIR", " FOR UPDATE SKIP LOCKED", "")
    lock = "mine AS MATERIALIZED (SELECT cap FROM public.dispatch_fair WHERE schema = %(schema)s FOR UPDATE), room AS"
    replace(patch, queries, "CLAIM", "room AS", lock)
    replace(patch, queries, "CLAIM", "%(cap)s - count(*)", "(SELECT cap FROM mine) - count(*)")


@breaks(
    "a running record is no progress",
    f"{HERE}_crash.py::test_a_call_that_kills_three_lone_workers_fails_its_execution",
)
def running_counts_as_progress(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade

    params = facade.keeping_params
    patch.setattr(
        facade,
        "keeping_params",
        lambda *args, **more: params(*args, **more | {"has_progressed": True}),
    )


@breaks(
    "a rest alone is no progress",
    f"{HERE}_crash.py::test_a_rest_without_progress_keeps_the_crash_count",
)
def rest_counts_as_progress(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade

    release = facade.release
    patch.setattr(
        facade, "release", lambda *args, **more: release(*args, **more | {"has_progressed": True})
    )


@breaks(
    "only a lone crash counts",
    f"{HERE}_crash.py::test_a_pure_node_that_kills_its_worker_fails_its_execution_and_no_other_of_the_batch",
)
def every_crash_counts(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import leases

    replace(patch, leases, "REAP", "(t.is_lone OR counted.is_only)::int", "1")


@breaks(
    "no worker holds two on their last chance",
    f"{HERE}_crash.py::test_calls_that_share_a_process_with_poison_are_not_taken_for_it",
)
def suspects_together(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import queries

    replace(
        patch,
        queries,
        "CLAIM",
        "AND (%(takes_last_chances)s OR crash_count < %(last_chance)s)",
        "AND %(takes_last_chances)s IS NOT NULL AND %(last_chance)s > 0",
    )


@breaks(
    "a settled step never changes",
    f"{HERE}_lease.py::test_a_settled_step_is_not_changed_by_whatever_is_recorded_later",
)
def no_guard_for_settled_steps(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import record

    guard = "WHERE old.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')"
    replace(patch, record, "WRITE", guard, "")


@breaks(
    "a worker without a lease starts no call",
    f"{HERE}_lease.py::test_a_worker_whose_own_clock_says_that_its_lease_is_over_starts_no_call",
)
def always_may_act(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services.worker import Worker

    patch.setattr(Worker, "may_act", lambda _: True)


@breaks(
    "a call past its deadline is not repeated",
    f"{HERE}_lease.py::test_a_call_past_its_own_deadline_fails_with_timeout_whoever_hangs_in_it",
)
def overruns_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.facade import Claimed

    patch.setattr(Claimed, "has_overrun", property(lambda _: False))


@breaks(
    "the first start is kept over crashes",
    f"{HERE}_lease.py::test_the_late_answer_of_a_frozen_call_is_dropped_and_the_repetition_was_the_same_bytes",
)
def first_start_anew(patch: pytest.MonkeyPatch) -> None:
    from apps.executions.services import step

    replace(
        patch, step, "START", "coalesce(s.first_started_at, clock_timestamp())", "clock_timestamp()"
    )


@breaks(
    "a cancel is heard before the owner rests",
    f"{HERE}_cancel.py::test_a_cancel_that_arrives_while_the_owner_decides_to_rest_is_heard_before_it_rests",
)
def unpoked_unheard(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade

    unpoke = facade.unpoke
    patch.setattr(facade, "unpoke", lambda *args: unpoke(*args) and facade.Asked(""))


@breaks(
    "recalled calls are not waited for",
    f"{HERE}_cancel.py::test_an_owner_killed_between_recalling_calls_and_recording_it_leaves_nothing_stuck",
)
def missing_means_claimed(patch: pytest.MonkeyPatch) -> None:
    from apps.core import db
    from apps.dispatch import facade
    from apps.dispatch.services import tickets

    patch.setattr(facade, "withdraw", lambda each: db.execute(tickets.WITHDRAW, {"id": each}) == 1)


@breaks(
    "a commit that nobody answered is asked after",
    f"{HERE}_connection.py::test_an_order_whose_commit_nobody_answered_is_asked_after_and_started_once",
)
def unnamed_transactions(patch: pytest.MonkeyPatch) -> None:
    from apps.core import db

    patch.setattr(db, "name_transaction", lambda _: None)


@breaks(
    "leaving is no crash",
    f"{HERE}_lease.py::test_a_worker_asked_to_go_hands_back_at_once_what_it_had_only_claimed",
)
def handing_back_counts(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import giving_back

    replace(
        patch,
        giving_back,
        "HAND_BACK",
        "is_lone = false,",
        "is_lone = false, crash_count = crash_count + 1,",
    )


@breaks(
    "suspended tenants are not served",
    f"{HERE}_capacity.py::test_a_suspended_tenant_keeps_its_work_until_it_is_resumed",
)
def suspended_are_served(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import queries

    replace(patch, queries, "LOCK_FAIR", " AND NOT is_suspended", "")


@breaks(
    "an alarm's token is compared",
    f"{FIRING}::test_a_version_that_comes_as_an_old_one_fires_wins",
)
def no_alarm_token(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import alarms

    replace(patch, alarms, "MOVE", " AND token = %(token)s", "")


@breaks(
    "a time of a schedule is written down once",
    f"{FIRING}::test_a_time_that_is_known_starts_nothing_though_its_alarm_comes_again",
)
def no_known_times(patch: pytest.MonkeyPatch) -> None:
    from apps.schedules.services import firing

    replace(patch, firing, "INSERT", "ON CONFLICT (schedule_id, fire_at) DO NOTHING", "")


@breaks(
    "a suspended tenant's alarms wait",
    f"{FIRING}::test_a_suspended_tenant_fires_nothing_until_it_is_resumed",
)
def no_suspended_alarms(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import alarms

    replace(patch, alarms, "DUE", " AND NOT fair.is_suspended", "")


@breaks(
    "who is inside is counted behind the gate's lock",
    f"{LIMITS}::test_two_who_let_in_at_once_do_not_let_in_too_many",
)
def no_gate_lock(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import gates

    replace(patch, gates, "HOLD", " FOR UPDATE", "")


@breaks(
    "whoever was let in keeps the place over a crash",
    f"{LIMITS}::test_a_crash_keeps_the_place_of_whoever_was_let_in",
)
def only_leased_are_inside(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch.services import gates

    patch.setattr(gates, "INSIDE", f"{gates.INSIDE} AND token IS NOT NULL")


@breaks(
    "the sweep lets in whom somebody left behind",
    f"{LIMITS}::test_the_sweep_lets_in_what_was_stored_by_somebody_who_died_then",
)
def nobody_looks_at_gates(patch: pytest.MonkeyPatch) -> None:
    from apps.dispatch import facade

    patch.setattr(facade, "waiting_gates", list)


class Breaker:
    """Plays each named test as it is, then again for every rule that is broken under it."""

    def __init__(self) -> None:
        self.ill: list[str] = []
        self.seen: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Function, nextitem: pytest.Item | None) -> bool:
        why = self._play(item, nextitem, None)
        if why:
            self.ill.append(f"{item.nodeid}: {why}")
        for mutant in MUTANTS:
            # Of a parametrized test one case that sees it is enough.
            if mutant.test == item.nodeid.partition("[")[0] and mutant.rule not in self.seen:
                why = self._play(item, nextitem, mutant.plant)
                if why:
                    self.seen[mutant.rule] = why
        return True

    def _play(
        self, item: pytest.Function, nextitem: pytest.Item | None, plant: Plant | None
    ) -> str:
        """Return why the test failed, empty if it did not."""
        from _pytest.runner import runtestprotocol

        from tests.eventually import eventually

        item._initrequest()
        patience = eventually.__kwdefaults__
        assert patience is not None
        with pytest.MonkeyPatch.context() as patch:
            if plant is not None:
                plant(patch)
                patch.setitem(patience, "within_s", PATIENCE_S)
            # Without a next one pytest would take the servers down, although this one is played again.
            reports = runtestprotocol(item, nextitem=nextitem or item.session.items[0], log=False)
        (called,) = [report for report in reports if report.when == "call"]
        if called.passed:
            return ""
        crash = getattr(called.longrepr, "reprcrash", None)
        return str(crash.message).partition("\n")[0] if crash else str(called.longrepr)


def main() -> int:
    began = time.monotonic()
    threading.excepthook = lambda _: None  # threads of broken rules die as they must
    breaker = Breaker()
    os.environ["PYTEST_ADDOPTS"] = ""
    options = [
        "-q",
        "--no-header",
        "--no-summary",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore",
    ]
    # Registered by being imported.
    assert all(each.__doc__ for each in (family_mutants, region_mutants))
    tests = sorted({mutant.test for mutant in MUTANTS})
    pytest.main([*options, *tests], plugins=[breaker])
    for mutant in MUTANTS:
        why = breaker.seen.get(mutant.rule, "")
        say(f"{'red ' if why else 'MISSED'} {mutant.rule:56} {why[:110]}")
    for each in breaker.ill:
        say(f"ILL    {each}")
    say(
        f"mutants: {len(breaker.seen)} of {len(MUTANTS)} broken rules were seen, {len(breaker.ill)} tests ill without, "
        f"{time.monotonic() - began:.0f} s"
    )
    return int(len(breaker.seen) < len(MUTANTS) or bool(breaker.ill))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main())
