"""What must hold when everything has come to rest: nothing lost, nothing stuck, nothing twice, all as the model says."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.engine.outcome import Outcome
from apps.engine.value import step_key
from tests.chaos.documents import Kind
from tests.chaos.play import Play
from tests.chaos.stage import SCHEMA, Stage

EXECUTIONS = f"""
SELECT e.id, e.workflow_id, e.status, e.output, e.error,
       coalesce(e.trigger -> 'body' ->> 'n', e.trigger ->> 'n')::int, e.trigger_node
FROM {SCHEMA}.executions_execution e WHERE e.workflow_id = ANY(%(workflows)s::uuid[])
"""  # noqa: S608 - a constant
STEPS = f"SELECT execution_id, scope, node_id, status FROM {SCHEMA}.executions_step"  # noqa: S608 - a constant
TWICE = """
SELECT execution_id, node_id, count(*) FROM public.chaos_success
GROUP BY execution_id, node_id, scope HAVING count(*) > 1
"""
VIOLATIONS = "SELECT what, execution_id, detail FROM public.chaos_violation"
TICKETS = "SELECT count(*) FROM public.dispatch_ticket"
# How many executions each one has called, and how many were told of each one that failed.
CHILDREN = f"""
SELECT e.id, count(c.id) FROM {SCHEMA}.executions_execution e
LEFT JOIN {SCHEMA}.executions_execution c ON c.parent_id = e.id
WHERE e.workflow_id = %(workflow)s GROUP BY e.id
"""  # noqa: S608 - a constant
TOLD = f"""
SELECT e.id, count(t.id) FROM {SCHEMA}.executions_execution e
LEFT JOIN {SCHEMA}.executions_execution t ON t.trigger_kind = 'error' AND t.trigger -> 'execution' ->> 'id' = e.id::text
WHERE e.workflow_id = %(workflow)s GROUP BY e.id
"""  # noqa: S608 - a constant
CHILDREN_OF_EACH = 5
TRIGGERS = frozenset({"start", "hook"})


@dataclass
class Verdict:
    """What was found wrong, and the figures beside it."""

    wrong: list[str] = field(default_factory=list)
    executions: int = 0
    steps: int = 0
    calls: int = 0
    repeats: int = 0

    def claim(self, is_so: object, sentence: str) -> None:
        """Note `sentence` unless it is so."""
        if not is_so:
            self.wrong.append(sentence)


def check(stage: Stage, play: Play, *, asked: int) -> Verdict:
    """Look at everything; the processes have ended."""
    verdict = Verdict()
    with stage.session() as session:
        workflows = [play.workflow_ids[kind.name] for kind in play.kinds]
        found = session.execute(EXECUTIONS, {"workflows": workflows}).fetchall()
        steps = session.execute(STEPS).fetchall()
        for execution_id, node_id, count in session.execute(TWICE).fetchall():
            verdict.wrong.append(f"success of {execution_id}/{node_id} recorded {count} times")
        for violation in session.execute(VIOLATIONS).fetchall():
            verdict.wrong.append(f"violation: {violation}")
        left = session.execute(TICKETS).fetchone()
        for statement, kind, wanted in (
            (CHILDREN, "callers", CHILDREN_OF_EACH),
            (TOLD, "failing", 1),
        ):
            rows = session.execute(statement, {"workflow": play.workflow_ids[kind]}).fetchall()
            for execution_id, count in rows:
                verdict.claim(count == wanted, f"{execution_id} started {count} others")
    verdict.claim(left == (0,), f"{left} tickets are left")
    verdict.executions, verdict.steps = len(found), len(steps)
    _check_accepted(verdict, play, found, asked)
    _check_ends(verdict, play.kinds, play.workflow_ids, found, steps)
    _check_calls(verdict, stage.requests(), play.kinds, found)
    _check_invariants(verdict)
    verdict.wrong += [f"refused: {error}" for error in play.errors]
    return verdict


def _check_accepted(
    verdict: Verdict, play: Play, found: Sequence[tuple[Any, ...]], asked: int
) -> None:
    by_number = Counter(row[5] for row in found)
    for number, count in by_number.items():
        verdict.claim(count == 1, f"execution {number} exists {count} times")
    ids = {row[5]: str(row[0]) for row in found}
    for number, execution_id in play.accepted.items():
        verdict.claim(
            ids.get(number) == execution_id,
            f"accepted {number} as {execution_id}, found {ids.get(number)}",
        )
    verdict.claim(len(play.accepted) == asked, f"{len(play.accepted)} of {asked} were accepted")
    verdict.claim(len(found) == asked, f"{len(found)} executions for {asked} requests")


def _check_ends(
    verdict: Verdict,
    kinds: Sequence[Kind],
    workflow_ids: dict[str, str],
    found: Sequence[tuple[Any, ...]],
    steps: Sequence[tuple[Any, ...]],
) -> None:
    """Every execution ended as the in-memory runner ends it: status, output, error, and each step's status."""
    by_id = {workflow_ids[kind.name]: kind for kind in kinds}
    recorded: dict[Any, dict[str, str]] = defaultdict(dict)
    for execution_id, scope, node_id, status in steps:
        recorded[execution_id][step_key(scope, node_id)] = status
    for execution_id, workflow_id, status, output, error, number, trigger in found:
        mine = {node: each for node, each in recorded[execution_id].items() if node not in TRIGGERS}
        said = (status, output, (error or {}).get("code"), (error or {}).get("node"), mine)
        kind = by_id[str(workflow_id)]
        # A retry block shows each of its tries, and a request that is repeated finds the receiver one request further.
        models = [_told(kind.expected(trigger, {"n": number}, before=n)) for n in (0, 1)]
        verdict.claim(
            said in models, f"{execution_id} ({number}) is {said}, the model says {models[0]}"
        )


