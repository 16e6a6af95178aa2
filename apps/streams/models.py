from django.db import models
from django.db.models.functions import Now

from apps.core.fields import JsonDocumentField
from apps.core.models import BaseModel


class Stream(BaseModel):
    """Where an audit trail is sent on to, and how far it has come: `sent_seq` is the last entry that was taken there.

    Whoever sends holds a lease under a token; only with it does the cursor move (docs/adr/0033).
    """

    chain = models.CharField(max_length=63, help_text="The schema whose trail it is.")
    name = models.CharField(max_length=80)
    url = models.CharField(
        max_length=2048, blank=True, help_text="Empty: the installation's, from its settings."
    )
    sealed_secret = JsonDocumentField(null=True, help_text="What webhooks are signed with, sealed.")
    sealed_before = JsonDocumentField(
        null=True, help_text="The secret before it, which signs as well until `before_until`."
    )
    before_until = models.DateTimeField(null=True)
    sent_seq = models.BigIntegerField()
    sent_at = models.DateTimeField(null=True)
    is_paused = models.BooleanField(default=False, db_default=False)
    disabled_at = models.DateTimeField(null=True, help_text="When failing for days had an end.")
    due_at = models.DateTimeField(db_default=Now(), help_text="Before this nobody tries again.")
    failures = models.IntegerField(default=0, db_default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="", db_default="")
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "name"], name="one_stream_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(sent_seq__gte=0), name="stream_cursor_is_a_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name
