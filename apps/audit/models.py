"""The trail of a schema: entries in a chain and the head that the next one hangs on.

Beside them what waits for its commit, what stands for entries that have left, and who holds them.
Entries are written by the triggers of the first migration alone; the ORM only reads them.
"""

from django.db import models
from django.db.models.functions import Now

from apps.core import tenancy
from apps.core.fields import JsonDocumentField


class Category(models.TextChoices):
    AUTHENTICATION = "authentication"
    AUTHORIZATION = "authorization"
    DATA_ACCESS = "data_access"
    CONFIGURATION = "configuration"
    WORKFLOW = "workflow"
    INTEGRATION = "integration"
    CREDENTIAL = "credential"
    USER_MANAGEMENT = "user_management"
    SYSTEM = "system"


class Severity(models.TextChoices):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Outcome(models.TextChoices):
    SUCCESS = "success"
    FAILURE = "failure"


class EntryQuerySet(models.QuerySet["Entry"]):
    def here(self) -> "EntryQuerySet":
        """Return the entries of the schema of now.

        If a schema lacked the table, its name would fall through to that of `public`, whose chain is another one.
        """
        return self.filter(chain=tenancy.current_schema())


class Entry(models.Model):
    """That something was done: by whom, to what, from where. Never changed; leaves only by retention."""

    id = models.UUIDField(primary_key=True)
    chain = models.CharField(max_length=63, help_text="The schema whose trail this belongs to.")
    seq = models.BigIntegerField(unique=True, help_text="Counted without gaps, from 1.")
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    category = models.CharField(max_length=16, choices=Category.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    actor_email = models.TextField()
    actor_role = models.TextField()
    api_key_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    target_kind = models.TextField()
    target_id = models.TextField()
    target_name = models.TextField()
    before = JsonDocumentField(null=True)
    after = JsonDocumentField(null=True)
    ip = models.TextField()
    user_agent = models.TextField()
    request_id = models.TextField()
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("at", name="audit_entry_at"),
            models.Index("action", models.F("id").desc(), name="audit_entry_action"),
            models.Index("category", models.F("id").desc(), name="audit_entry_category"),
            models.Index("actor_id", models.F("id").desc(), name="audit_entry_actor"),
            models.Index(
                "target_kind", "target_id", models.F("id").desc(), name="audit_entry_target"
            ),
            # Most entries are of no severity and went well; what does not is what people look for.
            models.Index(
                "severity",
                models.F("id").desc(),
                name="audit_entry_severity",
                condition=~models.Q(severity="info"),
            ),
            models.Index(
                models.F("id").desc(),
                name="audit_entry_failure",
                condition=models.Q(outcome="failure"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Head(models.Model):
    """The last link of a schema's chain: one row, locked while a transaction commits its entries."""

    one = models.BooleanField(primary_key=True, db_default=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(one=True), name="audit_head_one")]

    def __str__(self) -> str:
        return str(self.seq)


class Pending(models.Model):
    """An entry of a transaction that has not committed: the commit hangs it on the chain and takes it away here."""

    id = models.BigAutoField(primary_key=True)
    body = JsonDocumentField()

    def __str__(self) -> str:
        return str(self.pk)


class Anchor(models.Model):
    """Where the chain ended on a day: kept, and told to the logs, so that an end that was cut off shows."""

    day = models.DateField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.day} {self.seq}"


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def here(self) -> "CheckpointQuerySet":
        """Return the checkpoints of the schema of now, for the same reason as with entries."""
        return self.filter(chain=tenancy.current_schema())


class Checkpoint(models.Model):
    """That a stretch of the chain lies in an archive: from here on its entries may leave. Guarded by migration 0003.

    It continues the one before it, and its two hashes are those of the chain, which thus stays whole over what has left.
    """

    id = models.UUIDField(
        primary_key=True, help_text="Its archive lies in the store under this id."
    )
    chain = models.CharField(max_length=63)
    first_seq = models.BigIntegerField(unique=True)
    last_seq = models.BigIntegerField(unique=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    prev_hash = models.BinaryField(max_length=32, help_text="Of the entry before the first one.")
    last_hash = models.BinaryField(max_length=32)
    sha256 = models.BinaryField(max_length=32, help_text="Of the archive, as it is stored.")
    bytes = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())
    archive_left_at = models.DateTimeField(
        null=True, help_text="When the archive itself was old enough to be deleted."
    )

    objects = CheckpointQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.first_seq} to {self.last_seq}"

    @property
    def entries(self) -> int:
        """How many entries it stands for."""
        return self.last_seq - self.first_seq + 1


class Hold(models.Model):
    """That nothing of this trail may leave, for whatever reason. There is one, or none."""

    one = models.BooleanField(primary_key=True, db_default=True)
    chain = models.CharField(max_length=63)
    because = models.TextField()
    since = models.DateTimeField(db_default=Now())
    by_email = models.TextField(help_text="As of then; empty: by an operator's command.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(one=True), name="audit_hold_one")]

    def __str__(self) -> str:
        return self.because
