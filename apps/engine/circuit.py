"""When a circuit breaker lets nobody through: pure values, no clock, no store.

closed ──too many failures──► open ──after open_s──► half open ──enough probes succeed──► closed
                                ▲                        └──a probe fails──► open
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from apps.engine.value import Json, NodeId

# Whoever is refused while probes are under way looks again after so long, or after `open_s` if that is shorter.
LOOK_AGAIN_S = 5.0
# A probe whose execution never came back counts no longer after so long, or after `open_s` if that is longer.
PROBE_S = 60.0


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitPolicy:
    """When a circuit opens: `max_failures` in a row, or `failure_ratio` of the last `window` passes.

    It stays open for `open_s` seconds. Then at most `probes` passes at a time try it; after as many successes it closes.
    """

    max_failures: int = 5
    failure_ratio: float = 0.5
    window: int = 10
    open_s: float = 60.0
    probes: int = 3


POLICY = tuple(CircuitPolicy.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Circuit:
    """What all passes through one circuit have come to.

    `outcomes` are the last ones by pass, oldest first, true for a success; those of a circuit without any failure are
    not kept, for they would be written with every pass and decide nothing. `probing` says until when each probe counts.
    """

    state: CircuitState = CircuitState.CLOSED
    outcomes: tuple[tuple[str, bool], ...] = ()
    until: datetime | None = None
    probing: tuple[tuple[str, datetime], ...] = ()

    @property
    def is_healthy(self) -> bool:
        """Whether everybody is let through, and a success would change nothing."""
        return self.state is CircuitState.CLOSED and not self.outcomes


HEALTHY = Circuit()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a pass may go through; if not, when to ask again."""

    circuit: Circuit
    retry_at: datetime | None = None

    @property
    def is_let_in(self) -> bool:
        """Whether it may."""
        return self.retry_at is None


def asked(circuit: Circuit, policy: CircuitPolicy, who: str, now: datetime) -> Verdict:
    """Say whether the pass `who` may go through; asked again, a probe gets the same answer."""
    if circuit.state is CircuitState.CLOSED:
        return Verdict(circuit)
    if circuit.state is CircuitState.OPEN:
        if circuit.until is not None and now < circuit.until:
            return Verdict(circuit, circuit.until)
        circuit = Circuit(CircuitState.HALF_OPEN)
    probing = tuple((name, until) for name, until in circuit.probing if until > now or name == who)
    circuit = replace(circuit, probing=probing)
    if any(name == who for name, _ in probing):
        return Verdict(circuit)
    if len(probing) >= policy.probes:
        return Verdict(circuit, now + timedelta(seconds=min(LOOK_AGAIN_S, policy.open_s)))
    until = now + timedelta(seconds=max(PROBE_S, policy.open_s))
    return Verdict(replace(circuit, probing=(*probing, (who, until))))


def told(
    circuit: Circuit, policy: CircuitPolicy, who: str, now: datetime, *, is_fine: bool | None
) -> Circuit:
    """Return the circuit after the pass `who` has ended; None: it was cancelled, which says nothing.

    Told again it stays as it is. What began before the circuit opened says nothing about it any more.
    """
    if circuit.state is CircuitState.CLOSED:
        return _counted(circuit, policy, who, now, is_fine=is_fine)
    if all(name != who for name, _ in circuit.probing):
        return circuit
    if is_fine is False:
        return _opened(policy, now)
    probing = tuple(each for each in circuit.probing if each[0] != who)
    outcomes = circuit.outcomes if is_fine is None else (*circuit.outcomes, (who, True))
    if len(outcomes) >= policy.probes:
        return HEALTHY
    return replace(circuit, probing=probing, outcomes=outcomes)


def _counted(
    circuit: Circuit, policy: CircuitPolicy, who: str, now: datetime, *, is_fine: bool | None
) -> Circuit:
    is_known = any(name == who for name, _ in circuit.outcomes)
    if is_fine is None or is_known or (is_fine and circuit.is_healthy):
        return circuit
    outcomes = (*circuit.outcomes, (who, is_fine))[-max(policy.window, policy.max_failures) :]
    tail = outcomes[-policy.max_failures :]
    is_row = len(tail) == policy.max_failures and not any(fine for _, fine in tail)
    recent = outcomes[-policy.window :]
    failures = sum(not fine for _, fine in recent)
    is_ratio = len(recent) == policy.window and failures >= policy.failure_ratio * policy.window
    # A success may complete the window, but it opens nothing.
    if not is_fine and (is_row or is_ratio):
        return _opened(policy, now)
    return HEALTHY if failures == 0 else replace(circuit, outcomes=outcomes)


def _opened(policy: CircuitPolicy, now: datetime) -> Circuit:
    return Circuit(CircuitState.OPEN, until=now + timedelta(seconds=policy.open_s))


def policy_of(config: Mapping[str, Json]) -> CircuitPolicy:
    """Return the policy that a config names; what it leaves out is as in `CircuitPolicy`."""
    given: dict[str, Any] = {name: config[name] for name in POLICY if config.get(name) is not None}
    return CircuitPolicy(**given)


def name_of(config: Mapping[str, Json], workflow_id: str, node_id: NodeId) -> str:
    """Return the name under which a tenant's nodes share a circuit; a node without one has its own."""
    name = config.get("name")
    return f"name:{name}" if isinstance(name, str) and name else f"node:{workflow_id}:{node_id}"


def dump(circuit: Circuit) -> dict[str, Json]:
    """Return the circuit as JSON."""
    return {
        "state": str(circuit.state),
        "outcomes": [[name, fine] for name, fine in circuit.outcomes],
        "until": None if circuit.until is None else circuit.until.isoformat(),
        "probing": [[name, until.isoformat()] for name, until in circuit.probing],
    }


def load(raw: Any) -> Circuit:
    """Return the circuit that `dump` wrote."""
    return Circuit(
        state=CircuitState(raw["state"]),
        outcomes=tuple((name, fine) for name, fine in raw["outcomes"]),
        until=None if raw["until"] is None else datetime.fromisoformat(raw["until"]),
        probing=tuple((name, datetime.fromisoformat(until)) for name, until in raw["probing"]),
    )
