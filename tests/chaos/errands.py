"""What is asked of the doors besides executions: somebody comes to one that waits, somebody pauses one for a while."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from apps.engine.value import StepKey
from tests.chaos.documents import CALLED_BACK, Kind

# A door that is not ready says so, and is asked again.
NOT_NOW = frozenset({429, 503})
# Somebody was faster, or it has ended.
TOO_LATE = 409
NOT_YET = 404

# One in so many executions is paused soon after it was accepted, for one of these times: the shortest is over before
# most of them have heard of it, the longest is longer than any fault lasts.
PAUSED_ONE_IN = 3
WITHIN_S = 0.8
PAUSES_S = (0.05, 1.0, 6.0)


@dataclass(slots=True)
class Errand:
    """One request that is sent until a door has answered it; `after` is done then, once."""

    tenant: str
    path: str
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    is_signed: bool = True
    ends: frozenset[int] = frozenset({TOO_LATE})
    again: frozenset[int] = NOT_NOW
    after: Callable[["Errand"], None] | None = None
    answers: list[int] = field(default_factory=list)

    @property
    def was_taken(self) -> bool:
        """Whether any door said yes."""
        return any(status < 300 for status in self.answers)

    def is_over(self, status: int) -> bool:
        """Whether this answer is the last word."""
        return status < 300 or status in self.ends


class Doors(Protocol):
    """The play, as errands see it."""

    visits: dict[int, tuple[Errand, ...]]
    over_at: float
    pauses: list[Errand]

    def send(self, errand: Errand) -> int:
        """Send it until it is answered."""

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something after so many seconds."""


def visit(doors: Doors, kind: Kind, number: int, execution_id: str, schema: str) -> None:
    """Let all those come at once who want to be heard by an execution that waits, perhaps before it does."""
    if not kind.waits_at:
        return
    make = _called if kind.waits_at == CALLED_BACK else _decided
    rivals = kind.rivals(number)
    doors.visits[number] = tuple(
        make(kind, execution_id, schema, said) for said in (rivals if number % 2 else rivals[::-1])
    )
    for errand in doors.visits[number]:
        doors.send(errand)


def _called(kind: Kind, execution_id: str, schema: str, said: dict[str, Any]) -> Errand:
    from apps.executions.services.links import PATH, token_of

    token = token_of(schema, UUID(execution_id), StepKey(kind.waits_at))
    return Errand(kind.tenant, f"{PATH}{token}", said, is_signed=False)


def _decided(kind: Kind, execution_id: str, _schema: str, said: dict[str, Any]) -> Errand:
    verb = {"approved": "approve", "rejected": "reject"}[said["decision"]]
    path = f"/api/v1/executions/{execution_id}/steps/{kind.waits_at}/{verb}"
    # Nobody can decide before somebody has asked.
    return Errand(kind.tenant, path, {"data": said["data"]}, again=NOT_NOW | {NOT_YET})


def heard(kind: Kind, number: int, visits: Iterable[Errand]) -> list[int]:
    """Return which of the rivals may have been heard: those who were told so; all, if the answer was lost."""
    taken = [errand.body for errand in visits if errand.was_taken]
    rivals = kind.rivals(number)
    told = [
        index
        for index, said in enumerate(rivals)
        if any(body == said or body == {"data": said.get("data")} for body in taken)
    ]
    return told or list(range(max(1, len(rivals))))


def pause(doors: Doors, tenant: str, number: int, execution_id: str, seed: int) -> None:
    """Let some executions be paused, and go on after a while."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable, not secret
    if chance.random() * PAUSED_ONE_IN >= 1:
        return
    pause_s = chance.choice(PAUSES_S)
    # Nobody is to wait for a long pause when all faults are over.
    if time.monotonic() + pause_s > doors.over_at:
        pause_s = PAUSES_S[0]

    def go_on(asked: Errand) -> None:
        # Whoever was told that it has ended may have been told so after a pause that nobody answered.
        resume = Errand(tenant, f"/api/v1/executions/{execution_id}/resume")
        doors.later(pause_s if asked.was_taken else 0.0, partial(doors.send, resume))

    asked = Errand(tenant, f"/api/v1/executions/{execution_id}/pause", after=go_on)
    doors.pauses.append(asked)
    doors.later(chance.random() * WITHIN_S, partial(doors.send, asked))
