"""The invariants of executions as SQL, over every tenant: what `manage.py doctor` says, and how it heals."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from apps.adapters.code.sandbox import LANGUAGES
from apps.core import db, partitions, tenancy
from apps.dispatch import facade as dispatch
from apps.engine.errors import EngineError
from apps.executions.services import blob_rounds, ports
from apps.workflows import facade as workflows
from apps.workflows.errors import VersionNotFoundError

VERSIONS = "SELECT DISTINCT version_id FROM {s}.executions_execution"

SCHEMAS = """
SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'executions_execution' AND c.relkind = 'p' AND n.nspname <> %(template)s ORDER BY 1
"""

# Each invariant is a query that returns the rows that break it. `{s}` is the tenant's schema.
INVARIANTS: dict[str, str] = {
    "execution_without_ticket": """
        SELECT e.id, e.status FROM {s}.executions_execution e
        LEFT JOIN public.dispatch_ticket t ON t.id = e.id
        WHERE e.ended_at IS NULL AND t.id IS NULL
    """,
    "ticket_without_execution": """
        SELECT t.execution_id, t.kind FROM public.dispatch_ticket t
        LEFT JOIN {s}.executions_execution e ON e.id = t.execution_id
        WHERE t.schema = %(schema)s AND e.id IS NULL
    """,
    "finished_execution_with_ticket": """
        SELECT e.id, e.status FROM {s}.executions_execution e
        JOIN public.dispatch_ticket t ON t.execution_id = e.id AND t.schema = %(schema)s
        WHERE e.ended_at IS NOT NULL
    """,
    "finished_execution_with_open_step": """
        SELECT e.id, s.node_id FROM {s}.executions_execution e
        JOIN {s}.executions_step s ON s.execution_id = e.id
        WHERE e.ended_at IS NOT NULL AND s.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
    """,
    "step_beyond_its_execution": """
        SELECT e.id, s.node_id FROM {s}.executions_execution e
        JOIN {s}.executions_step s ON s.execution_id = e.id WHERE s.seq > e.seq
    """,
    "two_steps_with_one_seq": """
        SELECT execution_id, min(node_id) FROM {s}.executions_step GROUP BY execution_id, seq HAVING count(*) > 1
    """,
    "step_ticket_without_run": """
        SELECT t.execution_id, t.step_key FROM public.dispatch_ticket t
        LEFT JOIN public.dispatch_ticket run ON run.id = t.execution_id
        WHERE t.schema = %(schema)s AND t.kind = 'step' AND run.id IS NULL
    """,
    # Its result will never come: only its own ticket's worker records one.
    "handed_step_without_ticket": """
        SELECT e.id, open.key FROM {s}.executions_execution e CROSS JOIN LATERAL json_each(e.frontier -> 'steps') AS open
        LEFT JOIN {s}.executions_step s ON s.execution_id = e.id
            AND open.key = CASE s.scope WHEN '' THEN s.node_id ELSE s.scope || '/' || s.node_id END
        LEFT JOIN public.dispatch_ticket t ON t.execution_id = e.id AND t.kind = 'step' AND t.step_key = open.key
        WHERE e.ended_at IS NULL AND (open.value ->> 'is_handed')::bool AND t.id IS NULL
          AND s.status IN ('queued', 'running')
    """,
    # Whoever waits for a person or a callback says so; everybody else looks again by himself.
    "execution_rests_for_ever": """
        SELECT e.id, e.status FROM {s}.executions_execution e JOIN public.dispatch_ticket t ON t.id = e.id
        WHERE e.ended_at IS NULL AND e.status NOT IN ('waiting', 'paused')
          AND t.token IS NULL AND t.due_at = 'infinity' AND t.blocked_on = ''
    """,
    # Whoever was asked to pause hears of it before it rests, unless it is at its end anyway or waits before a gate.
    "pause_not_heard": """
        SELECT e.id, e.status FROM {s}.executions_execution e JOIN public.dispatch_ticket t ON t.id = e.id
        WHERE t.request = 'pause' AND NOT t.is_poked AND t.token IS NULL AND t.blocked_on = ''
          AND t.due_at > clock_timestamp()
          AND e.ended_at IS NULL AND e.status <> 'paused' AND e.frontier -> 'scopes' -> '' -> 'ending' IS NULL
    """,
    # The child's last commit pokes its parent, so nobody rests who has something to look at; in a pause it is left for later.
    "parent_of_an_ended_child_rests": """
        SELECT p.id, c.execution_id FROM {s}.executions_child c
        JOIN {s}.executions_execution e ON e.id = c.execution_id
        JOIN {s}.executions_execution p ON p.id = c.parent_id
        JOIN public.dispatch_ticket t ON t.id = p.id
        WHERE c.state = 'open' AND e.ended_at IS NOT NULL AND p.ended_at IS NULL AND p.status <> 'paused'
          AND t.token IS NULL AND t.due_at > clock_timestamp()
          -- Told already, but its turn raised: it is tried again within a minute.
          AND NOT (t.is_poked AND t.due_at <= clock_timestamp() + interval '60 s')
    """,
    # Whoever ends asks what he waits for to end, too.
    "child_outlives_who_waits": """
        SELECT e.id, e.parent_id FROM {s}.executions_execution e
        JOIN {s}.executions_execution p ON p.id = e.parent_id
        JOIN public.dispatch_ticket t ON t.id = e.id
        WHERE (e.caller ->> 'is_waiting')::bool AND e.ended_at IS NULL AND p.ended_at IS NOT NULL AND t.request <> 'cancel'
    """,
    # Every commit that settles a step begins by locking a ticket whose token it holds, and leaves that token here.
    "step_settled_by_nobody": """
        SELECT execution_id, node_id FROM {s}.executions_step
        WHERE status IN ('completed', 'failed', 'skipped', 'cancelled') AND token IS NULL AND copied_from IS NULL
    """,
    # By the edges of the version that the execution is pinned to, in each pass by themselves: all sources have settled, and
    # one of them has run, or is disabled: such a node is recorded as skipped, and yet the way leads through it. A pass
    # itself is recorded as its container, inside of itself; no edge leads there.
    "step_before_its_predecessors": r"""
        SELECT s.execution_id, s.node_id FROM {s}.executions_step s
        JOIN {s}.executions_execution e ON e.id = s.execution_id
        JOIN unnest(%(versions)s::uuid[], %(sources)s::text[], %(targets)s::text[], %(passages)s::bool[])
            AS edge(version_id, source, target, is_passage)
            ON edge.version_id = e.version_id AND edge.target = s.node_id
        LEFT JOIN {s}.executions_step b
            ON b.execution_id = s.execution_id AND b.node_id = edge.source AND b.scope = s.scope
        WHERE s.status IN ('running', 'waiting', 'completed', 'failed') AND s.copied_from IS NULL
          AND s.scope !~ ('(^|/)' || s.node_id || '\[[0-9]+\]$')
        GROUP BY s.execution_id, s.scope, s.node_id
        HAVING NOT bool_and(coalesce(b.status IN ('completed', 'failed', 'skipped', 'cancelled'), false))
            OR NOT bool_or(coalesce(b.status IN ('completed', 'failed') OR edge.is_passage, false))
    """,
}

# Nobody has taken these though they were due: no live worker, or a claim that never comes.
PUBLIC_INVARIANTS: dict[str, str] = {
    "ticket_due_but_unclaimed": """
        SELECT t.id, t.schema FROM public.dispatch_ticket t JOIN public.dispatch_fair f USING (schema)
        WHERE t.token IS NULL AND NOT f.is_suspended
          AND t.due_at < clock_timestamp() - %(patience_s)s * interval '1 s'
    """,
    "lease_of_a_dead_worker": """
        SELECT t.id, t.schema FROM public.dispatch_ticket t LEFT JOIN public.dispatch_worker w ON w.id = t.worker_id
        WHERE t.token IS NOT NULL
          AND (w.id IS NULL OR w.alive_until < clock_timestamp() - %(patience_s)s * interval '1 s')
          AND t.leased_at < clock_timestamp() - %(patience_s)s * interval '1 s'
    """,
    # Its workers are older than what it holds, or newer: it will fail when their patience is over.
    "ticket_unreadable": """
        SELECT id, schema FROM public.dispatch_ticket
        WHERE unreadable_since < clock_timestamp() - %(patience_s)s * interval '1 s'
    """,
    "tenant_without_place": """
        SELECT t.id, t.schema FROM public.dispatch_ticket t JOIN pg_namespace n ON n.nspname = t.schema
        LEFT JOIN public.dispatch_fair f USING (schema) WHERE f.schema IS NULL
    """,
    "ticket_of_a_missing_schema": """
        SELECT t.id, t.schema FROM public.dispatch_ticket t
        LEFT JOIN pg_namespace n ON n.nspname = t.schema WHERE n.nspname IS NULL
    """,
}

REOPEN_STEP = """
SELECT workflow_id, priority, coalesce((frontier -> 'steps' -> %(key)s ->> 'attempt')::int, 0)
FROM {s}.executions_execution WHERE id = %(id)s AND ended_at IS NULL AND frontier -> 'steps' -> %(key)s IS NOT NULL
"""
REOPEN = "SELECT id, workflow_id, priority FROM {s}.executions_execution WHERE id = %(id)s AND ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that breaks an invariant."""

    invariant: str
    schema: str
    id: UUID
    detail: str


