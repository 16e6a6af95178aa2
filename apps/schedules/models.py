"""What schedules own: their switch, by what their alarm is set, and when they fired."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.models import BaseModel


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def offered(self) -> "ScheduleQuerySet":
        """Return those that a live version declares."""
        return self.filter(is_offered=True)


class Schedule(BaseModel):
    """A schedule trigger, under the trigger's id, with what is no part of a document.

    `cron` and `timezone` are those that its alarm is set by: a new version that leaves them alone does not move it.
    """

    workflow_id = models.UUIDField()
    cron = models.TextField()
    timezone = models.TextField()
    is_offered = models.BooleanField(default=True)
    is_paused = models.BooleanField(default=False)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        db_table = "schedules_schedule"
        indexes = [models.Index("workflow_id", name="schedule_of_workflow")]

    def __str__(self) -> str:
        return f"{self.cron} {self.timezone}"


class Firing(models.Model):
    """A time of a schedule that came, and what it led to. A time comes once: the database says so."""

    class Status(models.TextChoices):
        STARTED = "started"
        FILTERED = "filtered"
        FILTER_ERROR = "filter_error"
        MISSED = "missed"

    id = models.UUIDField(primary_key=True)
    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="firings", db_index=False
    )
    fire_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status.choices)
    reason = models.TextField(default="", db_default="", blank=True)
    execution_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "schedules_firing"
        indexes = [
            models.Index("schedule", models.F("id").desc(), name="firing_history"),
            models.Index("created_at", name="firing_age"),
        ]
        constraints = [
            models.UniqueConstraint(name="firing_once", fields=["schedule", "fire_at"]),
            models.CheckConstraint(
                name="firing_status",
                condition=Q(status__in=["started", "filtered", "filter_error", "missed"]),
            ),
            models.CheckConstraint(
                name="firing_execution",
                condition=Q(status="started") ^ Q(execution_id__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fire_at} {self.status}"