def _told(outcome: Outcome) -> tuple[Any, ...]:
    steps = {node: str(step.status) for node, step in outcome.steps.items() if node not in TRIGGERS}
    error = outcome.error or {}
    return (str(outcome.status), outcome.output, error.get("code"), error.get("node"), steps)


def _check_calls(
    verdict: Verdict,
    requests: Sequence[dict[str, Any]],
    kinds: Sequence[Kind],
    found: Sequence[tuple[Any, ...]],
) -> None:
    """Each key was sent as often as the model says or more, always with the same bytes."""
    sent: Counter[str] = Counter()
    bodies: dict[str, set[str]] = defaultdict(set)
    for entry in filter(is_whole, requests):
        verdict.claim(entry["key"], f"a call without a key: {entry['path']}")
        sent[entry["key"]] += 1
        bodies[entry["key"]].add(hashlib.sha256(entry["body"].encode()).hexdigest())
    for key, hashes in bodies.items():
        verdict.claim(len(hashes) == 1, f"key {key} came with {len(hashes)} bodies")
    verdict.calls = sent.total()
    # What comes above the model's figure is a repeat.
    wanted, keys = 0, 0
    for *_, number, trigger in found:
        calls = kinds[number % len(kinds)].calls(trigger, {"n": number})
        wanted += sum(calls.values())
        keys += len(calls)
    verdict.claim(len(sent) == keys, f"{len(sent)} keys came, the model makes {keys}")
    verdict.repeats = sent.total() - wanted
    verdict.claim(verdict.repeats >= 0, f"{-verdict.repeats} calls are missing")


def is_whole(request: dict[str, Any]) -> bool:
    """Whether a request came to its end: its sender may have been killed in the middle of it."""
    return len(request["body"].encode()) == int(request["headers"]["content-length"])


def _check_invariants(verdict: Verdict) -> None:
    from apps.core import db
    from apps.executions.services import doctor

    try:
        verdict.wrong += [f"doctor: {finding}" for finding in doctor.examine(patience_s=0.0)]
    finally:
        db.give_back()