def languages() -> dict[str, str]:
    """Return the languages of scripts, each with the reason why it is off on this machine; empty: it is on."""
    return {language: ports.sandbox().why_off(language) for language in LANGUAGES}


def examine(*, patience_s: float | None = None) -> list[Finding]:
    """Return everything that is wrong now. `patience_s`: how long due or orphaned tickets may lie (default: 20 s)."""
    params = {"patience_s": 20.0 + settings.GORAX_LEASE_S if patience_s is None else patience_s}
    found = [
        Finding(name, str(row[1]), row[0], "")
        for name, statement in PUBLIC_INVARIANTS.items()
        for row in db.fetch(statement, params)
    ]
    for schema in schemas():
        found.extend(_examine_one(schema))
    return found


def schemas() -> list[str]:
    """Return the schemas that hold executions."""
    return [row[0] for row in db.fetch(SCHEMAS, {"template": tenancy.TEMPLATE})]


def _examine_one(schema: str) -> Iterator[Finding]:
    params = {"schema": schema, **_edges(schema)}
    for name, statement in INVARIANTS.items():
        for row in db.fetch(db.in_schema(statement, schema), params):
            yield Finding(name, schema, row[0], str(row[1]))
    for strays in partitions.rows_in_default([schema]):
        detail = f"{strays.rows} of {strays.table}"
        yield Finding("row_outside_every_month", schema, strays.first, detail)
    for execution_id, blob_id in blob_rounds.missing(schema):
        yield Finding("blob_without_bytes", schema, execution_id, str(blob_id))


