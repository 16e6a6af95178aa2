"""A run at the end of a turn: everything that its one commit will say, settled before it begins."""

from dataclasses import dataclass
from uuid import UUID

from apps.engine import plan
from apps.executions.services import children, fanout, following, moves, record
from apps.executions.services.run import Run
from apps.executions.services.start import Start
from apps.executions.services.worker import Holding


@dataclass(frozen=True, slots=True)
class Closing:
    """A run at the end of a turn: what it handed out, what it waits for, and what is to be written."""

    holding: Holding
    run: Run
    handed: list[tuple[str, int]]
    decision: plan.Decision
    change: record.Change
    has_progressed: bool
    calls: children.Changes
    follow: Start | None

    def start_others(self, schema: str) -> None:
        """Store the executions that this one starts, in the transaction that writes it."""
        children.write(schema, self.run.id, self.holding.claimed.priority, self.calls)
        following.write(schema, self.follow)

    @property
    def parent_id(self) -> UUID | None:
        """The execution that waits for the end of this one, if it is written now."""
        return self.run.calls.waiting_parent if self.change.is_final else None

    @property
    def wakes_others(self) -> bool:
        """Whether the commit leaves work for somebody else."""
        return bool(self.handed or self.calls.begun or self.follow or self.parent_id)


def close(holding: Holding, run: Run) -> Closing:
    """Settle what the commit will say; nothing of the run may move after this."""
    handed = fanout.hand_out(run)
    decision = moves.decide(run)
    has_progressed, run.has_progressed = run.has_progressed, False
    follow = following.start_of(run)
    return Closing(
        holding, run, handed, decision, run.change(), has_progressed, run.calls.take(), follow
    )
