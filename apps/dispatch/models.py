"""The hot tables of the public schema: whose turn it is. One ticket is outbox, timer, lease and queue entry in one row."""

from django.db import models
from django.db.models.functions import Now


class Ticket(models.Model):
    """Work that may be due: one per live execution (`run`), one more per external step in flight beside others (`step`).

    A run ticket's id is its execution's id, a step ticket's id is derived from execution and step key, so that both
    are found and inserted idempotently without a further index.
    """

    class Kind(models.TextChoices):
        RUN = "run"
        STEP = "step"

    class NextKind(models.TextChoices):
        PURE = "pure"
        EXTERNAL = "external"

    class Pool(models.TextChoices):
        THREADS = "threads"
        PREFORK = "prefork"

    class Request(models.TextChoices):
        CANCEL = "cancel"
        PAUSE = "pause"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    schema = models.CharField(max_length=63)
    execution_id = models.UUIDField()
    workflow_id = models.UUIDField()
    step_key = models.TextField(default="", blank=True)
    pool = models.CharField(max_length=8, choices=Pool.choices, default=Pool.THREADS)
    priority = models.SmallIntegerField(default=1)
    due_at = models.DateTimeField(db_default=Now())
    next_kind = models.CharField(max_length=8, choices=NextKind.choices, default=NextKind.PURE)
    worker_id = models.UUIDField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    leased_at = models.DateTimeField(null=True, blank=True)
    is_lone = models.BooleanField(db_default=False)
    is_poked = models.BooleanField(db_default=False)
    request = models.CharField(
        max_length=8, choices=Request.choices, default="", db_default="", blank=True
    )
    requested_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    is_suspect = models.BooleanField(db_default=False)
    crash_count = models.SmallIntegerField(db_default=0)
    unreadable_since = models.DateTimeField(null=True, blank=True)
    # Of a limited workflow: by which key it is limited, and that it waits before the gate.
    is_gated = models.BooleanField(db_default=False)
    gate_key = models.TextField(default="", db_default="", blank=True)
    blocked_on = models.TextField(default="", db_default="", blank=True)
    engine_format = models.SmallIntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "dispatch_ticket"
        # Lease and poke columns stand in no index, so that claims and pokes stay heap-only updates.
        indexes = [
            models.Index("schema", models.F("priority").desc(), "due_at", name="ticket_turn"),
            models.Index("due_at", name="ticket_due"),
            # Nothing of an unlimited workflow stands in these.
            models.Index(
                *("schema", "workflow_id", "gate_key", models.F("priority").desc(), "id"),
                name="ticket_parked",
                condition=~models.Q(blocked_on=""),
            ),
            models.Index(
                *("schema", "workflow_id", "gate_key"),
                name="ticket_let_in",
                condition=models.Q(is_gated=True, blocked_on=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_kind", condition=models.Q(kind__in=["run", "step"])
            ),
            models.CheckConstraint(
                name="ticket_pool", condition=models.Q(pool__in=["threads", "prefork"])
            ),
            models.CheckConstraint(
                name="ticket_next_kind", condition=models.Q(next_kind__in=["pure", "external"])
            ),
            models.CheckConstraint(
                name="ticket_request", condition=models.Q(request__in=["", "cancel", "pause"])
            ),
            models.CheckConstraint(
                name="ticket_priority", condition=models.Q(priority__gte=0, priority__lte=3)
            ),
            models.CheckConstraint(
                name="ticket_lease_whole",
                condition=models.Q(worker_id__isnull=True, token__isnull=True)
                | models.Q(worker_id__isnull=False, token__isnull=False, leased_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.schema} {self.execution_id} {self.step_key}".rstrip()


class Fair(models.Model):
    """How much a tenant has been served, and how much it may have at once. Locked first by every claim."""

    schema = models.CharField(max_length=63, primary_key=True)
    virtual_time = models.FloatField(db_default=0.0)
    weight = models.FloatField(db_default=1.0)
    cap = models.IntegerField(db_default=40)
    is_suspended = models.BooleanField(db_default=False)

    class Meta:
        db_table = "dispatch_fair"
        constraints = [
            models.CheckConstraint(name="fair_weight", condition=models.Q(weight__gt=0)),
            models.CheckConstraint(name="fair_cap", condition=models.Q(cap__gte=0)),
        ]

    def __str__(self) -> str:
        return self.schema


class Gate(models.Model):
    """How much of a workflow may run: at a time, at a time with one key, and begin per time.

    Whoever lets executions in holds its row, so that two cannot let in the same place twice. `tokens` are the begins that
    were not used, at `filled_at`; `holds` is the reason why those that wait were not let in.
    """

    pk = models.CompositePrimaryKey("schema", "workflow_id")
    schema = models.CharField(max_length=63)
    workflow_id = models.UUIDField()
    max_running = models.IntegerField(null=True, blank=True)
    max_per_key = models.IntegerField(null=True, blank=True)
    rate_count = models.IntegerField(null=True, blank=True)
    rate_per_s = models.FloatField(null=True, blank=True)
    tokens = models.FloatField(db_default=0.0)
    filled_at = models.DateTimeField(db_default=Now())
    holds = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "dispatch_gate"
        constraints = [
            models.CheckConstraint(
                name="gate_limits",
                condition=models.Q(max_running__isnull=True) | models.Q(max_running__gt=0),
            ),
            models.CheckConstraint(
                name="gate_rate_whole",
                condition=models.Q(rate_count__isnull=True, rate_per_s__isnull=True)
                | models.Q(rate_count__gt=0, rate_per_s__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema} {self.workflow_id}"


class Worker(models.Model):
    """One process that claims tickets, or one that only sweeps.

    A worker's leases live as long as `alive_until` lies ahead of the database's clock.
    """

    class Kind(models.TextChoices):
        WORKER = "worker"
        DISPATCHER = "dispatcher"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.WORKER, db_default=Kind.WORKER
    )
    name = models.TextField()
    pid = models.IntegerField()
    started_at = models.DateTimeField(db_default=Now())
    alive_until = models.DateTimeField()
    polled_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "dispatch_worker"
        constraints = [
            models.CheckConstraint(
                name="worker_kind", condition=models.Q(kind__in=["worker", "dispatcher"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


class Alarm(models.Model):
    """A moment at which something of a tenant's is to happen, whose own row only the tenant's schema knows.

    Whoever looks once a second over all tenants looks here. `token` is new with every setting, so that nobody moves an
    alarm that somebody else has set meanwhile. `kind` says who answers it.
    """

    pk = models.CompositePrimaryKey("schema", "id")
    schema = models.CharField(max_length=63)
    id = models.UUIDField()
    due_at = models.DateTimeField()
    token = models.UUIDField()
    kind = models.CharField(max_length=16, default="schedule", db_default="schedule")

    class Meta:
        db_table = "dispatch_alarm"
        indexes = [models.Index("due_at", name="alarm_due")]

    def __str__(self) -> str:
        return f"{self.schema} {self.id} {self.due_at}"