def _edges(schema: str) -> dict[str, list[object]]:
    """Return every edge of the versions that executions of a tenant are pinned to, as columns.

    Without those into a region: whose pass has begun, its container has.
    """
    edges: list[tuple[UUID, str, str, bool]] = []
    with tenancy.entered(schema):
        for (version_id,) in db.fetch(db.in_schema(VERSIONS, schema)):
            # One that cannot be loaded has no edges to hold anybody to; its executions fail by themselves.
            with suppress(VersionNotFoundError, EngineError):
                graph = workflows.version(version_id).program.graph
                # A join that waits for some ways only may run before all that lead to it have settled.
                edges += [
                    (version_id, edge.source, edge.target, graph.nodes[edge.source].is_disabled)
                    for edge in graph.edges
                    if edge.target not in graph.losers
                    and graph.place(edge.source) == graph.place(edge.target)
                ]
    columns: list[list[object]] = [list(column) for column in zip(*edges, strict=True)]
    names = ("versions", "sources", "targets", "passages")
    return dict(zip(names, columns or [[], [], [], []], strict=True))


def repair(finding: Finding) -> bool:
    """Heal what can be healed without a person. True: healed (or healed already with another finding).

    An execution gets back the tickets it lost, a ticket that leads nowhere is deleted, a lease of the dead is freed.
    Rows that contradict each other stay as they are, and due work needs a worker.
    """
    remedy = REMEDIES.get(finding.invariant)
    return remedy is not None and db.in_transaction(lambda: remedy(finding))


def _delete_tickets(finding: Finding) -> bool:
    dispatch.close(finding.schema, finding.id)
    return True


def _reopen_or_delete(finding: Finding) -> bool:
    return _reopen(finding) or _delete_tickets(finding)


def _reopen_step(finding: Finding) -> bool:
    rows = db.fetch(
        db.in_schema(REOPEN_STEP, finding.schema), {"id": finding.id, "key": finding.detail}
    )
    for workflow_id, priority, attempt in rows:
        run = dispatch.NewTicket(finding.schema, finding.id, workflow_id, priority=priority)
        dispatch.open_steps(run, [(finding.detail, attempt + 1)])
    return bool(rows)


def _free(_: Finding) -> bool:
    dispatch.reap()
    return True


def _dismiss(finding: Finding) -> bool:
    dispatch.dismiss(finding.schema)
    return True


def _admit(finding: Finding) -> bool:
    dispatch.admit(finding.schema, cap=dispatch.DEFAULT_CAP)
    return True


def _reopen(finding: Finding) -> bool:
    rows = db.fetch(db.in_schema(REOPEN, finding.schema), {"id": finding.id})
    for execution_id, workflow_id, priority in rows:
        dispatch.open_run(
            dispatch.NewTicket(
                schema=finding.schema,
                execution_id=execution_id,
                workflow_id=workflow_id,
                priority=priority,
            )
        )
    return bool(rows)


REMEDIES: Mapping[str, Callable[[Finding], bool]] = {
    "execution_without_ticket": _reopen,
    "handed_step_without_ticket": _reopen_step,
    "step_ticket_without_run": _reopen_or_delete,
    "execution_rests_for_ever": lambda finding: dispatch.poke(finding.id),
    "pause_not_heard": lambda finding: dispatch.poke(finding.id),
    "parent_of_an_ended_child_rests": lambda finding: dispatch.poke(finding.id),
    "child_outlives_who_waits": lambda finding: dispatch.ask(finding.schema, finding.id, "cancel"),
    "finished_execution_with_ticket": _delete_tickets,
    "ticket_without_execution": _delete_tickets,
    "ticket_of_a_missing_schema": _dismiss,
    "tenant_without_place": _admit,
    "lease_of_a_dead_worker": _free,
}
