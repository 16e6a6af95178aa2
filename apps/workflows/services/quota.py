"""How many workflows a tenant may have, by its plan; those in the bin do not count."""

from apps.core import db, tenancy
from apps.tenants import facade as tenants
from apps.tenants.errors import WorkflowQuotaError
from apps.workflows.models import Workflow

# Two that want the last place at once come one by one.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('workflows of ' || %(schema)s, 0))"


def refuse_another() -> None:
    """Return if the current tenant may have one workflow more, in the open transaction.

    A tenant without such a limit is asked nothing of the database.

    Raises:
        WorkflowQuotaError: it may not.
    """
    most = tenants.limits().workflows
    if most is None:
        return
    db.execute(LOCK, {"schema": tenancy.current_schema()})
    if used(most) >= most:
        raise WorkflowQuotaError(most)


def used(most: int) -> int:
    """Return how many workflows there are outside the bin, but at most `most`."""
    return Workflow.objects.live()[:most].count()
