"""What is kept beside executions only as long as they need it: which others they called, what their waiting steps were told."""

from apps.core import db, tenancy

# Which executions one has called is shown as long as it is there itself. A look by id for each: no list of all executions.
FORGET_CALLS = """
DELETE FROM {s}.executions_child WHERE parent_id IN (
    SELECT known.id FROM (SELECT DISTINCT parent_id AS id FROM {s}.executions_child) AS known
    WHERE (SELECT true FROM {s}.executions_execution e WHERE e.id = known.id) IS NULL
)
"""

# Whoever comes back to an execution that has ended is told so by its ticket, which is gone. What he said stands in the step.
FORGET_HEARD = """
DELETE FROM {s}.executions_heard h
WHERE (SELECT e.ended_at IS NULL FROM {s}.executions_execution e WHERE e.id = h.execution_id) IS NOT TRUE
"""

# Whoever has asked for so much has read by then what became of it; the trail keeps it anyway.
FORGET_WISHES = (
    "DELETE FROM {s}.executions_wish WHERE ended_at < statement_timestamp() - interval '30 days'"
)
FORGET = (FORGET_CALLS, FORGET_HEARD, FORGET_WISHES)


def forget_old() -> int:
    """Delete what no execution of this tenant needs any more; return how many rows went."""
    schema = tenancy.current_schema()
    return sum(db.execute(db.in_schema(each, schema)) for each in FORGET)
