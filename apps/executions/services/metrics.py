"""What Prometheus sees of executions and their queue. No label names a tenant: their number has no bound."""

from prometheus_client import Counter, Gauge, Histogram

from apps.core import db

FINISHED = Counter("gorax_workflow_executions", "Executions that have ended", ["status"])
STEPS = Counter("gorax_step_executions", "Steps that have settled", ["node_type", "status"])
TAKEN_OVER = Counter(
    "gorax_tickets_taken_over", "Tickets taken from a dead or deaf worker", ["why"]
)
PARKED = Counter("gorax_tickets_parked", "Turns whose ticket was lost before they could record")
NEWS_DROPPED = Counter("gorax_news_dropped", "Hints for watchers that were never sent")
CLAIM_SECONDS = Histogram(
    "gorax_claim_seconds",
    "Time to claim a batch of tickets",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0),
)
EXECUTION_SECONDS = Histogram(
    "gorax_workflow_execution_seconds",
    "Time from the acceptance of an execution to its end",
    buckets=(0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 3600.0),
)

# Of several dispatchers each knows the same: the newest look counts.
OLDEST_DUE_S = Gauge(
    "gorax_oldest_due_seconds", "Age of the oldest unclaimed ticket", multiprocess_mode="mostrecent"
)
TICKETS = Gauge("gorax_tickets", "Live tickets", ["state"], multiprocess_mode="mostrecent")
OLDEST_SNAPSHOT = Gauge(
    "gorax_oldest_snapshot_transactions",
    "Age of the oldest open snapshot, in transactions: it keeps vacuum from the tickets",
    multiprocess_mode="mostrecent",
)

LOOK = """
SELECT count(*) FILTER (WHERE token IS NOT NULL),
       count(*) FILTER (WHERE token IS NULL AND due_at <= clock_timestamp()),
       count(*) FILTER (WHERE token IS NULL AND due_at > clock_timestamp()),
       coalesce((SELECT max(age(backend_xmin)) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL), 0)
FROM public.dispatch_ticket
"""


def look(oldest_due_s: float) -> None:
    """Set the gauges of the queue; one small query."""
    leased, due, resting, oldest_snapshot = db.fetch(LOOK)[0]
    OLDEST_DUE_S.set(oldest_due_s)
    TICKETS.labels("leased").set(leased)
    TICKETS.labels("due").set(due)
    TICKETS.labels("resting").set(resting)
    OLDEST_SNAPSHOT.set(oldest_snapshot)
