from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer


class DeletionIn(StrictSerializer):
    slug = serializers.CharField(
        max_length=38, help_text="The tenant's, typed once more: to show that this one is meant."
    )


class DeletionOut(serializers.Serializer[Any]):
    gone_after = serializers.DateTimeField(help_text="Until then an owner may take it back.")
