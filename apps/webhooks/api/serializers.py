"""The shapes of webhooks and events, in and out."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import JsonObjectField, StrictSerializer
from apps.webhooks.models import WebhookEvent
from apps.webhooks.services.secrets import LONGEST, SHORTEST, USUAL_OVERLAP_S

MONTH_S = 30 * 86_400


class SecretOut(serializers.Serializer[Any]):
    """That there is a secret; the current one has no end."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class WebhookOut(serializers.Serializer[Any]):
    """A webhook of a live version. `warnings`: `unverified`, `secret_missing`."""

    id = serializers.UUIDField()
    workflow_id = serializers.UUIDField(source="trigger.workflow_id")
    node_id = serializers.CharField(source="trigger.node_id")
    name = serializers.CharField(source="trigger.name")
    path = serializers.CharField(source="trigger.path", allow_null=True)
    url = serializers.SerializerMethodField()
    auth_type = serializers.CharField(source="rules.scheme")
    methods = serializers.ListField(child=serializers.CharField(), source="rules.methods")
    config = JsonObjectField(source="trigger.config")
    condition = serializers.CharField(source="trigger.condition")
    is_active = serializers.BooleanField(source="trigger.is_active")
    is_paused = serializers.BooleanField()
    filtered_count = serializers.IntegerField(source="trigger.filtered_count")
    secrets = SecretOut(many=True)
    warnings = serializers.ListField(
        child=serializers.ChoiceField(choices=["unverified", "secret_missing"])
    )
    created_at = serializers.DateTimeField(source="trigger.created_at")
    updated_at = serializers.DateTimeField(source="trigger.updated_at")

    def get_url(self, webhook: Any) -> str:
        """Return where to send."""
        address: str = self.context["request"].build_absolute_uri(
            f"/webhooks/{webhook.trigger.path or f'{webhook.trigger.workflow_id}/{webhook.id}'}"
        )
        return address


class WebhookChange(StrictSerializer):
    """What may be changed beside the document."""

    is_paused = serializers.BooleanField()


class RenewIn(StrictSerializer):
    """A provider's own secret, or none for a random one; how long the one before stays good."""

    secret = serializers.CharField(
        min_length=SHORTEST,
        max_length=LONGEST,
        required=False,
        trim_whitespace=False,
        write_only=True,
    )
    overlap_s = serializers.IntegerField(min_value=0, max_value=MONTH_S, default=USUAL_OVERLAP_S)


class RenewOut(serializers.Serializer[Any]):
    """The new secret, shown this once."""

    secret = serializers.CharField()


class SampleOut(serializers.Serializer[Any]):
    """What became of a sample delivery. Without an execution a filter kept it out."""

    event_id = serializers.UUIDField()
    execution_id = serializers.UUIDField(allow_null=True)
    status_url = serializers.URLField(allow_null=True)


class EventRow(serializers.ModelSerializer[WebhookEvent]):
    """A delivery in a list."""

    class Meta:
        model = WebhookEvent
        fields = (
            "id", "webhook_id", "workflow_id", "execution_id", "status", "reason", "delivery_key",
            "caller", "size_bytes", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class EventOut(EventRow):
    """A delivery with its data."""

    trigger = JsonObjectField(read_only=True)

    class Meta:
        model = WebhookEvent
        fields = (*EventRow.Meta.fields, "trigger")
        read_only_fields = fields


class ReplayIn(StrictSerializer):
    """How to do it again."""

    apply_filters = serializers.BooleanField(
        default=False, help_text="Let today's filters and condition decide."
    )


class ReplayOut(serializers.Serializer[Any]):
    """A new execution, the one already known by its key, or `filtered`."""

    execution_id = serializers.UUIDField(required=False)
    status_url = serializers.URLField(required=False)
    duplicate = serializers.BooleanField(required=False)
    filtered = serializers.BooleanField(required=False)
