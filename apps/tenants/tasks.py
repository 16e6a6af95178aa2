"""The platform's own ticks. A lost one costs nothing: the next does the same."""

from celery import shared_task

from apps.tenants.services import departure, maintenance, trails


@shared_task(name="tenants.maintain_partitions", ignore_result=True, expires=3600)
def maintain_partitions() -> None:
    """Make the months that are missing in any tenant, and move what lies in DEFAULT."""
    maintenance.maintain_partitions()


@shared_task(name="tenants.forget_ended_sessions", ignore_result=True, expires=3600)
def forget_ended_sessions() -> None:
    """Delete sessions and crossing codes that ended more than a week ago."""
    maintenance.forget_ended_sessions()


@shared_task(name="tenants.anchor_trails", ignore_result=True, expires=3600)
def anchor_trails() -> None:
    """Keep where each audit trail ends today, the platform's first."""
    maintenance.anchor_trails()


@shared_task(name="tenants.retain_trails", ignore_result=True, expires=3600)
def retain_trails() -> None:
    """Archive what is old in each audit trail, the platform's first, and let it go."""
    trails.retain_each()


@shared_task(name="tenants.delete_due", ignore_result=True, expires=3600)
def delete_due() -> None:
    """Delete the tenants whose time has come, and what deleted ones have left in the stores."""
    departure.finish_due()
