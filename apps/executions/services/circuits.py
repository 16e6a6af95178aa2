"""The circuits of a tenant, shared by all its workers: rows, judged by the engine's pure rule behind a lock.

A healthy circuit costs one look without a lock, and nothing is written for it; only one that is in trouble is a row that
passes meet at. Each answer is its own transaction, taken before the turn's commit: whoever dies in between asks or tells
again, which changes nothing. An emptied Redis forgets nothing of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Json as AsJson

from apps.core import db
from apps.engine import circuit as rule
from apps.engine.circuit import HEALTHY, Circuit, CircuitPolicy

READ = "SELECT value, clock_timestamp() FROM {s}.executions_circuit WHERE name = %(name)s"
LOCKED = f"{READ} FOR UPDATE"
BEGIN = """
INSERT INTO {s}.executions_circuit (name, value) VALUES (%(name)s, %(value)s) ON CONFLICT DO NOTHING
"""
WRITE = """
UPDATE {s}.executions_circuit SET value = %(value)s, changed_at = clock_timestamp() WHERE name = %(name)s
"""

# A database that is away would be the failure of the step that asks.
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class SharedCircuits:
    """The circuits of the tenant whose schema this is."""

    schema: str

    def ask(self, name: str, policy: CircuitPolicy, who: str) -> datetime | None:
        """Ask for the pass `who` to go through; None: it may, else when to ask again."""
        if self._seen(name).state is rule.CircuitState.CLOSED:
            return None
        verdicts: list[rule.Verdict] = []

        def judge(circuit: Circuit, now: datetime) -> Circuit:
            verdicts.append(rule.asked(circuit, policy, who, now))
            return verdicts[-1].circuit

        self._change(name, judge)
        return verdicts[-1].retry_at

    def tell(self, name: str, policy: CircuitPolicy, who: str, *, is_fine: bool | None) -> None:
        """Say how a pass ended that was let through; None: it was cancelled. Saying it twice is harmless."""
        if is_fine is not False and self._seen(name).is_healthy:
            return
        self._change(
            name, lambda circuit, now: rule.told(circuit, policy, who, now, is_fine=is_fine)
        )

    def _seen(self, name: str) -> Circuit:
        statement = db.in_schema(READ, self.schema)
        rows = db.until_answered(lambda: db.fetch(statement, {"name": name}), patience_s=PATIENCE_S)
        return rule.load(rows[0][0]) if rows else HEALTHY

    def _change(self, name: str, judge: Callable[[Circuit, datetime], Circuit]) -> None:
        """Let `judge` change a circuit that nobody else changes meanwhile; `now` is the database's."""

        def work() -> None:
            params = {"name": name, "value": AsJson(rule.dump(HEALTHY))}
            db.execute(db.in_schema(BEGIN, self.schema), params)
            ((raw, now),) = db.fetch(db.in_schema(LOCKED, self.schema), params)
            before = rule.load(raw)
            after = judge(before, now)
            if after != before:
                params["value"] = AsJson(rule.dump(after))
                db.execute(db.in_schema(WRITE, self.schema), params)

        db.in_transaction(work, patience_s=PATIENCE_S)
