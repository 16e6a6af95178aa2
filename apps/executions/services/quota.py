"""How many executions a tenant may begin in a day (UTC), by its plan."""

from apps.executions.queries import usage
from apps.tenants import facade as tenants
from apps.tenants.errors import ExecutionQuotaError


def refuse_beyond() -> None:
    """Return if the current tenant may begin another execution today; two at the same moment may both be the last.

    A tenant without such a limit is asked nothing of the database.

    Raises:
        ExecutionQuotaError: it may not; says when the next day begins.
    """
    most = tenants.limits().executions_per_day
    if most is None:
        return
    day, left_s = usage.today()
    if usage.begun_since(day, most=most) >= most:
        raise ExecutionQuotaError(most, retry_after_s=left_s)
