"""Every named place to fail, one after the other: python -m tests.chaos.failpoints [--all] [--only NAME]

A process is killed exactly there while it is the only one that could do the work; then others take over, and at the
end everything is compared with the model. `--all`: also frozen for longer than the lease, also with an exception,
also at the second arrival.
"""

import argparse
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.chaos.__main__ import say, stuck_rows
from tests.chaos.checker import check
from tests.chaos.documents import HOME, Kind, kinds, node, wired
from tests.chaos.errands import Errand
from tests.chaos.fleet import Process
from tests.chaos.play import Play
from tests.chaos.stage import Stage, Times, schema_of

TIMES = Times(lease_s=1.0, renew_s=0.3, sweep_s=0.1)
REACHED_WITHIN_S = 15.0
REST_WITHIN_S = 30.0
# Which process comes by; all others are a worker's.
BY_WEB = ("accept.", "start.", "ring.", "cancel.", "hear.before", "hear.after_commit")
# What must happen beside, so that anybody comes by at all.
BESIDE = {"stumble.before": "turn.after_load:raise:*"}
RESTS = "resting"
RESTING = f"SELECT id FROM {schema_of(HOME)}.executions_execution WHERE workflow_id = %(workflow)s AND ended_at IS NULL"  # noqa: S608 - a constant
# No places of an execution. Who kills there: tests/keys/test_rotation.py, test_renewal.py, test_retention_kills.py and test_wishes.py.
ELSEWHERE = ("reseal.", "consent.", "token.", "retain.", "stream.", "leave.", "sign_up.", "wish.")
# Nobody comes by twice.
ONCE = frozenset({"hand_back.before"})


@dataclass(frozen=True)
class Case:
    """One failpoint, what happens there, and at which arrival."""

    name: str
    action: str
    nth: int

    @property
    def armed(self) -> str:
        """What the one process is told."""
        own = f"{self.name}:{self.action}:{self.nth}"
        return ",".join(filter(None, (BESIDE.get(self.name, ""), own)))

    @property
    def role(self) -> str:
        return "web" if self.name.startswith(BY_WEB) else "worker"

    def __str__(self) -> str:
        return f"{self.name} {self.action} {self.nth}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    chosen = parser.parse_args(arguments)
    stage = Stage(TIMES)
    with stage:
        wrong = play(stage, cases(is_all=chosen.all, only=chosen.only))
    for sentence in wrong:
        say(f"  WRONG {sentence}")
    if wrong:
        say(f"failpoints: {len(wrong)} things are wrong; logs in {stage.folder}")
        return 1
    stage.forget()
    say("failpoints: whoever fails there, everything ends once, as the model says")
    return 0


def cases(*, is_all: bool, only: str) -> list[Case]:
    """Return the cases to play; a kill at each name, or every action at the first two arrivals."""
    from apps.core.failpoints import NAMES

    actions = ("kill", "stop", "raise") if is_all else ("kill",)
    arrivals = (1, 2) if is_all else (1,)
    ours = (name for name in sorted(NAMES) if not name.startswith(ELSEWHERE))
    names = [name for name in ours if only in name]
    every = [Case(*each) for each in product(names, actions, arrivals)]
    return [case for case in every if case.nth == 1 or case.name not in ONCE]


def play(stage: Stage, todo: Sequence[Case]) -> list[str]:
    """Play the cases and return what was wrong."""
    began = time.monotonic()
    all_kinds = kinds(stage.url)
    rest = wired(
        [node("rest", "control:delay", {"duration": "1h"})],
        hook={"auth_type": "none", "path": RESTS},
    )
    ids = stage.install([*all_kinds, Kind(RESTS, rest)])
    show = Play(stage, all_kinds, ids)
    wrong: list[str] = []
    for index, case in enumerate(todo):
        started = time.monotonic()
        found = Scene(stage, show, case).play(index * len(all_kinds))
        wrong += [f"{case}: {sentence}" for sentence in found]
        say(f"{case!s:32} {'RED' if found else 'ok':4} {time.monotonic() - started:5.1f} s")
    asked = len(todo) * len(all_kinds)
    verdict = check(stage, show, asked=asked)
    say(
        f"{len(todo)} cases, {verdict.executions} executions, {verdict.calls} calls, "
        f"{verdict.repeats} repeated, {time.monotonic() - began:.0f} s"
    )
    return wrong + verdict.wrong


