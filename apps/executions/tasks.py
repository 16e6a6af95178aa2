"""Celery entry points. A message carries no work: it says that there is some."""

from celery import shared_task

from apps.executions.services import blob_rounds, forgetting, loop, metering, start
from apps.tenants import facade as tenants


@shared_task(name="executions.work", acks_late=False, ignore_result=True, expires=30)
def work(pool: str) -> None:
    """Answer the doorbell: claim and advance due tickets of `pool` for up to 5 s; nothing due is fine."""
    loop.work(pool)


@shared_task(name="executions.forget_keys", ignore_result=True, expires=3600)
def forget_keys() -> None:
    """Delete Idempotency-Keys older than a day, in every tenant."""
    tenants.in_each(start.forget_keys)


@shared_task(name="executions.forget_old", ignore_result=True, expires=3600)
def forget_old() -> None:
    """Delete what was kept for executions that have ended or are gone, in every tenant."""
    tenants.in_each(forgetting.forget_old)


@shared_task(name="executions.sweep_blobs", ignore_result=True, expires=3600)
def sweep_blobs() -> None:
    """Delete files that no execution owns any more, in every tenant."""
    tenants.in_each(blob_rounds.sweep)


@shared_task(name="executions.count_usage", ignore_result=True, expires=3600)
def count_usage() -> None:
    """Count what each tenant has used since it was last counted."""
    tenants.in_each(metering.count)
