"""When a schedule fires: its times in its zone, and which of them is due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from apps.engine.value import Json

DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
HOUR = -4  # the place of the hour, with and without seconds
EVERY_HOUR = set(range(24))
# A clock that looks each second and had work to do is not late yet: each of the times fires.
ON_TIME = timedelta(seconds=60)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A cron schedule that can be read, and its time zone."""

    cron: str
    timezone: str

    @staticmethod
    def of(config: Mapping[str, Json]) -> "Plan":
        """Return the plan of a trigger's config as it was published."""
        return Plan(str(config["cron"]), str(config.get("timezone") or "UTC"))

    def after(self, moment: datetime) -> datetime | None:
        """Return the first time after `moment`, None if there is none."""
        return next(self.times(moment), None)

    def first(self, count: int, moment: datetime) -> list[datetime]:
        """Return the next times after `moment`."""
        return list(islice(self.times(moment), count))

    def times(self, moment: datetime) -> Iterator[datetime]:
        """Yield the times after `moment` in UTC, each once; none, if no day is ever meant."""
        parts = self.parts()
        local = moment.astimezone(ZoneInfo(self.timezone))
        try:
            is_hourly = CronSim(" ".join(parts), datetime(2000, 1, 1)).hours == EVERY_HOUR  # noqa: DTZ001 - any day
        except CronSimError:
            return
        last = moment
        for each in _by_elapsed(parts, local) if is_hourly else _by_wall(parts, local):
            if each > last:
                yield each
                last = each

    def parts(self) -> list[str]:
        """Return the five or six parts of the schedule."""
        return DESCRIPTORS.get(self.cron.strip(), self.cron).split()


def _by_elapsed(parts: list[str], local: datetime) -> Iterator[datetime]:
    """Yield what comes every hour: as time goes by, whatever the clocks on the wall say."""
    every = [*parts[:HOUR], "*", *parts[HOUR + 1 :]]
    return (each.astimezone(UTC) for each in CronSim(" ".join(every), local))


def _by_wall(parts: list[str], local: datetime) -> Iterator[datetime]:
    """Yield what comes at certain hours: as the clocks on the wall say, of two equal times the first."""
    wall = CronSim(" ".join(parts), local.replace(tzinfo=None))
    return (_instant(each, local.tzinfo) for each in wall)


def _instant(wall: datetime, zone: object) -> datetime:
    """Return when clocks show `wall`, or the next instant at which they show anything if they leave it out."""
    while True:
        instant = wall.replace(tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type]  # a ZoneInfo
        if instant.astimezone(zone).replace(tzinfo=None) == wall:  # type: ignore[arg-type]  # as above
            return instant
        wall = wall.replace(second=0) + MINUTE


@dataclass(frozen=True, slots=True)
class Decision:
    """Which time fires, and when to look again. `is_missed`: it is too long ago to be made up."""

    fire_at: datetime
    is_missed: bool
    next_at: datetime | None


def decide(plan: Plan, *, due_at: datetime, now: datetime, late_s: float) -> Decision:
    """Return what to do at `now` about a schedule whose next time was `due_at`.

    Within a minute each time fires. If nobody looked for longer, the latest missed time stands for all of them, and if
    even that is more than `late_s` seconds ago, none does.
    """
    if now - due_at <= ON_TIME:
        return Decision(due_at, is_missed=False, next_at=plan.after(due_at))
    fire_at = _latest(plan, since=due_at, until=now)
    is_missed = now - fire_at > timedelta(seconds=late_s)
    return Decision(fire_at, is_missed=is_missed, next_at=plan.after(now))


def _latest(plan: Plan, *, since: datetime, until: datetime) -> datetime:
    """Return the last time of a plan in a span that begins with one; looks at twice as much until it has seen one."""
    span = MINUTE
    while until - span > since:
        seen = list(takewhile(lambda each: each <= until, plan.times(until - span)))
        if seen:
            return seen[-1]
        span *= 2
    return [since, *takewhile(lambda each: each <= until, plan.times(since))][-1]
