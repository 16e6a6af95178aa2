"""`make fuzz-api`: malformed requests to a whole product of its own; each gets an honest answer, none a fault.

python -m tests.fuzz.api [--count 20000] [--seed 7]; the request of a fault is kept, and sent again by --again FILE.
`--plants` breaks one rule of a copy after the other: each must be found, or this finds nothing.
"""

import argparse
import json
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tests.bench.product import Product
from tests.contracts.openapi import SNAPSHOT
from tests.fuzz.api import described
from tests.fuzz.api.corpus import Corpus
from tests.fuzz.api.garden import Garden
from tests.fuzz.api.judging import MOST_S, Judge
from tests.fuzz.api.planting import PLANTS, Plant, running
from tests.fuzz.api.wire import Answer, Trial, send
from tests.pace import least_s, reference_loop

WHOLE = 20_000
# Of all requests; the others are written by hand.
DESCRIBED = 0.4
BATCH = 400
SENDERS = 4
TRIES = 4
KEPT = Path(__file__).parents[3] / ".gorax" / "fuzz-api"
# A reference loop takes about so long on the machine for which the bound is meant.
LOOP_S = 0.001


@dataclass(slots=True)
class Found:
    """What came of all requests."""

    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Trial, Answer, list[str]]] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: str = ""
    count: int = 0


def is_in_time(port: int, trial: Trial) -> bool:
    """Say whether a request is answered in time beside a reference loop: a neighbour can slow it down, never speed it up."""
    for _ in range(TRIES):
        loop_s = least_s(reference_loop, 5, time.perf_counter)
        if send(port, trial).took_s <= MOST_S * max(1.0, loop_s / LOOP_S):
            return True
    return False


def batches(trials: Iterable[Trial]) -> Iterator[list[Trial]]:
    """Yield them by the hundred, so that what they are about can be planted anew between."""
    left = iter(trials)
    while batch := list(islice(left, BATCH)):
        yield batch


def attack(product: Product, document: dict[str, Any], seed: str, count: int) -> Found:
    """Send them all, from several connections at a time."""
    garden = Garden(product)
    judge, found = Judge(document), Found()
    by_document = int(count * DESCRIBED)
    trials = chain(
        Corpus(document, garden, seed).trials(count - by_document),
        described.trials(document, garden, seed, by_document),
    )
    with ThreadPoolExecutor(SENDERS) as pool:
        for batch in batches(trials):
            answers = pool.map(lambda trial: send(garden.port, trial), batch)
            for trial, answer in zip(batch, answers, strict=True):
                _note(found, judge, garden.port, trial, answer)
            garden.sign_in()
            garden.plant()
    found.faults += _left_behind(product)
    return found


def _note(found: Found, judge: Judge, port: int, trial: Trial, answer: Answer) -> None:
    found.count += 1
    found.statuses[f"{trial.family} {answer.status}"] += 1
    wrong = judge.faults(trial, answer)
    if answer.took_s > MOST_S and not is_in_time(port, trial):
        wrong.append(f"took {answer.took_s:.1f} s")
    if wrong:
        found.faults.append((trial, answer, wrong))
    if answer.took_s > found.slowest_s:
        found.slowest_s, found.slowest = answer.took_s, f"{trial.family} {trial.seed}"


def _left_behind(product: Product) -> list[tuple[Trial, Answer, list[str]]]:
    """Return what the product says of itself afterwards: it serves, and its log tells of no fault."""
    wrong = [] if product.copy.is_ready() else ["is not ready any more"]
    tracebacks = product.copy.said().count("Traceback (most recent call last)")
    if tracebacks:
        at = product.copy.said().index("Traceback (most recent call last)")
        wrong.append(f"{tracebacks} tracebacks in the log:\n{product.copy.said()[at : at + 3000]}")
    return [(Trial("afterwards", "afterwards", b""), Answer(), wrong)] if wrong else []


def told(found: Found, took_s: float) -> int:
    """Print what came of it, keep the requests of faults, and return what the shell should see."""
    for name, times in sorted(found.statuses.items()):
        print(f"  {times:>6}  {name}")
    print(
        f"{found.count} requests, {took_s:.0f} s; slowest {found.slowest_s:.2f} s: {found.slowest}"
    )
    for number, (trial, answer, wrong) in enumerate(found.faults[:40]):
        KEPT.mkdir(parents=True, exist_ok=True)
        file = KEPT / f"{number}.bin"
        file.write_bytes(trial.raw)
        print(
            f"WRONG {trial.family} {trial.seed}: {'; '.join(wrong)}\n      {file}: {trial.raw[:160]!r}"
        )
        print(f"      {answer.status} {answer.body[:300]!r}")
    print(f"{len(found.faults)} wrong")
    return 1 if found.faults else 0


@contextmanager
def quietly() -> Iterator[None]:
    """Let libraries that read Django's settings find some."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gorax.settings.test")
    yield


def prove(document: dict[str, Any], seed: str, count: int, plants: Iterable[Plant]) -> int:
    """Break each rule in a copy; return 1 if one was not found."""
    unseen = 0
    for plant in plants:
        with running(plant) as product:
            found = attack(product, document, seed, count)
        kinds = Counter(wrong for *_, each in found.faults for wrong in each)
        is_seen = any(plant.is_seen_as in wrong for wrong in kinds)
        unseen += not is_seen
        print(
            f"{'seen  ' if is_seen else 'UNSEEN'} {plant.name}: {dict(kinds.most_common(3))}",
            flush=True,
        )
    print(f"{unseen} of the planted faults unseen")
    return 1 if unseen else 0


def main() -> int:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(prog="make fuzz-api")
    parser.add_argument("--count", type=int, default=WHOLE)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument(
        "--again", type=Path, help="send a kept request to a product and show its answer"
    )
    parser.add_argument("--port", type=int, help="of a running product, for --again")
    parser.add_argument("--plants", nargs="*", help="prove that planted faults are found")
    args = parser.parse_args()
    if args.again:
        print(send(args.port, Trial("again", "again", args.again.read_bytes())))
        return 0
    document = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    print(f"{args.count} requests, seed {args.seed}", flush=True)
    if args.plants is not None:
        chosen = [plant for plant in PLANTS if not args.plants or plant.name in args.plants]
        return prove(document, args.seed, args.count, chosen)
    with running() as product:
        began_s = time.monotonic()
        found = attack(product, document, args.seed, args.count)
        return told(found, time.monotonic() - began_s)


if __name__ == "__main__":
    sys.exit(main())
