"""Chaos: python -m tests.chaos [--faults N] [--seed N] — exits 1 if anything is lost, stuck, doubled or different.

A run in which fewer than 95 % of the planned faults happened, or in which no call was ever repeated, proves nothing
and fails too.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.chaos.checker import Verdict, check
from tests.chaos.clockwork import Clock, clocks
from tests.chaos.errands import Errand
from tests.chaos.meetings import cast
from tests.chaos.nemesis import PAUSES, Nemesis, plan
from tests.chaos.play import CREW, Play
from tests.chaos.stage import Stage, Times

FAULTS = 315  # a few of them find nobody to hit; 300 at least shall
FAULT_EVERY_S = 1.2
EXECUTIONS_PER_FAULT = 6
FEWEST_EXECUTIONS = 240
# Lease, renewal, sweep and the longest call and delay, several times over: everything alive has long gone on by then.
REST_WITHIN_S = 60.0
FEWEST_DONE = 0.95
SHOWN = 20
STUCK = """
SELECT e.id, e.status, e.reason, e.seq, t.kind, t.step_key, t.due_at, t.token, t.crash_count, t.is_poked, w.alive_until
FROM {s}.executions_execution e
LEFT JOIN public.dispatch_ticket t ON t.execution_id = e.id LEFT JOIN public.dispatch_worker w ON w.id = t.worker_id
WHERE e.ended_at IS NULL ORDER BY e.id, t.kind
"""


def say(text: str) -> None:
    """Print a line at once: a pipe may be watching."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--faults", type=int, default=int(os.environ.get("CHAOS_FAULTS", FAULTS)))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CHAOS_SEED", "0")))
    chosen = parser.parse_args(arguments)
    seed = chosen.seed or random.SystemRandom().randrange(1, 1_000_000)
    stage = Stage(Times())
    with stage:
        wrong = play(stage, faults=chosen.faults, seed=seed)
    if wrong:
        say(
            f"chaos: {len(wrong)} things are wrong; logs in {stage.folder}; CHAOS_SEED={seed} repeats the plan"
        )
        return 1
    stage.forget()
    say("chaos: everything ended once, as the model says")
    return 0


def play(stage: Stage, *, faults: int, seed: int) -> list[str]:
    """Run once and print the table; return what was wrong."""
    watch = Watch()
    all_kinds, all_clocks = cast(stage.url, seed), clocks(stage.url)
    ids = stage.install([*all_kinds, *(clock.kind for clock in all_clocks)])
    show = Play(stage, all_kinds, ids, pauses_by=seed)
    watch.note("to begin")
    duration_s = faults * FAULT_EVERY_S
    asked = max(FEWEST_EXECUTIONS, faults * EXECUTIONS_PER_FAULT)
    log = stage.folder / "faults.jsonl"
    nemesis = Nemesis(stage, Times().lease_s, show.processes, show.later, log)
    show.over_at = time.monotonic() + duration_s
    for role, count in CREW:
        for _ in range(count):
            show.start(role)
    for fault in plan(seed, faults, duration_s):
        show.later(fault.at_s, partial(nemesis.strike, fault))
    for number in range(asked):
        show.later(number * duration_s / asked, partial(show.ask, number))
    is_accepted = show.run(
        lambda: len(show.accepted) == asked and not show.unanswered,
        for_s=duration_s + REST_WITHIN_S,
    )
    silence(show, all_clocks)
    watch.note("of faults")
    is_at_rest = is_accepted and show.run(
        lambda: not show.unanswered and show.unended() == 0, for_s=REST_WITHIN_S
    )
    stuck = [] if is_at_rest else stuck_rows(stage)
    watch.note("to rest")
    show.end()
    watch.note("to end")
    verdict = check(stage, show, asked=asked, clocks=all_clocks)
    verdict.wrong = stuck + verdict.wrong
    judge(verdict, show, nemesis, planned=faults)
    watch.note("to judge")
    say_all(
        ("seed", seed),
        *figures(verdict, nemesis, planned=faults),
        ("answers of the doors", " ".join(f"{a}:{n}" for a, n in sorted(show.statuses.items()))),
        ("looks of the doctor meanwhile", show.looks),
        ("stuck", len(stuck)),
        ("wrong", len(verdict.wrong)),
        ("seconds", watch),
    )
    (stage.folder / "wrong.txt").write_text("\n".join(verdict.wrong), encoding="utf-8")
    for sentence in verdict.wrong[:SHOWN]:
        say(f"  WRONG {sentence}")
    return verdict.wrong


def silence(show: Play, all_clocks: Sequence[Clock]) -> None:
    """Let no clock start anything more, or nothing would ever be at rest."""
    for clock in all_clocks:
        path = f"/api/v1/workflows/{show.workflow_ids[clock.kind.name]}/deactivate"
        show.send(Errand(clock.kind.tenant, path, ends=frozenset()))


@dataclass
class Watch:
    """How long each part has taken."""

    parts: list[str] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def note(self, part: str) -> None:
        """Note that a part is over."""
        now = time.monotonic()
        self.parts.append(f"{now - self._since:.1f} {part}")
        self._since = now

    def __str__(self) -> str:
        return ", ".join(self.parts)


def judge(verdict: Verdict, show: Play, nemesis: Nemesis, *, planned: int) -> None:
    """Note what makes the run worth nothing, and more repeats than were in the hands of those hit."""
    done = nemesis.done.total()
    verdict.claim(done >= FEWEST_DONE * planned, f"invalid: only {done} of {planned} faults")
    verdict.claim(verdict.repeats > 0, "invalid: no call was ever repeated, so nothing was hit")
    verdict.claim(verdict.paused > 0, "invalid: nothing was paused")
    verdict.claim(show.looks > 0, "invalid: the doctor never looked")
    # Between the look into a victim's hands and the blow it may take up one call more.
    verdict.claim(
        verdict.repeats <= nemesis.held + done,
        f"{verdict.repeats} calls repeated, {nemesis.held} were in the hands of those hit",
    )


def figures(verdict: Verdict, nemesis: Nemesis, *, planned: int) -> list[tuple[str, Any]]:
    """The table's lines about what was done and what it met."""
    done, missed = nemesis.done.total(), nemesis.missed.total()
    return [
        ("faults planned / done / missed", f"{planned} / {done} / {missed}"),
        ("  pauses longer than the lease", sum(nemesis.done[kind] for kind in PAUSES)),
        *((f"  {kind}", count) for kind, count in sorted(nemesis.done.items())),
        ("executions", verdict.executions),
        ("  by a clock / paused", f"{verdict.firings} / {verdict.paused}"),
        ("steps", verdict.steps),
        ("calls made / repeated", f"{verdict.calls} / {verdict.repeats}"),
        ("calls in flight when hit", nemesis.held),
    ]


def say_all(*rows: tuple[str, Any]) -> None:
    """Print a table of two columns."""
    say("\n".join(f"{name:34} {value}" for name, value in rows))


def stuck_rows(stage: Stage) -> list[str]:
    """What has not ended, with its tickets."""
    return [
        f"stuck: {row}" for schema in stage.schemas for row in stage.ask(STUCK.format(s=schema))
    ]


if __name__ == "__main__":
    sys.exit(main())
