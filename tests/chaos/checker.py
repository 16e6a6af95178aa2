"""What must hold when everything has come to rest: nothing lost, nothing stuck, nothing twice, all as the model says."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.engine import runner
from apps.engine.outcome import Outcome
from apps.engine.value import step_key
from tests.chaos import clockwork, errands, invariants
from tests.chaos.clockwork import Clock, Seen
from tests.chaos.documents import OTHER, Kind, word_of
from tests.chaos.play import Play
from tests.chaos.stage import Stage, schema_of

EXECUTIONS = """
SELECT e.id, e.workflow_id, e.status, e.output, e.error,
       coalesce(e.trigger -> 'body' ->> 'n', e.trigger ->> 'n')::int, e.trigger_node, e.trigger
FROM {s}.executions_execution e WHERE e.workflow_id = ANY(%(workflows)s::uuid[])
"""
STEPS = "SELECT execution_id, scope, node_id, status FROM {s}.executions_step"
TICKETS = "SELECT count(*) FROM public.dispatch_ticket"
# How many executions each one has called, and how many were told of each one that failed.
CHILDREN = """
SELECT e.id, count(c.id) FROM {s}.executions_execution e
LEFT JOIN {s}.executions_execution c ON c.parent_id = e.id
WHERE e.workflow_id = %(workflow)s GROUP BY e.id
"""
TOLD = """
SELECT e.id, count(t.id) FROM {s}.executions_execution e
LEFT JOIN {s}.executions_execution t ON t.trigger_kind = 'error' AND t.trigger -> 'execution' ->> 'id' = e.id::text
WHERE e.workflow_id = %(workflow)s GROUP BY e.id
"""
PAUSES = "SELECT execution_id FROM public.chaos_pause WHERE what = %(what)s"
CHILDREN_OF_EACH = 5
TRIGGERS = frozenset({"start", "hook", clockwork.TRIGGER})


@dataclass
class Verdict:
    """What was found wrong, and the figures beside it."""

    wrong: list[str] = field(default_factory=list)
    executions: int = 0
    steps: int = 0
    calls: int = 0
    repeats: int = 0
    firings: int = 0
    paused: int = 0

    def claim(self, is_so: object, sentence: str) -> None:
        """Note `sentence` unless it is so."""
        if not is_so:
            self.wrong.append(sentence)


@dataclass(frozen=True, slots=True)
class Ran:
    """One execution as the database has it. `number`: by which it was asked for; None: a clock has started it."""

    id: Any
    kind: Kind
    number: int | None
    trigger: str
    payload: Any
    told: tuple[Any, ...]  # its end, as `told_of` says it of the model's


def check(stage: Stage, play: Play, *, asked: int, clocks: Sequence[Clock] = ()) -> Verdict:
    """Look at everything; the processes have ended."""
    verdict = Verdict()
    ran, verdict.steps = _ran(stage, play, [*play.kinds, *(clock.kind for clock in clocks)])
    verdict.executions = len(ran)
    check_accepted(verdict, play.accepted, ran, asked)
    check_ends(verdict, play, ran)
    check_calls(verdict, stage.requests(), play, ran)
    for clock in clocks:
        _check_clock(verdict, stage, play, clock, ran)
    _check_pauses(verdict, stage, play)
    _check_others(verdict, stage, play)
    _check_invariants(verdict, stage)
    verdict.wrong += [f"refused: {error}" for error in play.errors]
    verdict.wrong += [f"found while it ran: {finding}" for finding in play.findings]
    return verdict


def _ran(stage: Stage, play: Play, kinds: Sequence[Kind]) -> tuple[list[Ran], int]:
    """Return the executions of these kinds and how many steps there are in all."""
    by_id = {play.workflow_ids[kind.name]: kind for kind in kinds}
    ran: list[Ran] = []
    count = 0
    for schema in stage.schemas:
        recorded: dict[Any, dict[str, str]] = defaultdict(dict)
        for execution_id, scope, node_id, status in stage.ask(STEPS.format(s=schema)):
            count += 1
            if node_id not in TRIGGERS:
                recorded[execution_id][step_key(scope, node_id)] = status
        rows = stage.ask(EXECUTIONS.format(s=schema), workflows=list(by_id))
        for execution_id, workflow_id, status, output, failure, number, trigger, given in rows:
            kind, error = by_id[str(workflow_id)], failure or {}
            told = (status, output, error.get("code"), error.get("node"), recorded[execution_id])
            payload = given if number is None else kind.payload(number)
            ran.append(Ran(execution_id, kind, number, trigger, payload, told))
    return ran, count


def check_accepted(
    verdict: Verdict, accepted: dict[int, str], ran: Sequence[Ran], asked: int
) -> None:
    """Each number is one execution: the one whose id its door has told."""
    found = [each for each in ran if each.number is not None]
    for number, count in Counter(each.number for each in found).items():
        verdict.claim(count == 1, f"execution {number} exists {count} times")
    ids = {each.number: str(each.id) for each in found}
    for number, execution_id in accepted.items():
        verdict.claim(
            ids.get(number) == execution_id,
            f"accepted {number} as {execution_id}, found {ids.get(number)}",
        )
    verdict.claim(len(accepted) == asked, f"{len(accepted)} of {asked} were accepted")
    verdict.claim(len(found) == asked, f"{len(found)} executions for {asked} requests")


def check_ends(verdict: Verdict, play: Play, ran: Sequence[Ran]) -> None:
    """Every execution ended as the in-memory runner ends it: status, output, error, and each step's status."""
    for each in ran:
        visits = play.visits.get(each.number, ()) if each.number is not None else ()
        taken = sum(errand.was_taken for errand in visits)
        verdict.claim(
            taken <= 1, f"{each.id} ({each.number}): {taken} were told that they are heard"
        )
        models = list(_until(each.told, models_of(each, visits)))
        verdict.claim(
            each.told in models,
            f"{each.id} ({each.number}) is {each.told}, the model says {models[0]}",
        )