@dataclass
class Scene:
    """One case, played to its end."""

    stage: Stage
    show: Play
    case: Case

    def play(self, first: int) -> list[str]:
        """Return what was wrong."""
        show, case = self.show, self.case
        show.is_replacing = False
        armed = self._begin(first)
        wrong = [] if self._is_reached(armed) else ["nobody came by"]
        for role in ("worker", "web", "dispatcher"):
            show.start(role)
        show.is_replacing = True
        if case.action == "stop":
            show.later(TIMES.lease_s * 1.5, lambda: armed.signal(signal.SIGCONT))
        if not show.run(self._is_at_rest, for_s=REST_WITHIN_S):
            wrong += ["not at rest", *stuck_rows(self.stage)]
        self._end()
        return wrong

    def _begin(self, first: int) -> Process:
        """Have work asked for while the armed process is the only one that could do it."""
        name = self.case.name
        if name.startswith("reap."):
            self._leave_a_dead_worker(first)
        armed = self.show.start(self.case.role, self.case.armed)
        if self.case.role == "worker":
            self.show.start("web")
        for number in range(first, first + len(self.show.kinds)):
            self.show.ask(number)
        if name.startswith("cancel."):
            self._ask_to_cancel()
        if name.startswith("hand_back."):
            self.show.later(0.5, lambda: armed.signal(signal.SIGTERM))
        return armed

    def _leave_a_dead_worker(self, first: int) -> None:
        """Somebody whose tickets can be taken over."""
        web = self.show.start("web")
        dying = self.show.start("worker", "step.after_running:kill")
        self.show.ask(first)
        self.show.ask(first + 1)
        self.show.run(lambda: dying not in self.show.processes, for_s=REACHED_WITHIN_S)
        web.signal(signal.SIGKILL)
        self.show.run(lambda: web not in self.show.processes, for_s=REACHED_WITHIN_S)

    def _ask_to_cancel(self) -> None:
        """Start one that rests for an hour, and have it cancelled by the door that is to fail."""
        path = f"/api/v1/executions/{self._resting()}/cancel"
        for _ in range(self.case.nth):
            self.show.send(Errand(HOME, path))

    def _resting(self) -> str:
        web = self.show.start("web")
        self.show.send(Errand(HOME, f"/webhooks/{RESTS}", is_signed=False))
        self.show.run(lambda: not self.show.errands, for_s=REACHED_WITHIN_S)
        web.signal(signal.SIGKILL)
        ((execution_id,),) = self.stage.ask(RESTING, workflow=self.show.workflow_ids[RESTS])
        return str(execution_id)

    def _is_reached(self, armed: Process) -> bool:
        if self.case.action == "kill":
            return self.show.run(lambda: armed not in self.show.processes, for_s=REACHED_WITHIN_S)
        if self.case.action == "stop":
            return self.show.run(lambda: is_stopped(armed.pid), for_s=REACHED_WITHIN_S)
        return True

    def _is_at_rest(self) -> bool:
        return not self.show.unanswered and self.show.unended() == 0

    def _end(self) -> None:
        self.show.is_replacing = False
        for process in self.show.processes:
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGKILL if process.role == "web" else signal.SIGTERM)
        self.show.run(lambda: not self.show.processes, for_s=REST_WITHIN_S)


def is_stopped(pid: int) -> bool:
    """Whether a process is frozen."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return stat.rpartition(")")[2].split()[0] == "T"


if __name__ == "__main__":
    raise SystemExit(main())
