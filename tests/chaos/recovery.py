"""How long recovery takes with production's times: python -m tests.chaos.recovery

Ten workers killed one after another, a broker that is away for a minute, a rolling restart under load, and fifty
copies of one delivery at once. Each prints its figure and the bound it is held to.
"""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.chaos.__main__ import say
from tests.chaos.documents import HOME, Kind, call, chain, formula
from tests.chaos.errands import Errand
from tests.chaos.fleet import Process
from tests.chaos.play import Play
from tests.chaos.stage import Stage, Times, schema_of

SCHEMA = schema_of(HOME)
TIMES = Times(lease_s=15.0, renew_s=5.0, sweep_s=1.0)
WORKERS = 3
KILLS = 10
KILL_EVERY_S = 3.0
GOES_ON_WITHIN_S = 20.0
BROKER_AWAY_S = 60.0
# The sweep looks each second, and works by itself when nobody has answered for two.
STARTS_WITHOUT_BROKER_WITHIN_S = 4.0
RESTART_OVER_S = 20.0
RESTART_ADDS_AT_MOST_S = 2.0
COPIES = 50

IN_HAND = """
SELECT t.id, t.token FROM public.dispatch_ticket t JOIN public.dispatch_worker w ON w.id = t.worker_id
WHERE w.pid = %(pid)s AND t.deadline_at IS NOT NULL
"""
STILL = "SELECT id, token FROM public.dispatch_ticket WHERE id = ANY(%(ids)s) AND token = ANY(%(tokens)s)"
FREED = "SELECT id FROM public.dispatch_ticket WHERE id = ANY(%(ids)s) AND token IS NULL"
WAITS = f"""
SELECT extract(epoch FROM started_at - created_at)::float8 FROM {SCHEMA}.executions_execution
WHERE created_at > now() - %(since_s)s * interval '1 s' AND started_at IS NOT NULL ORDER BY 1
"""  # noqa: S608 - a constant
WATCH = """
CREATE TABLE public.chaos_crash (ticket_id uuid);
CREATE FUNCTION public.chaos_ticket() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO public.chaos_crash VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER chaos AFTER UPDATE ON public.dispatch_ticket FOR EACH ROW
    WHEN (NEW.crash_count > OLD.crash_count OR NEW.is_suspect AND NOT OLD.is_suspect)
    EXECUTE FUNCTION public.chaos_ticket();
"""
CRASHES = "SELECT count(*) FROM public.chaos_crash"


def slow(url: str) -> dict[str, Any]:
    """A call that lasts as long as the whole scene."""
    return chain([call("slow", f"{url}/slow/8000"), formula("end", "1")], hook=hook("slow"))


def quick(url: str) -> dict[str, Any]:
    """A short call between pure nodes."""
    steps = [formula("first", "1"), call("ask", f"{url}/slow/20"), formula("end", "2")]
    return chain(steps, hook=hook("quick"))


def hook(path: str) -> dict[str, Any]:
    return {"path": path, "auth_type": "none"}


@dataclass
class Killings:
    """Workers killed with calls in hand, and how long each call waited for its next owner."""

    recovery: "Recovery"
    count: int = 0
    taken_s: list[float] = field(default_factory=list)
    _lost: dict[tuple[Any, Any], float] = field(default_factory=dict)

    def kill(self) -> None:
        """Kill the first worker that holds a call."""
        for worker in [each for each in self.recovery.show.processes if each.role == "worker"]:
            held = self.recovery.rows(IN_HAND, pid=worker.pid)
            if held:
                worker.signal(signal.SIGKILL)
                self._lost.update(dict.fromkeys(held, time.monotonic()))
                self.count += 1
                return

    def are_over(self) -> bool:
        """Look what has been claimed anew; True when all kills are done and nothing waits any more."""
        ids, tokens = [key[0] for key in self._lost], [key[1] for key in self._lost]
        here = set(self.recovery.rows(STILL, ids=ids, tokens=tokens))
        free = {row[0] for row in self.recovery.rows(FREED, ids=ids)}
        gone_on = [key for key in self._lost if key not in here and key[0] not in free]
        self.taken_s += [time.monotonic() - self._lost.pop(key) for key in gone_on]
        return self.count == KILLS and not self._lost


