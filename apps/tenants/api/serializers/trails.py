from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer


class TermsOut(serializers.Serializer[Any]):
    """Ages in days."""

    hot_days = serializers.IntegerField(help_text="Until then every entry is in the trail.")
    warm_days = serializers.IntegerField(
        help_text="Until then what is about people, rights, secrets and settings still is, and what failed or was grave."
    )
    cold_days = serializers.IntegerField(help_text="Until then archives are kept.")


class HoldOut(serializers.Serializer[Any]):
    because = serializers.CharField()
    since = serializers.DateTimeField()
    by_email = serializers.CharField(help_text="As of then; empty: by an operator's command.")


class RetentionOut(serializers.Serializer[Any]):
    terms = TermsOut()
    hold = HoldOut(allow_null=True)


class HoldIn(StrictSerializer):
    because = serializers.CharField(max_length=500)
