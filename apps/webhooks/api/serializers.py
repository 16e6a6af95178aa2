"""The shapes of webhooks and events, in and out."""

import re
from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import JsonObjectField, JsonValueField, StrictSerializer
from apps.webhooks.models import WebhookEvent
from apps.webhooks.rules.doors import METHODS, MOST_FILTERS
from apps.webhooks.services.secrets import LONGEST, SHORTEST, USUAL_OVERLAP_S

MONTH_S = 30 * 86_400
MOST_HEADERS = 50
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
HEADER_TEXT = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class SecretOut(serializers.Serializer[Any]):
    """That there is a secret; the current one has no end."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class LastEventOut(serializers.Serializer[Any]):
    """What arrived last at a webhook."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=WebhookEvent.Status.choices)
    execution_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class DayOut(serializers.Serializer[Any]):
    """How many events 24 hours brought, by status. `is_capped`: more than the thousand that were counted."""

    accepted = serializers.IntegerField(source="day.accepted")
    filtered = serializers.IntegerField(source="day.filtered")
    filter_error = serializers.IntegerField(source="day.filter_error")
    is_capped = serializers.BooleanField()


class WebhookOut(serializers.Serializer[Any]):
    """A webhook of a live version. `warnings`: `unverified`, `secret_missing`."""

    id = serializers.UUIDField()
    workflow_id = serializers.UUIDField(source="trigger.workflow_id")
    workflow_name = serializers.CharField()
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
    last_event = LastEventOut(source="traffic.last", allow_null=True)
    day = DayOut(source="traffic")
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


class TrialIn(StrictSerializer):
    """A delivery to send. What proves the sender is added to `headers`, whatever they hold."""

    method = serializers.ChoiceField(
        choices=METHODS, required=False, help_text="Left out: the first that the webhook takes."
    )
    query = serializers.CharField(
        default="", allow_blank=True, max_length=4096, help_text="As after the ? of an address."
    )
    headers = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=4096, trim_whitespace=False),
        default=dict,
    )
    body = JsonValueField(
        default=None,
        help_text="Sent as JSON; a text under another content-type of its own as it is.",
    )

    def validate_headers(self, value: dict[str, str]) -> dict[str, str]:
        """Return the headers if a sender could send them."""
        if len(value) > MOST_HEADERS:
            raise serializers.ValidationError(f"At most {MOST_HEADERS} headers.")
        for name, text in value.items():
            if not HEADER_NAME.fullmatch(name) or not HEADER_TEXT.fullmatch(text):
                sentence = "A header is a name and one line of text."
                raise serializers.ValidationError({name[:100]: [sentence]})
        return value


class TrialOut(serializers.Serializer[Any]):
    """What the sender is told, and what became of the delivery. Not `is_whole`: the body is longer, or a file."""

    status = serializers.IntegerField()
    content_type = serializers.CharField()
    body = JsonValueField()
    is_whole = serializers.BooleanField()
    event_id = serializers.UUIDField(allow_null=True)
    execution_id = serializers.UUIDField(allow_null=True)
    status_url = serializers.URLField(allow_null=True)


class FiltersIn(StrictSerializer):
    """Filters as a webhook's config has them, and its condition."""

    filters = serializers.ListField(child=JsonValueField(), max_length=MOST_FILTERS)
    condition = serializers.CharField(default="", allow_blank=True, max_length=10_000)


class EventJudged(serializers.Serializer[Any]):
    """An event, and what would have become of it."""

    event_id = serializers.UUIDField(source="event.id")
    created_at = serializers.DateTimeField(source="event.created_at")
    status = serializers.ChoiceField(choices=WebhookEvent.Status.choices, source="verdict.status")
    reason = serializers.CharField(source="verdict.reason", allow_blank=True)


class FiltersJudged(serializers.Serializer[Any]):
    """The last ten events, newest first."""

    results = EventJudged(many=True)


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
    headers = JsonObjectField(required=False, help_text="Instead of the headers that arrived.")
    query = JsonObjectField(required=False, help_text="Instead of the query that arrived.")
    body = JsonValueField(required=False, help_text="Instead of the body that arrived.")


class ReplayOut(serializers.Serializer[Any]):
    """A new execution, the one already known by its key, or `filtered`."""

    execution_id = serializers.UUIDField(required=False)
    status_url = serializers.URLField(required=False)
    duplicate = serializers.BooleanField(required=False)
    filtered = serializers.BooleanField(required=False)
