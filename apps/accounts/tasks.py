"""Celery entry points of accounts."""

from celery import shared_task

from apps.accounts.services import letters, proofs


@shared_task(name="accounts.deliver_letters", ignore_result=True, expires=3600)
def deliver_letters() -> None:
    """Send what is due: rung after each letter, and twice a minute by itself."""
    letters.deliver()


@shared_task(name="accounts.forget_old", ignore_result=True, expires=3600)
def forget_old() -> None:
    """Delete letters, links and tickets that have long ended."""
    letters.forget_old()
    proofs.forget_old()
