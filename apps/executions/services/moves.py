"""Passes of containers: each gets a row with its item when it begins, and its output or its error when it ends."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from apps.engine import passes, plan
from apps.engine.advance import chance_after, output_of_leaves
from apps.engine.blocks import Opening, PassEnd
from apps.engine.container import Collected, Open, Pass, facts_of
from apps.engine.errors import EngineError
from apps.engine.failure import failure_of
from apps.engine.graph import Container, OnError
from apps.engine.render import Known, is_break
from apps.engine.sight import key_in_sight, place_of
from apps.engine.state import StepStatus
from apps.engine.tripping import tell_circuit
from apps.engine.value import (
    Json,
    NodeId,
    ScopeKey,
    StepKey,
    opener_of,
    pass_key,
    pass_scope,
    split_key,
)
from apps.executions.queries import owning
from apps.executions.services.circuits import SharedCircuits
from apps.executions.services.record import Said
from apps.executions.services.run import LIMITS, Run

# Whoever decides writes what was done when it has come to so much.
MOST_RECORDS = 500
MOST_UNWRITTEN_BYTES = 2**20


def decide(
    run: Run, *, until: float | None = None, clock: Callable[[], float] = time.monotonic
) -> plan.Decision:
    """Return what may happen now, with everything carried out that needs nobody: skips, passes, limits.

    If much is to be written, or the clock has come to `until`, passes are left to be begun and closed, and
    nothing pure starts.
    """
    while True:
        now = run.now()
        decision = plan.decide(run.program.graph, run.frontier, now, LIMITS)
        if decision.ending is not None:
            run.frontier = plan.ended(run.frontier, decision.ending, now)
        elif decision.skip:
            for key in decision.skip:
                run.note(key, StepStatus.SKIPPED, now=now)
            run.frontier = plan.skips_recorded(run.frontier, decision.skip, now)
        elif has_passes(decision):
            if has_much(run) or (until is not None and clock() >= until):
                run.wake_at = decision.wake_at
                # What others do is handed to them all the same: they would wait for the end of a long loop.
                others = tuple(key for key in decision.start if run.acts(key))
                return replace(decision, start=others)
            _move_on(run, decision, now)
        else:
            run.wake_at = decision.wake_at
            if decision.finish is not None:
                run.end(decision.finish)
            return decision


def has_passes(decision: plan.Decision) -> bool:
    """Say whether passes are to be begun or closed right now."""
    return bool(decision.enter or decision.close or decision.expire)


def has_much(run: Run) -> bool:
    """Say whether so much is noted that it should be written down first."""
    return len(run.records) >= MOST_RECORDS or run.unwritten_bytes >= MOST_UNWRITTEN_BYTES


def _move_on(run: Run, decision: plan.Decision, now: datetime) -> None:
    if decision.expire:
        run.frontier = passes.expired(run.program.graph, run.frontier, decision.expire, now)
    elif decision.close:
        if len(decision.close) > 1:
            # What others have recorded is read for all passes at once.
            scopes = [split_key(key)[0] for key in decision.close if key not in run.frontier.blocks]
            run.outputs.fetch(leaf for each in scopes for leaf in run.frontier.scopes[each].leaves)
        for key in decision.close:
            close(run, key, now, is_alone=len(decision.close) == 1)
    else:
        run.frontier = passes.entered(run.program.graph, run.frontier, decision.enter, now)
        _give(run, decision.enter, now)


def _give(run: Run, keys: tuple[StepKey, ...], now: datetime) -> None:
    """Note what each pass that has begun is given."""
    for key in keys:
        opener, index = opener_of(split_key(key)[0])
        node = run.node(key)
        opened = _opened(run, opener, index) if node.container is Container.LOOP else None
        facts = facts_of(node, run.frontier.blocks[opener], index, opened)
        run.given.put(key, facts)
        run.note(key, StepStatus.RUNNING, at=now, now=now, said=Said(item=facts))
    run.has_progressed = True


def _opened(run: Run, opener: StepKey, index: int) -> Open:
    """Return what a loop goes through, as far as it is at hand: all of it for its opener, a piece for later owners."""
    opened = run.opened.get(opener)
    if opened is None or not opened.has(index):
        items, keys = owning.piece(run.schema, run.id, opener, index)
        opened = run.opened[opener] = Open(Opening(count=0), items, keys, first=index)
    return opened


def close(run: Run, key: StepKey, now: datetime, *, is_alone: bool) -> None:
    """Settle a pass or a container in which nothing is open any more; behind one alone the next may begin at once."""
    stood = passes.standing(run.frontier, key)
    if key in run.frontier.blocks:
        end = passes.UNDISTURBED
        _close_block(run, key, stood)
    else:
        end = _close_pass(run, key, stood, now)
    graph = run.program.graph
    chance = chance_after(graph, key, run.facts.execution_id)
    run.has_progressed = True
    if is_alone:
        run.frontier, begun = passes.followed(graph, run.frontier, key, now, end=end, chance=chance)
        _give(run, begun, now)
    else:
        run.frontier = passes.closed(graph, run.frontier, key, now, end=end, chance=chance)


def _close_pass(run: Run, key: StepKey, stood: passes.Standing, now: datetime) -> PassEnd:
    scope = split_key(key)[0]
    end, status, error, output = passes.UNDISTURBED, stood.status, stood.error, None
    if status is StepStatus.COMPLETED:
        run.outputs.fetch(stood.leaves)
        output = output_of_leaves(stood.leaves, run.outputs.__getitem__)
        if run.frontier.blocks[opener_of(scope)[0]].has_break:
            end = _judged(run, key)
        if end.error is not None:
            status, error, output = StepStatus.FAILED, end.error, None
    run.note(key, status, now=now, said=Said(output=output, error=error))
    if run.node(key).container is not Container.TRY:
        _forget(run, scope)
    return end


def _forget(run: Run, scope: ScopeKey) -> None:
    run.outputs.forget(scope)
    run.given.forget(scope)


def _judged(run: Run, key: StepKey) -> PassEnd:
    scope, node_id = split_key(key)
    here = place_of(run.program.graph, key)
    names = run.program.needs(node_id).steps or frozenset[NodeId]()
    seen = (key_in_sight(run.program.graph, scope, here, name) for name in names)
    run.outputs.fetch(each for each in seen if each is not None)
    try:
        known = Known(run.outputs, run.given)
        return PassEnd(is_break=is_break(run.program, run.facts, key, known, run.now()))
    except EngineError as error:
        return PassEnd(failure_of(error).facts(node_id))


def _close_block(run: Run, key: StepKey, stood: passes.Standing) -> None:
    node, block = run.node(key), run.frontier.blocks[key]
    output: Json = None
    if stood.status is StepStatus.COMPLETED:
        collected = Collected(node, block, _ended(run, key))
        output = run.program.containers[node.id].collect(collected)
    elif stood.status is StepStatus.FAILED and node.on_error is not OnError.STOP:
        output = {"error": dict(stood.error or {})}
    if stood.status is StepStatus.COMPLETED or output is not None:
        run.outputs.put(key, output)
    is_completed = stood.status is StepStatus.COMPLETED
    said = Said(
        output=output,
        port=node.default_port if is_completed else "",
        error=stood.error,
        item=NO_LIST if node.container is Container.LOOP and block.count else None,
    )
    run.opened.pop(key, None)
    if node.container is Container.CIRCUIT:
        tell_circuit(SharedCircuits(run.schema), run.program, run.facts, key, stood.status)
    if node.container is Container.TRY:
        # Its later regions see the steps of the earlier ones, which may not be written yet.
        for index in range(block.count):
            _forget(run, pass_scope(key, index))
    run.note(key, stood.status, said=said)


# What was gone through stands among the iterations; nobody reads the list again.
NO_LIST: dict[str, Json] = {}


def _ended(run: Run, opener: StepKey) -> Iterator[Pass]:
    """Yield the passes that came to their own end, in order: those in the database and those that are not written yet."""
    rows = owning.passes(run.schema, run.id, opener)
    for key, record in run.records.items():
        if _is_pass_of(key, opener):
            rows[opener_of(split_key(key)[0])[1]] = (
                *(record.status, _read(record.output)),
                record.error,
                _read(record.item) or run.given.get(key),
            )
    for index in sorted(rows):
        status, output, error, facts = rows[index]
        if status in {StepStatus.COMPLETED, StepStatus.FAILED}:
            yield Pass(index, facts or {}, StepStatus(status), output, error)


def _is_pass_of(key: StepKey, opener: StepKey) -> bool:
    # The words alone do not tell: passes of a container inside of a pass begin with the same.
    if not key.startswith(f"{opener}["):
        return False
    of, index = opener_of(split_key(key)[0])
    return of == opener and pass_key(of, index) == key


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)