def _until(told: tuple[Any, ...], models: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for model in models:
        yield model
        if model == told:
            return


def models_of(ran: Ran, visits: Sequence[errands.Errand]) -> Iterator[tuple[Any, ...]]:
    """Yield each end that the model allows, the likeliest first.

    A retry block shows each of its tries, and a request that is repeated finds the receiver one request further. Of
    two that race the loser may have landed before anybody told it.
    """
    orders = (runner.first_come, last_come) if ran.kind.is_race else (runner.first_come,)
    for heard in errands.heard(ran.kind, ran.number or 0, visits):
        for order in orders:
            for before in (0, 1):
                outcome = ran.kind.expected(
                    ran.trigger, ran.payload, before=before, heard=heard, order=order
                )
                yield told_of(outcome)
                if ran.kind.is_race:
                    yield told_of(outcome, landed=True)


def last_come(keys: Sequence[Any]) -> Any:
    """Choose the step that started last."""
    return keys[-1]


def told_of(outcome: Outcome, *, landed: bool = False) -> tuple[Any, ...]:
    """Say how an execution ended; `landed`: also those of its steps came to an end that were cancelled."""
    steps = {
        node: "completed" if landed and step.status == "cancelled" else str(step.status)
        for node, step in outcome.steps.items()
        if node not in TRIGGERS
    }
    error = outcome.error or {}
    return (str(outcome.status), outcome.output, error.get("code"), error.get("node"), steps)


def check_calls(
    verdict: Verdict, requests: Sequence[dict[str, Any]], play: Play, ran: Sequence[Ran]
) -> None:
    """Each key was sent as often as the model says or more, always with the same bytes and its tenant's word."""
    sent: Counter[str] = Counter()
    bodies: dict[str, set[str]] = defaultdict(set)
    racers: dict[int, set[str]] = defaultdict(set)
    for entry in filter(is_whole, requests):
        key, body = entry["key"], json.loads(entry["body"])
        verdict.claim(key, f"a call without a key: {entry['path']}")
        sent[key] += 1
        bodies[key].add(hashlib.sha256(entry["body"].encode()).hexdigest())
        kind = play.kind(body["n"]) if "n" in body else None
        if kind is not None:
            word = word_of(kind.tenant)
            verdict.claim(body["word"] == word, f"{body} was sent by {kind.name}")
            if kind.is_race:
                racers[body["n"]].add(key)
    for key, hashes in bodies.items():
        verdict.claim(len(hashes) == 1, f"key {key} came with {len(hashes)} bodies")
    verdict.calls = sent.total()
    # Of two that race, the loser may have been cancelled before it was sent.
    for number, found in racers.items():
        verdict.claim(len(found) <= 2, f"{number} raced with {len(found)} calls")
    wanted = keys = sum(len(found) for found in racers.values())
    for each in ran:
        if each.kind.is_race:
            verdict.claim(racers.get(each.number or 0), f"{each.number} raced without a call")
            continue
        calls = each.kind.calls(each.trigger, each.payload)
        wanted += sum(calls.values())
        keys += len(calls)
    verdict.claim(len(sent) == keys, f"{len(sent)} keys came, the model makes {keys}")
    # What comes above the model's figure is a repeat.
    verdict.repeats = sent.total() - wanted
    verdict.claim(verdict.repeats >= 0, f"{-verdict.repeats} calls are missing")


def is_whole(request: dict[str, Any]) -> bool:
    """Whether a request came to its end: its sender may have been killed in the middle of it."""
    return len(request["body"].encode()) == int(request["headers"]["content-length"])


def _check_clock(
    verdict: Verdict, stage: Stage, play: Play, clock: Clock, ran: Sequence[Ran]
) -> None:
    schema = schema_of(clock.kind.tenant)
    workflow_id = play.workflow_ids[clock.kind.name]
    firings = stage.ask(clockwork.FIRINGS.format(s=schema), workflow=workflow_id)
    alarms = stage.ask(clockwork.ALARMS, schema=schema, id=firings[0][0])
    started = {each.id: each.payload["timestamp"] for each in ran if each.kind is clock.kind}
    seen = Seen(alarms, [row[1:] for row in firings if row[1] is not None], started)
    verdict.firings += len(seen.firings)
    verdict.claim(seen.firings, f"invalid: {clock.kind.name} never fired")
    verdict.wrong += [
        f"{clock.kind.name}: {wrong}" for wrong in clockwork.wrongs(seen, clock.every_s)
    ]


def _check_pauses(verdict: Verdict, stage: Stage, play: Play) -> None:
    """Each pause that a door has confirmed was written down, and was taken back again."""
    asked = Counter(str(row[0]) for row in stage.ask(PAUSES, what="asked"))
    resumed = Counter(str(row[0]) for row in stage.ask(PAUSES, what="resumed"))
    verdict.paused = len({row[0] for row in stage.ask(PAUSES, what="paused")})
    for errand in play.pauses:
        execution_id = errand.path.split("/")[-2]
        verdict.claim(
            asked[execution_id] or not errand.was_taken, f"the pause of {execution_id} was lost"
        )
    for execution_id, count in resumed.items():
        verdict.claim(
            count <= asked[execution_id], f"{execution_id} went on {count} times without a pause"
        )


def _check_others(verdict: Verdict, stage: Stage, play: Play) -> None:
    """Each has started exactly those that it calls, and of each that failed one was told."""
    for kind in play.kinds:
        statement, wanted = {
            "callers": (CHILDREN, CHILDREN_OF_EACH),
            "failing": (TOLD, 1),
        }.get(kind.name.rpartition(":")[2], ("", 0))
        if statement:
            params = {"workflow": play.workflow_ids[kind.name]}
            rows = stage.ask(statement.format(s=schema_of(kind.tenant)), **params)
            for execution_id, count in rows:
                verdict.claim(count == wanted, f"{execution_id} started {count} others")


def _check_invariants(verdict: Verdict, stage: Stage) -> None:
    from apps.core import db
    from apps.executions.services import doctor

    def fetch(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        return stage.ask(statement, **params)

    left = stage.ask(TICKETS)
    verdict.claim(left == [(0,)], f"{left[0][0]} tickets are left")
    verdict.wrong += invariants.broken(fetch)
    words = {tenant: word_of(tenant) for tenant in stage.api_keys}
    for tenant, own in words.items():
        # With one tenant alone, the other's word must stand nowhere.
        others = ({*words.values()} | {word_of(OTHER)}) - {own}
        verdict.wrong += invariants.strays(fetch, schema_of(tenant), own=own, others=sorted(others))
    try:
        verdict.wrong += [f"doctor: {finding}" for finding in doctor.examine(patience_s=0.0)]
    finally:
        db.give_back()
