"""Celery entry points of webhooks."""

from celery import shared_task

from apps.tenants import facade as tenants
from apps.webhooks.services import retention


@shared_task(name="webhooks.forget_old", acks_late=False, ignore_result=True, expires=3600)
def forget_old() -> None:
    """Delete delivery keys and secrets that are over, in every tenant; to be called daily, and harmless twice."""
    tenants.in_each(retention.forget_old)
