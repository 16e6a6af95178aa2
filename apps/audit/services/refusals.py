"""What was tried and refused: written down, but never so often that whoever is refused fills the trail."""

from prometheus_client import Counter

from apps.audit.services.recording import Target, record
from apps.core import rate_limit, request_context, tenancy
from apps.core.rate_limit import Limit

# Of one caller, and of all callers of one trail together.
PER_CALLER = Limit(burst=10, per_s=10 / 3600)
PER_CHAIN = Limit(burst=100, per_s=200 / 3600)
UNRECORDED = Counter(
    "gorax_audit_refusals_unrecorded",
    "Refusals that the trail does not tell, there having been too many",
    ["action"],
)


def record_refused(action: str, *, target: Target, code: str = "") -> None:
    """Write down a refusal, unless this caller, or all together, were refused too often lately.

    It commits by itself: what was refused has no transaction. Call it outside of one.
    """
    chain = tenancy.current_schema()
    who = request_context.asker()
    caller = str(who.api_key_id or who.user_id or who.address)
    if rate_limit.take("audit-refusals", f"{chain} {action} {caller}", PER_CALLER) > 0 or (
        rate_limit.take("audit-refusals-all", f"{chain} {action}", PER_CHAIN) > 0
    ):
        UNRECORDED.labels(action).inc()
        return
    after = {"code": code} if code else None
    record(action, target=target, after=after, severity="warning", outcome="failure")


def access_refused(operation: str, code: str) -> None:
    """Write down that the asker may not do what they asked for."""
    record_refused("access.refused", target=Target("operation", operation), code=code)
