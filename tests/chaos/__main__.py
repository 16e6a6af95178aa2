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
from functools import partial
from typing import Any

from tests.chaos.checker import Verdict, check
from tests.chaos.documents import kinds
from tests.chaos.nemesis import PAUSES, Nemesis, plan
from tests.chaos.play import CREW, Play
from tests.chaos.random_documents import random_kinds
from tests.chaos.stage import SCHEMA, Stage, Times

FAULTS = 315  # a few of them find nobody to hit; 300 at least shall
FAULT_EVERY_S = 1.5
EXECUTIONS_PER_FAULT = 10
FEWEST_EXECUTIONS = 240
# Lease, renewal, sweep and the longest call and delay, several times over: everything alive has long gone on by then.
REST_WITHIN_S = 60.0
FEWEST_DONE = 0.95
SHOWN = 20
STUCK = f"""
SELECT e.id, e.status, e.reason, e.seq, t.kind, t.step_key, t.due_at, t.token, t.crash_count, t.is_poked, w.alive_until
FROM {SCHEMA}.executions_execution e
LEFT JOIN public.dispatch_ticket t ON t.execution_id = e.id LEFT JOIN public.dispatch_worker w ON w.id = t.worker_id
WHERE e.ended_at IS NULL ORDER BY e.id, t.kind
"""  # noqa: S608 - a constant


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
    began = time.monotonic()
    all_kinds = [*kinds(stage.url), *random_kinds(stage.url, seed)]
    ids = stage.install({kind.name: kind.definition for kind in all_kinds})
    show = Play(stage, all_kinds, ids)
    duration_s = faults * FAULT_EVERY_S
    asked = max(FEWEST_EXECUTIONS, faults * EXECUTIONS_PER_FAULT)
    log = stage.folder / "faults.jsonl"
    nemesis = Nemesis(stage, Times().lease_s, show.processes, show.later, log)
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
    faults_s = time.monotonic() - began
    is_at_rest = is_accepted and show.run(lambda: show.unended() == 0, for_s=REST_WITHIN_S)
    rest_s = time.monotonic() - began - faults_s
    stuck = [] if is_at_rest else stuck_rows(stage)
    show.end()
    verdict = check(stage, show, asked=asked)
    verdict.wrong = stuck + verdict.wrong
    judge(verdict, nemesis, planned=faults)
    say_all(
        ("seed", seed),
        *figures(verdict, nemesis, planned=faults),
        ("answers of the doors", " ".join(f"{a}:{n}" for a, n in sorted(show.statuses.items()))),
        ("stuck", len(stuck)),
        ("wrong", len(verdict.wrong)),
        ("seconds of faults, then to rest", f"{faults_s:.0f}, {rest_s:.1f}"),
    )
    for sentence in verdict.wrong[:SHOWN]:
        say(f"  WRONG {sentence}")
    return verdict.wrong


def judge(verdict: Verdict, nemesis: Nemesis, *, planned: int) -> None:
    """Note what makes the run worth nothing, and more repeats than were in the hands of those hit."""
    done = nemesis.done.total()
    verdict.claim(done >= FEWEST_DONE * planned, f"invalid: only {done} of {planned} faults")
    verdict.claim(verdict.repeats > 0, "invalid: no call was ever repeated, so nothing was hit")
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
        ("steps", verdict.steps),
        ("calls made / repeated", f"{verdict.calls} / {verdict.repeats}"),
        ("calls in flight when hit", nemesis.held),
    ]


def say_all(*rows: tuple[str, Any]) -> None:
    """Print a table of two columns."""
    say("\n".join(f"{name:34} {value}" for name, value in rows))


def stuck_rows(stage: Stage) -> list[str]:
    """What has not ended, with its tickets."""
    return [f"stuck: {row}" for row in stage.ask(STUCK)]


if __name__ == "__main__":
    sys.exit(main())
