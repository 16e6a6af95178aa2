"""What is done to the processes and their servers, and when: planned from a seed, written down as it happens."""

import contextlib
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.fleet import Process
from tests.chaos.stage import Stage

# Shares of all faults. Pauses are more than a third: only they find out whether a lost lease is noticed.
SHARES = {
    "kill_worker": 0.25,
    "stop_worker": 0.34,
    "stop_web": 0.02,
    "stop_dispatcher": 0.02,
    "kill_web": 0.08,
    "kill_dispatcher": 0.06,
    "empty_redis": 0.06,
    "restart_redis": 0.04,
    "cut_some": 0.08,
    "cut_all": 0.03,
    "crash_database": 0.02,
}
PAUSES = frozenset(kind for kind in SHARES if kind.startswith("stop_"))
# A pause in leases; Redis is away for as many seconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.1, 1.8
# Whom the others have left may be the last one, who has to go on; until then another is back.
TRIED_AGAIN_AFTER_S, MOST_TRIES = 0.3, 20

HELD = """
SELECT count(*) FROM public.dispatch_ticket t JOIN public.dispatch_worker w ON w.id = t.worker_id
WHERE t.deadline_at IS NOT NULL AND (w.pid = %(pid)s OR %(pid)s IS NULL)
"""
VICTIM = """
SELECT pid FROM pg_stat_activity
WHERE backend_type = 'client backend' AND application_name <> 'observer' AND pid <> pg_backend_pid() LIMIT 1
"""
CUT = """
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND application_name <> 'observer' AND pid <> pg_backend_pid()
    ORDER BY md5(pid::text || %(salt)s) LIMIT %(most)s
) victims
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to break: `at_s` after the start, `aim` in [0, 1) chooses its victim, `length` how long."""

    at_s: float
    kind: str
    aim: float
    length: float


def plan(seed: int, count: int, duration_s: float) -> list[Fault]:
    """Return `count` faults spread over `duration_s`, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * count))]
    kinds = (kinds + ["kill_worker"] * count)[:count]
    chance.shuffle(kinds)
    every_s = duration_s / count
    return [
        Fault(
            at_s=(index + chance.random()) * every_s,
            kind=kind,
            aim=chance.random(),
            length=chance.uniform(SHORTEST_PAUSE, LONGEST_PAUSE),
        )
        for index, kind in enumerate(kinds)
    ]


@dataclass
class Nemesis:
    """Breaks one thing at a time. `later` calls a function after so many seconds."""

    stage: Stage
    lease_s: float
    processes: list[Process]
    later: Callable[[float, Callable[[], None]], None]
    log: Path
    done: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    held: int = 0  # calls in flight in the hands of those that were hit
    _is_redis_away: bool = False

    def strike(self, fault: Fault, tries: int = 1) -> None:
        """Carry a fault out; one that finds no victim looks for one a while, and is then counted as missed."""
        verb, _, what = fault.kind.partition("_")
        facts: dict[str, Any] | None
        match verb:
            case "kill" | "stop":
                facts = self._hit(verb, what, fault)
            case "cut":
                facts = self._cut(1 + int(fault.aim * 5) if what == "some" else 1_000, fault)
            case "empty":
                facts = self._empty_redis()
            case "crash":
                facts = self._crash_database()
            case _:
                facts = self._restart_redis(fault)
        if facts is None and tries < MOST_TRIES:
            self.later(TRIED_AGAIN_AFTER_S, lambda: self.strike(fault, tries + 1))
            return
        (self.missed if facts is None else self.done)[fault.kind] += 1
        with self.log.open("a", encoding="utf-8") as log:
            line = {"at": time.time(), "kind": fault.kind, "facts": facts}
            log.write(json.dumps(line) + "\n")

    def _hit(self, verb: str, role: str, fault: Fault) -> dict[str, Any] | None:
        alive = [each for each in self.processes if each.role == role and not each.is_stopped]
        # Somebody must be left to take over from a frozen one.
        if len(alive) <= (1 if verb == "stop" and role == "worker" else 0):
            return None
        victim = alive[int(fault.aim * len(alive))]
        held = self._held(victim.pid)
        if verb == "kill":
            victim.signal(signal.SIGKILL)
            return {"pid": victim.pid, "held": held}
        pause_s = fault.length * self.lease_s
        victim.is_stopped = True
        victim.signal(signal.SIGSTOP)
        self.later(pause_s, lambda: self._wake(victim))
        return {"pid": victim.pid, "held": held, "pause_s": pause_s}

    @staticmethod
    def _wake(victim: Process) -> None:
        victim.is_stopped = False
        victim.signal(signal.SIGCONT)

    def _held(self, pid: int | None) -> int:
        held = int(self.stage.ask(HELD, pid=pid)[0][0])
        self.held += held
        return held

    def _cut(self, most: int, fault: Fault) -> dict[str, Any]:
        return {"cut": self.stage.ask(CUT, most=most, salt=str(fault.aim))[0][0]}

    def _crash_database(self) -> dict[str, Any] | None:
        """Kill one session's process: PostgreSQL ends all others too and recovers from its log."""
        victims = self.stage.ask(VICTIM)
        if not victims:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(victims[0][0], signal.SIGKILL)
        return {"pid": victims[0][0]}

    def _empty_redis(self) -> dict[str, Any] | None:
        if self._is_redis_away or not self.stage.empty_redis():
            return None
        return {}

    def _restart_redis(self, fault: Fault) -> dict[str, Any] | None:
        if self._is_redis_away:
            return None
        self._is_redis_away = True
        self.stage.stop_redis()
        self.later(fault.length, self._start_redis)
        return {"away_s": fault.length}

    def _start_redis(self) -> None:
        self.stage.start_redis()
        self._is_redis_away = False
