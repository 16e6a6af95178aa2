"""The platform's own ticks. A lost one costs nothing: the next does the same."""

from celery import shared_task

from apps.credentials.services import accesses, reminders
from apps.tenants import facade as tenants


@shared_task(name="credentials.forget_accesses", ignore_result=True, expires=3600)
def forget_accesses() -> None:
    """Delete what the access log has kept for long enough, in every tenant."""
    tenants.in_each(accesses.forget_old)


@shared_task(name="credentials.remind", ignore_result=True, expires=1800)
def remind() -> None:
    """Write the letters about credentials that expire soon, in every tenant."""
    tenants.in_each(reminders.remind)
