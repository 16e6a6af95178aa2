"""Workflows that a clock starts while everything breaks: each of their times must come, and each once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise, takewhile
from typing import Any

from tests.chaos.documents import HOME, OTHER, Kind, formula, node, word_of

TRIGGER = "clock"
# Somebody looks several times a second, and whoever vanishes is followed by another one at once.
LATE_S = 20.0

ALARMS = "SELECT due_at, next_at, at FROM public.chaos_alarm WHERE schema = %(schema)s AND id = %(id)s ORDER BY at"
FIRINGS = """
SELECT s.id, f.fire_at, f.status, f.execution_id, f.created_at
FROM {s}.schedules_schedule s LEFT JOIN {s}.schedules_firing f ON f.schedule_id = s.id
WHERE s.workflow_id = %(workflow)s ORDER BY f.fire_at, f.id
"""


@dataclass(frozen=True)
class Clock:
    """A workflow that is started every so many seconds."""

    kind: Kind
    every_s: int


def pure(url: str, every_s: int, word: str) -> dict[str, Any]:
    return scheduled(every_s, [formula("end", "trigger.timestamp")])


def calling(url: str, every_s: int, word: str) -> dict[str, Any]:
    body = {"at": "{{ trigger.timestamp }}", "id": "{{ uuid() }}", "word": word}
    config = {"method": "POST", "url": f"{url}/slow/40", "body": body}
    return scheduled(
        every_s, [node("ask", "action:http", config), formula("end", "trigger.timestamp")]
    )


def scheduled(every_s: int, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A document whose nodes follow a clock."""
    begun = [node(TRIGGER, "trigger:schedule", {"cron": f"*/{every_s} * * * * *"}), *nodes]
    edges = [{"id": b["id"], "source": a["id"], "target": b["id"]} for a, b in pairwise(begun)]
    return {"nodes": begun, "edges": edges, "settings": {}}


def clocks(url: str) -> list[Clock]:
    """Every workflow of this page, calling the receiver at `url`."""
    made = ((pure, 1, HOME), (calling, 3, HOME), (calling, 2, OTHER))
    return [
        Clock(
            Kind(
                f"{tenant}:every_{every_s}_s",
                make(url, every_s, word_of(tenant)),
                tenant=tenant,
            ),
            every_s,
        )
        for make, every_s, tenant in made
    ]


@dataclass(frozen=True)
class Seen:
    """What the database says of one schedule: its alarms as they were set and moved, firings, and what they started."""

    alarms: Sequence[tuple[datetime | None, datetime | None, datetime]]
    firings: Sequence[tuple[datetime, str, Any, datetime]]
    started: Mapping[Any, str]  # by execution: the time that stands in its trigger


def wrongs(seen: Seen, every_s: int) -> Iterator[str]:
    """Yield what differs from one firing for each time from the first alarm until the schedule was silenced."""
    set_at = [next_at for due_at, next_at, _ in seen.alarms if due_at is None]
    ended = [(due_at, at) for due_at, next_at, at in seen.alarms if next_at is None]
    if len(set_at) != 1 or len(ended) != 1 or set_at[0] is None or ended[0][0] is None:
        yield f"set {len(set_at)} times, ended {len(ended)} times"
        return
    first, (last, silenced_at) = set_at[0], ended[0]
    times = (first + timedelta(seconds=every_s * number) for number in count())
    wanted = list(takewhile(lambda each: each < last, times))
    fired = [fire_at for fire_at, *_ in seen.firings]
    yield from (
        f"{each} came not once but {fired.count(each)} times"
        for each in wanted
        if fired.count(each) != 1
    )
    yield from (f"{each} came and should not have" for each in fired if each not in set(wanted))
    if silenced_at - last > timedelta(seconds=LATE_S):
        yield f"nobody looked at {last} until {silenced_at}"
    for fire_at, status, execution_id, created_at in seen.firings:
        if status != "started" or seen.started.get(execution_id) != text(fire_at):
            yield f"{fire_at} is {status} and started {execution_id}"
        if created_at - fire_at > timedelta(seconds=LATE_S):
            yield f"{fire_at} came only at {created_at}"
    if len(seen.started) != len(seen.firings):
        yield f"{len(seen.firings)} firings, {len(seen.started)} executions"


def text(moment: datetime) -> str:
    """Return a time as it stands in what it starts."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
