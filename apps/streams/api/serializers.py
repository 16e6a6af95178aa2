from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.streams.models import Stream
from apps.streams.services.managing import USUAL_OVERLAP_S

MONTH_S = 30 * 86_400


class State(TextChoices):
    SENDING = "sending"
    FAILING = "failing"
    PAUSED = "paused"
    DISABLED = "disabled"


class StreamOut(serializers.ModelSerializer[Stream]):
    """Where the trail is sent on to, and how far it has come."""

    state = serializers.SerializerMethodField()
    has_secret = serializers.SerializerMethodField(help_text="Webhooks are signed, syslog is not.")
    behind = serializers.SerializerMethodField(help_text="Entries that have not been taken yet.")
    behind_since = serializers.SerializerMethodField(help_text="When the first of them was made.")
    before_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then the secret before signs as well."
    )

    class Meta:
        model = Stream
        fields = [
            "id",
            "name",
            "url",
            "state",
            "has_secret",
            "before_until",
            "sent_seq",
            "sent_at",
            "behind",
            "behind_since",
            "failures",
            "failing_since",
            "last_error",
            "disabled_at",
            "created_at",
        ]

    def get_state(self, row: Stream) -> State:
        if row.disabled_at is not None:
            return State.DISABLED
        if row.is_paused:
            return State.PAUSED
        return State.FAILING if row.failing_since is not None else State.SENDING

    def get_has_secret(self, row: Stream) -> bool:
        return row.sealed_secret is not None

    def get_behind(self, row: Stream) -> int:
        entries: int = self.context["behind"][row.pk].entries
        return entries

    def get_behind_since(self, row: Stream) -> str | None:
        since = self.context["behind"][row.pk].since
        return None if since is None else serializers.DateTimeField().to_representation(since)


class StreamMadeOut(StreamOut):
    """A new stream, with what its deliveries are signed by: shown once."""

    secret = serializers.SerializerMethodField(help_text="`whsec_…`; empty for syslog.")

    class Meta(StreamOut.Meta):
        fields = [*StreamOut.Meta.fields, "secret"]

    def get_secret(self, row: Stream) -> str:
        secret: str = self.context["secret"]
        return secret


class StreamIn(StrictSerializer):
    name = serializers.CharField(max_length=80)
    url = serializers.CharField(
        max_length=2048,
        help_text="`https://…`, `syslog+tls://host:6514`, or unencrypted `http://…`, `syslog+tcp://host:601`.",
    )
    from_start = serializers.BooleanField(
        default=False, help_text="Begin with the first entry that the trail still holds."
    )


class StreamChange(StrictSerializer):
    name = serializers.CharField(max_length=80, required=False)
    url = serializers.CharField(max_length=2048, required=False)
    is_paused = serializers.BooleanField(
        required=False, help_text="False: go on, also after it was disabled."
    )


class RenewSecretIn(StrictSerializer):
    """How long the secret that is there signs as well."""

    overlap_s = serializers.IntegerField(
        min_value=0,
        max_value=MONTH_S,
        default=USUAL_OVERLAP_S,
        help_text="0: not at all, as when others know it.",
    )


class StreamSecretOut(serializers.Serializer[Any]):
    """A new secret, shown once; until `before_until` the one before signs as well."""

    secret = serializers.CharField()
    before_until = serializers.DateTimeField(allow_null=True)


class StreamTriedOut(serializers.Serializer[Any]):
    is_ok = serializers.BooleanField()
    code = serializers.CharField()
    problem = serializers.CharField()
