"""The shapes of wishes for all executions that fit, on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.executions.api.serializers import EXECUTION_STATUSES, STARTS_OF_MANY
from apps.executions.models import Wish


class FittingIn(StrictSerializer):
    """Which executions are meant: all that fit, as the list is narrowed; none of it means all."""

    status = serializers.ListField(
        child=serializers.ChoiceField(choices=EXECUTION_STATUSES), default=list
    )
    workflow_id = serializers.UUIDField(required=False, allow_null=True)
    error = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="Only those whose error has all of these words; the last one may be a beginning.",
    )


class RetryFittingIn(FittingIn):
    """Which ended executions run again, and from where."""

    start_at = serializers.ChoiceField(choices=STARTS_OF_MANY, default="start")
    version = serializers.ChoiceField(choices=["same", "newest"], default="same")


class CountedOut(serializers.Serializer[Any]):
    """How many fit: `count`, and more than that if `has_more`."""

    count = serializers.IntegerField()
    has_more = serializers.BooleanField()


class NarrowingOut(serializers.Serializer[Any]):
    status = serializers.ListField(child=serializers.ChoiceField(choices=EXECUTION_STATUSES))
    workflow_id = serializers.UUIDField(allow_null=True)
    error = serializers.CharField(allow_null=True)


class RefusedOut(serializers.Serializer[Any]):
    """How many were refused with one code, and what the first of them was told."""

    code = serializers.CharField()
    count = serializers.IntegerField()
    message = serializers.CharField()


class WishShown(serializers.Serializer[Any]):
    """A wish for all executions that fit, and what has become of it so far."""

    id = serializers.UUIDField()
    action = serializers.ChoiceField(choices=["cancel", "retry", "delete"])
    status = serializers.ChoiceField(choices=["running", "completed", "stopped", "failed"])
    filter = NarrowingOut(source="narrowing")
    expected = serializers.IntegerField(help_text="How many fitted when it was wished.")
    has_more = serializers.BooleanField(help_text="More than that.")
    done = serializers.IntegerField()
    refused = serializers.SerializerMethodField()
    reason = serializers.CharField(
        allow_blank=True,
        help_text="Why it failed: `left`, `forbidden` (who wished it may not any more) or `search_unfit`.",
    )
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(RefusedOut(many=True))
    def get_refused(self, row: Wish) -> list[dict[str, Any]]:
        """Return what was refused, by its code."""
        return [
            {"code": code, "count": count, "message": message}
            for code, (count, message) in sorted(row.refused.items())
        ]
