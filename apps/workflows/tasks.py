"""Celery entry points of workflows."""

from celery import shared_task

from apps.tenants import facade as tenants
from apps.workflows.services import bin as waste


@shared_task(name="workflows.empty_bins", acks_late=False, ignore_result=True, expires=3600)
def empty_bins() -> None:
    """Purge what has lain in any tenant's bin for 30 days; to be called daily, and harmless twice."""
    tenants.in_each(waste.empty)
