"""What a run's ticket was asked, carried out by its owner: end, pause, go on."""

from apps.dispatch import facade as dispatch
from apps.engine import bounds, hold, plan
from apps.executions.services import fanout
from apps.executions.services.run import Run
from apps.executions.services.worker import Holding


def hear(run: Run, holding: Holding) -> None:
    """Carry out what the ticket was asked, and what the clock demands; then take in what others have done since."""
    asked = None
    if holding.is_asked:
        holding.is_asked = False
        asked = dispatch.unpoke(run.id, run.token)
        if asked is not None:
            holding.note(asked)
    if holding.request == "cancel":
        run.frontier = plan.cancel(run.frontier, run.now())
    else:
        _pause(run, is_wanted=holding.request == "pause")
    if holding.is_overdue:
        run.frontier = plan.ended(run.frontier, bounds.OVERDUE, run.now())
    if asked is not None:
        fanout.absorb(run)


def _pause(run: Run, *, is_wanted: bool) -> None:
    """Start nothing more, or go on."""
    if run.frontier.is_paused is not is_wanted and run.frontier.ending is None:
        move = hold.paused if is_wanted else hold.resumed
        run.frontier = move(run.frontier, run.now())
