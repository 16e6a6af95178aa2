"""A workflow is a draft that people edit and a line of immutable, numbered versions that executions run."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.fields import JsonDocumentField
from apps.core.models import BaseModel
from apps.engine.problem import Problem
from apps.workflows.rules.sharing import Level


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def live(self) -> "WorkflowQuerySet":
        """Return those outside the bin."""
        return self.filter(deleted_at__isnull=True)

    def binned(self) -> "WorkflowQuerySet":
        """Return those in the bin; what was purged there but is still referred to is gone for everybody."""
        return self.filter(deleted_at__isnull=False, purged_at__isnull=True)


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def in_live_versions(self) -> "TriggerQuerySet":
        """Return those that the live version of a workflow outside the bin declares."""
        return self.filter(
            workflow__deleted_at__isnull=True, version=models.F("workflow__live_version")
        )


class Folder(BaseModel):
    """Where workflows lie; a tree. Nobody is kept out of a folder: who sees what in it is said by each workflow."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    created_by = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "workflows_folder"
        constraints = [
            models.UniqueConstraint(
                name="folder_name", fields=["parent", "name"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Workflow(BaseModel):
    """A draft with its revision, and which published version is live. Deleted ones lie 30 days in the bin."""

    name = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    draft = JsonDocumentField()
    draft_revision = models.BigIntegerField(default=1)
    is_active = models.BooleanField(default=False)
    live_version = models.ForeignKey(
        "workflows.WorkflowVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.UUIDField(null=True, blank=True)
    # Only for those with whom it is shared, and the owners and admins of the tenant.
    is_restricted = models.BooleanField(default=False, db_default=False)
    # A tenant has some thousands of workflows at most: no index of its own.
    folder = models.ForeignKey(
        Folder,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="workflows",
        db_index=False,
    )
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Purged, but executions still refer to its versions: an empty shell until they are gone too.
    purged_at = models.DateTimeField(null=True, blank=True)

    # No column: what a check of the draft has just said, if whoever loaded this row made one.
    known_problems: tuple[Problem, ...] | None = None

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        db_table = "workflows_workflow"
        indexes = [
            models.Index("id", name="workflow_live", condition=Q(deleted_at__isnull=True)),
            models.Index("deleted_at", name="workflow_bin", condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="workflow_active_has_version",
                condition=Q(is_active=False) | Q(live_version__isnull=False),
            ),
            models.CheckConstraint(name="workflow_revision", condition=Q(draft_revision__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class Share(BaseModel):
    """With whom a workflow is shared, and as what. It counts while the workflow is restricted; an owner's counts always.

    `subject` is the id of a member, the name of a built-in role, or the id of a role that the tenant has made.
    """

    class Kind(models.TextChoices):
        MEMBER = "member"
        ROLE = "role"

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="shares")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=36)
    level = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Level])
    given_by = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "workflows_share"
        indexes = [models.Index("subject", name="share_subject")]
        constraints = [
            models.UniqueConstraint(name="share_once", fields=["workflow", "subject"]),
            models.CheckConstraint(name="share_kind", condition=Q(kind__in=["member", "role"])),
            models.CheckConstraint(
                name="share_level",
                condition=Q(level__in=["viewer", "operator", "editor", "owner"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.level}"


class Batch(BaseModel):
    """What led a draft to a revision: the operations, or None if they are too large to keep or all of it was replaced.

    The newest 500 of a workflow are kept.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="batches")
    revision = models.BigIntegerField()
    batch_id = models.UUIDField()
    operations = JsonDocumentField(null=True)
    size_bytes = models.IntegerField(default=0, db_default=0)
    actor_id = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "workflows_batch"
        constraints = [
            models.UniqueConstraint(name="batch_revision", fields=["workflow", "revision"]),
            models.UniqueConstraint(name="batch_once", fields=["workflow", "batch_id"]),
            models.CheckConstraint(name="batch_revision_above_1", condition=Q(revision__gt=1)),
        ]

    def __str__(self) -> str:
        return f"batch of revision {self.revision}"


class WorkflowVersion(BaseModel):
    """What an execution is pinned to; never changes. Without a number: the snapshot of a tested draft."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField(null=True, blank=True)
    definition = JsonDocumentField()
    created_by = models.UUIDField(null=True, blank=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        db_table = "workflows_version"
        constraints = [
            models.UniqueConstraint(name="version_number", fields=["workflow", "number"]),
            models.CheckConstraint(
                name="version_number_positive", condition=Q(number__isnull=True) | Q(number__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}" if self.number else "snapshot"


class Pin(BaseModel):
    """An output that stands for running a node of the draft in test runs; published versions know nothing of it."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="pins")
    node_id = models.CharField(max_length=64)
    output = JsonDocumentField(null=True)
    port = models.CharField(max_length=64, default="", db_default="", blank=True)
    size_bytes = models.IntegerField()
    created_by = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "workflows_pin"
        constraints = [
            models.UniqueConstraint(name="pin_node", fields=["workflow", "node_id"]),
        ]

    def __str__(self) -> str:
        return f"pin {self.node_id}"


class Trigger(BaseModel):
    """One trigger node of a published workflow, active or not. Written by publish and activate, by nobody else.

    A row outlives its node, without a chosen path and inactive. The id is stable for (workflow, node): what hangs on it
    (secrets, event history) outlives a new version.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook"
        SCHEDULE = "schedule"
        MANUAL = "manual"
        SUB_WORKFLOW = "sub_workflow"
        ERROR = "error"

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="triggers")
    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="+")
    node_id = models.CharField(max_length=64)
    name = models.CharField(max_length=255, default="", db_default="", blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    path = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - NULL is "no webhook", and unique
    config = JsonDocumentField(default=dict)
    condition = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=False)
    filtered_count = models.BigIntegerField(default=0, db_default=0)
    # +1 with every change of what a door may keep in memory: definition, activity, and what hangs on the trigger.
    revision = models.BigIntegerField(default=1, db_default=1)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        db_table = "workflows_trigger"
        constraints = [
            models.UniqueConstraint(name="trigger_node", fields=["workflow", "node_id"]),
            models.UniqueConstraint(
                name="trigger_path", fields=["path"], condition=Q(path__isnull=False)
            ),
            models.CheckConstraint(
                name="trigger_kind",
                condition=Q(kind__in=["webhook", "schedule", "manual", "sub_workflow", "error"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.node_id}"
