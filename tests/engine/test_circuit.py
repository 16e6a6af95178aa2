"""When a circuit breaker lets nobody through, and when everybody again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.circuit import (
    HEALTHY,
    Circuit,
    CircuitPolicy,
    CircuitState,
    asked,
    dump,
    load,
    name_of,
    policy_of,
    told,
)
from apps.engine.testing import in_memory_ports
from apps.engine.value import NodeId

DAWN = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = CircuitPolicy(max_failures=3, failure_ratio=0.5, window=6, open_s=30, probes=2)


def at(seconds: float) -> datetime:
    return DAWN + timedelta(seconds=seconds)


def after(outcomes: str, policy: CircuitPolicy = POLICY) -> Circuit:
    """The circuit after passes that ended one after the other: `.` fine, `x` failed, `c` cancelled."""
    circuit = HEALTHY
    for index, letter in enumerate(outcomes):
        fine = {".": True, "x": False, "c": None}[letter]
        circuit = told(circuit, policy, f"p{index}", at(index), is_fine=fine)
    return circuit


def test_failures_in_a_row_open_it() -> None:
    assert after("x.xx").state is CircuitState.CLOSED
    assert after("xxx") == Circuit(CircuitState.OPEN, until=at(2 + 30))


def test_the_share_of_failures_opens_it_when_the_window_is_full() -> None:
    assert after("x.x.x").state is CircuitState.CLOSED
    assert after("x.x.x.").state is CircuitState.CLOSED
    assert after("x.x.x.x").state is CircuitState.OPEN
    assert after("x.x...x..x").state is CircuitState.CLOSED


def test_a_circuit_without_failures_keeps_nothing() -> None:
    assert after("......") is HEALTHY
    assert after("cc") is HEALTHY
    assert after("x......") == HEALTHY


def test_what_is_told_twice_counts_once() -> None:
    circuit = HEALTHY
    for _ in range(5):
        circuit = told(circuit, POLICY, "same", at(0), is_fine=False)

    assert circuit == Circuit(outcomes=(("same", False),))


def test_while_it_is_open_everybody_is_sent_away_until_its_rest_is_over() -> None:
    circuit = after("xxx")

    verdict = asked(circuit, POLICY, "a", at(31.9))

    assert (verdict.is_let_in, verdict.retry_at, verdict.circuit) == (False, at(32), circuit)
    assert told(circuit, POLICY, "late", at(5), is_fine=True) == circuit
    assert told(circuit, POLICY, "late", at(5), is_fine=False) == circuit


def test_after_its_rest_it_is_tried_by_few_and_the_others_look_again() -> None:
    first = asked(after("xxx"), POLICY, "a", at(32))
    second = asked(first.circuit, POLICY, "b", at(33))
    third = asked(second.circuit, POLICY, "c", at(34))

    assert (first.is_let_in, second.is_let_in, third.retry_at) == (True, True, at(34 + 5))
    assert third.circuit.state is CircuitState.HALF_OPEN
    assert asked(third.circuit, POLICY, "a", at(35)).is_let_in


def half_open() -> Circuit:
    circuit = asked(after("xxx"), POLICY, "a", at(32)).circuit
    return asked(circuit, POLICY, "b", at(32)).circuit


def test_as_many_successes_as_probes_close_it() -> None:
    one = told(half_open(), POLICY, "a", at(33), is_fine=True)

    assert one.state is CircuitState.HALF_OPEN
    assert asked(one, POLICY, "c", at(34)).is_let_in
    assert told(one, POLICY, "b", at(34), is_fine=True) == HEALTHY


def test_one_failed_probe_opens_it_again_and_a_cancelled_one_makes_room() -> None:
    assert told(half_open(), POLICY, "b", at(40), is_fine=False) == Circuit(
        CircuitState.OPEN, until=at(70)
    )
    left = told(half_open(), POLICY, "a", at(40), is_fine=None)
    assert asked(left, POLICY, "c", at(40)).is_let_in


def test_whoever_began_before_it_opened_says_nothing_of_it_while_it_is_tried() -> None:
    assert told(half_open(), POLICY, "old", at(40), is_fine=False) == half_open()


def test_a_probe_that_never_came_back_gives_its_place_up() -> None:
    assert not asked(half_open(), POLICY, "c", at(32 + 59)).is_let_in
    assert asked(half_open(), POLICY, "c", at(32 + 61)).is_let_in


def test_it_is_stored_as_it_is() -> None:
    for circuit in (HEALTHY, after("x.x"), after("xxx"), half_open()):
        assert load(dump(circuit)) == circuit


def test_a_config_names_what_differs_from_the_usual_policy() -> None:
    assert policy_of({}) == CircuitPolicy()
    assert policy_of({"open_s": 5, "probes": None, "name": "x"}) == CircuitPolicy(open_s=5)


def test_a_node_without_a_name_has_a_circuit_of_its_own() -> None:
    assert name_of({"name": "pay"}, "w", NodeId("n")) == "name:pay"
    assert name_of({"name": ""}, "w", NodeId("n")) == "node:w:n"
    assert name_of({}, "w", NodeId("n")) == "node:w:n"


policies = st.builds(
    CircuitPolicy,
    max_failures=st.integers(1, 5),
    failure_ratio=st.floats(0.1, 1),
    window=st.integers(1, 8),
    open_s=st.integers(1, 100),
    probes=st.integers(1, 4),
)
moves = st.lists(
    st.tuples(
        st.sampled_from(["ask", "fine", "failed", "cancelled"]),
        st.integers(0, 9),
        st.integers(0, 40),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(policies, moves)
def test_whatever_happens_few_probe_rest_is_kept_and_it_never_grows(policy, moves) -> None:
    circuit, now = HEALTHY, DAWN
    for what, who, seconds in moves:
        now += timedelta(seconds=seconds)
        if what == "ask":
            verdict = asked(circuit, policy, f"p{who}", now)
            was_resting = circuit.state is CircuitState.OPEN and circuit.until > now
            assert not (was_resting and verdict.is_let_in)
            assert verdict.is_let_in or verdict.retry_at > now
            assert asked(verdict.circuit, policy, f"p{who}", now) == verdict
            circuit = verdict.circuit
        else:
            fine = {"fine": True, "failed": False, "cancelled": None}[what]
            after_once = told(circuit, policy, f"p{who}", now, is_fine=fine)
            if circuit.state is not after_once.state:
                assert fine is not None
            circuit = after_once
        assert len(circuit.probing) <= policy.probes
        assert len(circuit.outcomes) <= max(policy.window, policy.max_failures, policy.probes)
        assert (circuit.until is None) == (circuit.state is not CircuitState.OPEN)
        assert load(dump(circuit)) == circuit


@settings(deadline=None)
@given(policies, st.integers(0, 20))
def test_from_wherever_it_is_successes_alone_close_it(policy, failures) -> None:
    circuit = HEALTHY
    for index in range(failures):
        circuit = told(circuit, policy, f"x{index}", at(0), is_fine=False)

    now = at(1_000)
    for index in range(policy.probes + policy.window + policy.max_failures):
        verdict = asked(circuit, policy, f"p{index}", now)
        assert verdict.is_let_in
        circuit = told(verdict.circuit, policy, f"p{index}", now, is_fine=True)

    assert circuit.state is CircuitState.CLOSED


def test_whoever_shares_nothing_with_others_is_always_let_through() -> None:
    circuits = in_memory_ports().circuits

    circuits.tell("pay", POLICY, "a", is_fine=False)

    assert circuits.ask("pay", POLICY, "b") is None
