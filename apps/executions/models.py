"""Executions and their steps, in a tenant's schema, partitioned by month of the execution's UUIDv7 id."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from apps.core.fields import JsonDocumentField
from apps.engine.state import ExecutionStatus, StepStatus

FINAL_STATUSES = [status.value for status in ExecutionStatus if status.is_final]

# By what an error is found: the beginning of what it says. A word is what it is, in whatever language.
ERROR_WORDS = (
    "to_tsvector('simple'::regconfig,"
    " left(coalesce(error ->> 'code', '') || ' ' || coalesce(error ->> 'message', ''), 2000))"
)


class Execution(models.Model):
    """One run of one version. Its only writer is the owner of its ticket; once final it never changes."""

    id = models.UUIDField(primary_key=True)
    workflow_id = models.UUIDField()
    version_id = models.UUIDField()
    trigger_node = models.CharField(max_length=64)
    trigger_kind = models.CharField(max_length=16)
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=32, default="", db_default="", blank=True)
    trigger = JsonDocumentField()
    output = JsonDocumentField(null=True)
    response = JsonDocumentField(null=True)
    error = JsonDocumentField(null=True)
    had_errors = models.BooleanField(db_default=False)
    frontier = JsonDocumentField(null=True)
    seq = models.BigIntegerField(db_default=0)
    priority = models.SmallIntegerField(db_default=1)
    started_by = models.UUIDField(null=True, blank=True)
    # Whose rights it has: {kind, user_id, api_key_id?}. Without it nobody's: it is older than this, or nobody published it.
    acts_as = JsonDocumentField(null=True)
    # W3C Trace Context: that of the call that started it, as its caller said; without one its own id is that.
    trace_id = models.UUIDField(null=True, blank=True)
    parent_id = models.UUIDField(null=True, blank=True)
    # Who called it: the workflows that led here, the step of the parent, and whether that waits.
    caller = JsonDocumentField(null=True)
    retry_of = models.UUIDField(null=True, blank=True)
    # The webhook event whose data runs again, not an execution: an event may be replayed that started none.
    replay_of = models.UUIDField(null=True, blank=True)
    start_at = models.CharField(max_length=64, default="", db_default="", blank=True)
    # A test run of a part: the last nodes that run; and the outputs that stand for running nodes.
    stop_at = JsonDocumentField(null=True)
    pins = JsonDocumentField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "executions_execution"
        # At most three per partition beside its key: 1,000 tenants times months times indexes is what PostgreSQL's catalog must bear.
        indexes = [
            models.Index("workflow_id", models.F("id").desc(), name="execution_workflow"),
            models.Index("status", models.F("id").desc(), name="execution_status"),
            # Only of those that have one: to accept and to complete an execution costs nothing here.
            GinIndex(
                Func(F("error"), template=ERROR_WORDS, output_field=SearchVectorField()),
                condition=Q(error__isnull=False),
                name="execution_error",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="execution_status",
                condition=Q(status__in=[status.value for status in ExecutionStatus]),
            ),
            models.CheckConstraint(
                name="execution_ended",
                condition=Q(ended_at__isnull=True) ^ Q(status__in=FINAL_STATUSES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"

    @property
    def trace(self) -> str:
        """Return the id of the trace that it belongs to, as W3C Trace Context writes it."""
        return (self.trace_id or self.id).hex


class Step(models.Model):
    """The record of one node in one scope of one execution."""

    pk = models.CompositePrimaryKey("execution_id", "node_id", "scope")
    execution = models.ForeignKey(
        Execution, on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    node_id = models.CharField(max_length=64)
    scope = models.TextField(default="", db_default="", blank=True)
    node_type = models.CharField(max_length=64)
    status = models.CharField(max_length=16)
    attempt = models.IntegerField(db_default=1)
    attempts = JsonDocumentField(null=True)
    input = JsonDocumentField(null=True)
    output = JsonDocumentField(null=True)
    output_blob = models.TextField(default="", db_default="", blank=True)
    port = models.CharField(max_length=64, default="", db_default="", blank=True)
    error = JsonDocumentField(null=True)
    item = JsonDocumentField(null=True)
    log = JsonDocumentField(null=True)
    seq = models.BigIntegerField()
    token = models.UUIDField(null=True, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True)
    copied_from = models.UUIDField(null=True, blank=True)
    first_started_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    # No column: whether the output was left out of an answer, as queries/showing.steps says.
    output_omitted = False
    # Nor this: what a waiting step waits for, as queries/showing.steps finds it in its execution.
    waits_for: dict[str, Any] | None = None
    # No column either: whether its execution's pin stood for running it.
    is_pinned = False
    # Nor this: whether it wrote lines into its own log.
    has_log = False

    class Meta:
        db_table = "executions_step"
        constraints = [
            models.CheckConstraint(
                name="step_status", condition=Q(status__in=[status.value for status in StepStatus])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}{self.node_id} {self.status}"


class Child(models.Model):
    """One workflow that a step calls: waiting for its turn, under way, or no longer waited for.

    A call is one attempt of one step, and `place` its item, so that each of them starts at most one execution.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        OPEN = "open"
        ENDED = "ended"

    pk = models.CompositePrimaryKey("call_id", "place")
    call_id = models.UUIDField()
    place = models.IntegerField()
    parent_id = models.UUIDField()
    execution_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    input = JsonDocumentField(null=True)

    class Meta:
        db_table = "executions_child"
        indexes = [
            models.Index("call_id", "state", "place", name="child_of_call"),
            models.Index("parent_id", "execution_id", name="child_of_parent"),
        ]
        constraints = [
            models.CheckConstraint(
                name="child_state", condition=Q(state__in=["pending", "open", "ended"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.place} {self.state}"


class Heard(models.Model):
    """What ended the wait of a step that somebody may come back to: a call, or that its time was up. The first one stands.

    A call may come before the step waits, so there need not be a step.
    """

    pk = models.CompositePrimaryKey("execution_id", "node_id", "scope")
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, db_index=False)
    node_id = models.CharField(max_length=64)
    scope = models.TextField(default="", db_default="", blank=True)
    kind = models.CharField(max_length=16)
    said = JsonDocumentField(null=True)
    author = JsonDocumentField(null=True)
    heard_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "executions_heard"
        constraints = [
            models.CheckConstraint(name="heard_kind", condition=Q(kind__in=["call", "timeout"])),
        ]

    def __str__(self) -> str:
        return f"{self.scope}{self.node_id} {self.kind}"


class Circuit(models.Model):
    """What all passes through one circuit have come to, as `engine.circuit` stores it; no row: none has failed yet."""

    name = models.CharField(max_length=255, primary_key=True)
    value = JsonDocumentField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "executions_circuit"

    def __str__(self) -> str:
        return self.name


class StartKey(models.Model):
    """An `Idempotency-Key` under which an execution was started by API; kept 24 hours."""

    key = models.CharField(max_length=255, primary_key=True)
    execution_id = models.UUIDField()
    body_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "executions_start_key"

    def __str__(self) -> str:
        return self.key


class Blob(models.Model):
    """A file that an execution may read: the row is the permission, the bytes lie in the store under `id`.

    One file may belong to several executions, as when data runs again. There is no foreign key: a delivery's file is
    here before its execution, and months of executions are dropped without a look at their rows.
    """

    pk = models.CompositePrimaryKey("execution_id", "id")
    execution_id = models.UUIDField()
    id = models.UUIDField()
    media_type = models.CharField(max_length=130)
    filename = models.CharField(max_length=255, blank=True)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "executions_blob"
        # The sweep asks who still owns a file.
        indexes = [models.Index("id", name="blob_owners")]

    def __str__(self) -> str:
        return str(self.id)


class Wish(models.Model):
    """One wish for all executions that fit a filter, how far it has come, and what became of them (docs/adr/0053).

    Its alarm is in `dispatch_alarm` as long as it is under way. `below` is the last execution that was looked at: those with
    a smaller id are left.
    """

    class Action(models.TextChoices):
        CANCEL = "cancel"
        RETRY = "retry"
        DELETE = "delete"

    class Status(models.TextChoices):
        RUNNING = "running"
        COMPLETED = "completed"
        STOPPED = "stopped"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=8, choices=Action.choices)
    status = models.CharField(
        max_length=16, choices=Status.choices, default=Status.RUNNING, db_default=Status.RUNNING
    )
    # {status: [], workflow_id, error}, and of a retry {start_at, version}.
    narrowing = JsonDocumentField()
    options = JsonDocumentField(null=True)
    user_id = models.UUIDField()
    # Whose wish it is as the trail says it, and what they might do then: an API key's scopes are narrower than its maker's rights.
    asked_by = JsonDocumentField()
    key = models.CharField(max_length=255, default="", db_default="", blank=True)
    body_hash = models.BinaryField(max_length=32)
    below = models.UUIDField()
    expected = models.IntegerField()
    has_more = models.BooleanField(db_default=False)
    done = models.BigIntegerField(default=0, db_default=0)
    # By code: [how many, what the first one was told].
    refused = JsonDocumentField(default=dict)
    reason = models.CharField(max_length=32, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "executions_wish"
        indexes = [models.Index("user_id", models.F("id").desc(), name="wish_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "key"], condition=~Q(key=""), name="wish_key"
            ),
            models.CheckConstraint(
                name="wish_ended", condition=Q(ended_at__isnull=True) ^ ~Q(status="running")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.status}"


class Gone(models.Model):
    """How many of a day's (UTC) executions were deleted, and their steps: they were used all the same."""

    day = models.DateField(primary_key=True)
    executions = models.BigIntegerField()
    steps = models.BigIntegerField()

    class Meta:
        db_table = "executions_gone"

    def __str__(self) -> str:
        return f"{self.day} {self.executions}"
