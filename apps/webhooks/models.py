"""What webhooks own: their switch, their secrets, what arrived, and which deliveries are known already."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.fields import JsonDocumentField
from apps.core.models import BaseModel


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def offered(self) -> "WebhookQuerySet":
        """Return those that a live version declares."""
        return self.filter(is_offered=True)


class Webhook(BaseModel):
    """A webhook trigger, under the trigger's id, with what is no part of a document.

    Made when its version goes live. A node that goes and comes back finds its secrets and its history again.
    """

    workflow_id = models.UUIDField()
    is_offered = models.BooleanField(default=True)
    is_paused = models.BooleanField(default=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        db_table = "webhooks_webhook"
        indexes = [models.Index("workflow_id", name="webhook_of_workflow")]

    def __str__(self) -> str:
        return str(self.pk)


class WebhookSecret(BaseModel):
    """A sealed secret. At most two live at once: while senders move to the new one, the old one still counts."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    sealed = JsonDocumentField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhooks_secret"
        constraints = [
            # The current one has no end; two at once would mean that nobody knows which to show.
            models.UniqueConstraint(
                name="webhook_secret_current",
                fields=["webhook"],
                condition=Q(expires_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"secret of {self.webhook_id}"


class WebhookEvent(models.Model):
    """A genuine delivery, kept with or without an execution. Partitioned by month of its UUIDv7 id."""

    class Status(models.TextChoices):
        ACCEPTED = "accepted"
        FILTERED = "filtered"
        FILTER_ERROR = "filter_error"

    id = models.UUIDField(primary_key=True)
    webhook_id = models.UUIDField()
    workflow_id = models.UUIDField()
    execution_id = models.UUIDField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices)
    reason = models.TextField(default="", db_default="", blank=True)
    delivery_key = models.CharField(max_length=255, default="", db_default="", blank=True)
    caller = models.CharField(max_length=45, default="", db_default="", blank=True)
    size_bytes = models.IntegerField()
    trigger = JsonDocumentField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "webhooks_event"
        indexes = [
            models.Index("webhook_id", models.F("id").desc(), name="webhook_event_history"),
            # Few among many, and what is accepted pays nothing for it.
            models.Index(
                "webhook_id",
                "status",
                models.F("id").desc(),
                condition=~Q(status="accepted"),
                name="webhook_event_unaccepted",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="webhook_event_status",
                condition=Q(status__in=["accepted", "filtered", "filter_error"]),
            ),
            models.CheckConstraint(
                name="webhook_event_execution",
                condition=Q(status="accepted") ^ Q(execution_id__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class WebhookDelivery(models.Model):
    """A delivery key that was seen, and what it led to. Not partitioned: it must be unique over all months."""

    pk = models.CompositePrimaryKey("webhook_id", "key")
    webhook_id = models.UUIDField()
    key = models.CharField(max_length=255)
    event_id = models.UUIDField()
    execution_id = models.UUIDField(null=True, blank=True)
    body_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "webhooks_delivery"
        indexes = [models.Index("created_at", name="webhook_delivery_age")]

    def __str__(self) -> str:
        return self.key
