"""Celery entry points of schedules."""

from celery import shared_task

from apps.schedules.services import registration, retention
from apps.tenants import facade as tenants


@shared_task(name="schedules.maintain", acks_late=False, ignore_result=True, expires=3600)
def maintain() -> None:
    """Set alarms that are not set and delete old firings, in every tenant; harmless twice."""
    tenants.in_each(registration.mend)
    tenants.in_each(retention.forget_old)
