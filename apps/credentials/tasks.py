"""The platform's own tick. A lost one costs nothing: the next does the same."""

from celery import shared_task

from apps.credentials.services import accesses
from apps.tenants import facade as tenants


@shared_task(name="credentials.forget_accesses", ignore_result=True, expires=3600)
def forget_accesses() -> None:
    """Delete what the access log has kept for long enough, in every tenant."""
    tenants.in_each(accesses.forget_old)
