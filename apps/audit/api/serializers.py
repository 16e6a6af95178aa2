from typing import Any

from rest_framework import serializers

from apps.audit.models import Category, Checkpoint, Entry, Outcome, Severity
from apps.audit.queries import Wanted


class WantedIn(serializers.Serializer[Any]):
    """The filters of a list or an export, as query parameters."""

    action = serializers.CharField(default="", max_length=64)
    category = serializers.ChoiceField(Category.choices, default="")
    severity = serializers.ChoiceField(Severity.choices, default="")
    outcome = serializers.ChoiceField(Outcome.choices, default="")
    actor_id = serializers.UUIDField(default=None)
    target_kind = serializers.CharField(default="", max_length=64)
    target_id = serializers.CharField(default="", max_length=200)
    text = serializers.CharField(
        default="", max_length=200, help_text="A part of the target's name, in any case."
    )
    since = serializers.DateTimeField(default=None, help_text="From this instant on.")
    until = serializers.DateTimeField(default=None, help_text="Before this instant.")

    def wanted(self) -> Wanted:
        """Return the filters, once they are valid."""
        names = Wanted.__slots__
        return Wanted(**{name: self.validated_data[name] for name in names})


class ActorOut(serializers.Serializer[Entry]):
    kind = serializers.CharField(source="actor_kind")
    id = serializers.UUIDField(source="actor_id", allow_null=True)
    email = serializers.CharField(source="actor_email", help_text="As of then.")
    role = serializers.CharField(source="actor_role", help_text="As of then.")
    api_key_id = serializers.UUIDField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)


class TargetOut(serializers.Serializer[Entry]):
    kind = serializers.CharField(source="target_kind")
    id = serializers.CharField(source="target_id")
    name = serializers.CharField(source="target_name", help_text="As of then.")


class EntryOut(serializers.ModelSerializer[Entry]):
    """An entry of the trail."""

    actor = ActorOut(source="*")
    target = TargetOut(source="*")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    hash = serializers.SerializerMethodField(help_text="Of this entry and the one before it.")

    class Meta:
        model = Entry
        fields = [
            "id",
            "seq",
            "at",
            "action",
            "category",
            "severity",
            "outcome",
            "actor",
            "target",
            "before",
            "after",
            "ip",
            "user_agent",
            "request_id",
            "hash",
        ]

    def get_hash(self, entry: Entry) -> str:
        return bytes(entry.hash).hex()


class CountOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    category = serializers.ChoiceField(Category.choices)
    entries = serializers.IntegerField()
    failures = serializers.IntegerField()
    grave = serializers.IntegerField(help_text="Errors and critical ones.")


class StatsOut(serializers.Serializer[Any]):
    """Entries counted by day and category, newest day first."""

    results = CountOut(many=True)
    is_complete = serializers.BooleanField(
        help_text="False: there are more than 100,000, and the oldest were not counted."
    )


class StatsIn(serializers.Serializer[Any]):
    days = serializers.IntegerField(default=30, min_value=1, max_value=365)


class ArchiveOut(serializers.ModelSerializer[Checkpoint]):
    """A stretch of the trail as a file: what it holds, and by which hashes it hangs on the chain."""

    entries = serializers.IntegerField()
    prev_hash = serializers.SerializerMethodField(help_text="Of the entry before the first one.")
    last_hash = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField(help_text="Of the file as it is downloaded.")

    class Meta:
        model = Checkpoint
        fields = [
            "id",
            "first_seq",
            "last_seq",
            "entries",
            "first_at",
            "last_at",
            "prev_hash",
            "last_hash",
            "sha256",
            "bytes",
            "made_at",
            "archive_left_at",
        ]

    def get_prev_hash(self, point: Checkpoint) -> str:
        return bytes(point.prev_hash).hex()

    def get_last_hash(self, point: Checkpoint) -> str:
        return bytes(point.last_hash).hex()

    def get_sha256(self, point: Checkpoint) -> str:
        return bytes(point.sha256).hex()
