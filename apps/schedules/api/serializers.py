"""The shapes of schedules, in and out."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.schedules.models import Firing

MOST_TIMES = 20
USUAL_TIMES = 5


class FiringOut(serializers.ModelSerializer[Firing]):
    """A time that came. `missed`: nobody looked for so long that it was not made up."""

    status = serializers.ChoiceField(choices=Firing.Status.choices)

    class Meta:
        model = Firing
        fields = ("id", "fire_at", "status", "reason", "execution_id", "created_at")
        read_only_fields = fields


class ScheduleOut(serializers.Serializer[Any]):
    """A schedule of a live version. Without `next_at` it is inactive, paused, or has no time to come."""

    id = serializers.UUIDField()
    workflow_id = serializers.UUIDField(source="trigger.workflow_id")
    workflow_name = serializers.CharField()
    node_id = serializers.CharField(source="trigger.node_id")
    name = serializers.CharField(source="trigger.name")
    cron = serializers.CharField(source="plan.cron")
    timezone = serializers.CharField(source="plan.timezone")
    description = serializers.CharField()
    condition = serializers.CharField(source="trigger.condition")
    is_active = serializers.BooleanField(source="trigger.is_active")
    is_paused = serializers.BooleanField()
    filtered_count = serializers.IntegerField(source="trigger.filtered_count")
    next_at = serializers.DateTimeField(allow_null=True)
    last = FiringOut(allow_null=True)
    created_at = serializers.DateTimeField(source="trigger.created_at")
    updated_at = serializers.DateTimeField(source="trigger.updated_at")


class ScheduleChange(StrictSerializer):
    """What may be changed beside the document."""

    is_paused = serializers.BooleanField()


class PreviewIn(StrictSerializer):
    """A schedule that somebody is about to write."""

    cron = serializers.CharField(max_length=255)
    timezone = serializers.CharField(max_length=64, default="UTC")
    count = serializers.IntegerField(min_value=1, max_value=MOST_TIMES, default=USUAL_TIMES)


class PreviewOut(serializers.Serializer[Any]):
    """What it means, and when it would fire next; no times: never."""

    description = serializers.CharField()
    times = serializers.ListField(child=serializers.DateTimeField())