@dataclass
class Recovery:
    """The scenes, each on the processes that the one before left."""

    stage: Stage
    show: Play
    wrong: list[str] = field(default_factory=list)
    _next: int = 0

    def measure(self, what: str, value: float, bound: float, unit: str = "s") -> None:
        """Print a figure beside its bound, and remember if it is above it."""
        is_fine = value <= bound
        say(f"{'ok ' if is_fine else 'RED'} {what:58} {value:7.2f} {unit}  (at most {bound:g})")
        if not is_fine:
            self.wrong.append(what)

    def ask(self, index: int) -> None:
        """Have one more execution of the kind `index` accepted."""
        number = self._next * len(self.show.kinds) + index
        self._next += 1
        self.show.ask(number)

    def rows(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        return self.stage.ask(statement, **params)

    def rest(self) -> None:
        """Wait until everything accepted has ended."""
        if not self.show.run(
            lambda: not self.show.unanswered and self.show.unended() == 0, for_s=60.0
        ):
            self.wrong.append("not at rest")

    def kills(self) -> None:
        """Kill ten workers, one every three seconds, and time how soon what each held goes on elsewhere."""
        killings = Killings(self)
        for index in range(KILLS * 2):
            self.show.later(index * KILL_EVERY_S / 2, partial(self.ask, 0))
        for index in range(KILLS):
            self.show.later((index + 1) * KILL_EVERY_S, killings.kill)
        self.show.run(killings.are_over, for_s=KILLS * KILL_EVERY_S + 60.0)
        taken_s = killings.taken_s
        self.measure(
            f"a dead worker's calls go on ({killings.count} kills, {len(taken_s)} calls)",
            max(taken_s, default=999.0),
            GOES_ON_WITHIN_S,
        )
        if killings.count < KILLS:
            self.wrong.append(f"only {killings.count} workers had calls in hand to be killed with")
        self.rest()

    def without_broker(self) -> None:
        """Stop Redis for a minute while executions are asked for: they start all the same."""
        self.stage.stop_redis()
        self._load(BROKER_AWAY_S, per_s=2.0)
        waits = [row[0] for row in self.rows(WAITS, since_s=BROKER_AWAY_S)]
        left = self.show.unended()
        self.stage.start_redis()
        self.measure(
            f"longest wait without a broker ({len(waits)} started)",
            max(waits, default=999.0),
            STARTS_WITHOUT_BROKER_WITHIN_S,
        )
        self.measure("executions unended when the broker came back", left, 20, unit=" ")
        self.rest()

    def rolling_restart(self) -> None:
        """Replace every worker in turn under load: nobody crashes, and hardly anybody waits."""
        with self.stage.session() as session:
            session.execute(WATCH)
        self._load(5.0, per_s=10.0)
        before = max(row[0] for row in self.rows(WAITS, since_s=5.0))
        self.show.is_replacing = False
        old = [each for each in self.show.processes if each.role == "worker"]
        for index, worker in enumerate(old):
            self.show.later(
                (index + 0.5) * RESTART_OVER_S / len(old), partial(self._replace, worker)
            )
        self._load(RESTART_OVER_S, per_s=10.0)
        during = max(row[0] for row in self.rows(WAITS, since_s=RESTART_OVER_S))
        self.rest()
        self.show.is_replacing = True
        self.measure("crashes counted by a rolling restart", self.rows(CRASHES)[0][0], 0, unit=" ")
        self.measure(
            "wait that a rolling restart adds", max(0.0, during - before), RESTART_ADDS_AT_MOST_S
        )

    def copies(self) -> None:
        """Deliver one thing fifty times at once: it is one execution."""
        before = self.rows(f"SELECT count(*) FROM {SCHEMA}.executions_execution")[0][0]  # noqa: S608 - a constant
        for _ in range(COPIES):
            self.show.send(
                Errand(
                    HOME,
                    "/webhooks/quick",
                    {"n": -1},
                    headers={"Idempotency-Key": "the same"},
                    is_signed=False,
                )
            )
        self.show.run(lambda: not self.show.errands, for_s=30.0)
        self.rest()
        after = self.rows(f"SELECT count(*) FROM {SCHEMA}.executions_execution")[0][0]  # noqa: S608 - a constant
        self.measure(f"executions of {COPIES} equal deliveries", after - before, 1, unit=" ")

    def _load(self, seconds: float, *, per_s: float) -> None:
        for index in range(int(seconds * per_s)):
            self.show.later(index / per_s, partial(self.ask, 1))
        over_at = time.monotonic() + seconds
        self.show.run(lambda: time.monotonic() > over_at, for_s=seconds + 10.0)

    def _replace(self, worker: Process) -> None:
        self.show.start("worker")
        worker.signal(signal.SIGTERM)


def main() -> int:
    stage = Stage(TIMES)
    with stage:
        kinds = [Kind("slow", slow(stage.url)), Kind("quick", quick(stage.url))]
        show = Play(stage, kinds, stage.install(kinds))
        for role, count in (("worker", WORKERS), ("web", 2), ("dispatcher", 1)):
            for _ in range(count):
                show.start(role)
        recovery = Recovery(stage, show)
        scenes: tuple[Callable[[], None], ...] = (
            recovery.copies,
            recovery.rolling_restart,
            recovery.kills,
            recovery.without_broker,
        )
        for scene in scenes:
            scene()
        show.end()
        recovery.wrong += [f"refused: {error}" for error in show.errors]
    for sentence in recovery.wrong:
        say(f"  WRONG {sentence}")
    if recovery.wrong:
        say(f"recovery: logs in {stage.folder}")
        return 1
    stage.forget()
    say("recovery: everything went on in time")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
