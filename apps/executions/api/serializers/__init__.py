"""The shapes of executions and steps on the wire."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import JsonValueField, StrictSerializer
from apps.engine.state import ExecutionStatus, StepStatus
from apps.executions.queries import showing

# The OpenAPI document names its enumerations after these lists.
EXECUTION_STATUSES = [status.value for status in ExecutionStatus]
STARTS_OF_MANY = ["start", "failed"]
STEP_STATUSES = [status.value for status in StepStatus]


class ActsAs(serializers.Serializer[Any]):
    """Whose rights an execution has: a person's, a key's (those of its maker), or those of whoever published it."""

    kind = serializers.ChoiceField(choices=["user", "api_key", "operator", "publisher"])
    user_id = serializers.UUIDField()
    api_key_id = serializers.UUIDField(required=False)


class ExecutionListed(serializers.Serializer[Any]):
    """One row of the list: everything but the payloads."""

    id = serializers.UUIDField()
    workflow_id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=EXECUTION_STATUSES)
    reason = serializers.CharField()
    trigger_kind = serializers.CharField()
    error_message = serializers.CharField(
        allow_blank=True, help_text="The beginning of what its error says; empty without one."
    )
    had_errors = serializers.BooleanField()
    seq = serializers.IntegerField()
    acts_as = ActsAs(allow_null=True, help_text="null: nobody's, as those have that are older.")
    trace_id = serializers.CharField(
        source="trace", help_text="W3C Trace Context: of the call that started it, else of its own."
    )
    parent_id = serializers.UUIDField(allow_null=True, help_text="The execution that called it.")
    retry_of = serializers.UUIDField(allow_null=True)
    replay_of = serializers.UUIDField(
        allow_null=True, help_text="The webhook event whose data it runs again."
    )
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class WaitShown(serializers.Serializer[Any]):
    """What a waiting step waits for."""

    reason = serializers.CharField(help_text="One of the reasons for which an execution waits.")
    until = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(
        required=False,
        help_text="Where it is called once, for whoever may run workflows; who knows it may call.",
    )


class StepShown(serializers.Serializer[Any]):
    """One node in one scope. `input` is masked; `attempts` are the last 20."""

    node_id = serializers.CharField()
    scope = serializers.CharField()
    node_type = serializers.CharField()
    status = serializers.ChoiceField(choices=STEP_STATUSES)
    attempt = serializers.IntegerField()
    attempts = serializers.JSONField(allow_null=True)
    input = serializers.JSONField(allow_null=True)
    item = serializers.JSONField(
        allow_null=True,
        help_text="What a pass of a container was given: its index, and its item or error.",
    )
    output = serializers.JSONField(allow_null=True)
    output_omitted = serializers.BooleanField(
        help_text="There is an output, but the outputs of this answer have"
        f" {showing.MOST_OUTPUT_BYTES >> 20} MiB already."
    )
    port = serializers.CharField()
    error = serializers.JSONField(allow_null=True)
    copied_from = serializers.UUIDField(
        allow_null=True, help_text="The execution in which it ran, if it was taken over from one."
    )
    is_pinned = serializers.BooleanField(help_text="It did not run: its output was pinned.")
    has_log = serializers.BooleanField(help_text="It wrote lines into its own log.")
    seq = serializers.IntegerField()
    wake_at = serializers.DateTimeField(allow_null=True)
    waits_for = WaitShown(allow_null=True, help_text="Null unless the step waits.")
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class StepDigests(serializers.Serializer[Any]):
    """What is the same has the same digest; null where there is nothing. Two may differ by the order of names alone."""

    input = serializers.CharField(allow_null=True)
    item = serializers.CharField(allow_null=True)
    output = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True)


class StepListed(serializers.Serializer[Any]):
    """One node in one scope, without its data."""

    node_id = serializers.CharField()
    scope = serializers.CharField()
    node_type = serializers.CharField()
    status = serializers.ChoiceField(choices=STEP_STATUSES)
    attempt = serializers.IntegerField()
    port = serializers.CharField()
    copied_from = serializers.UUIDField(allow_null=True)
    is_pinned = serializers.BooleanField()
    seq = serializers.IntegerField()
    digests = StepDigests()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class ParentShown(serializers.Serializer[Any]):
    """Who called an execution: the execution and its workflow, and the step that did."""

    execution_id = serializers.UUIDField()
    workflow_id = serializers.UUIDField()
    node_id = serializers.CharField()
    scope = serializers.CharField(allow_blank=True)
    is_waiting = serializers.BooleanField(help_text="Whether that step waits for its end.")


class LogLine(serializers.Serializer[Any]):
    """One line that a node wrote, free of its secrets."""

    at = serializers.DateTimeField()
    level = serializers.CharField()
    text = serializers.CharField()


class StepLogShown(serializers.Serializer[Any]):
    """What the last attempt of a step that wrote anything wrote: at most 100 lines and 16 KiB, then how many are left out."""

    lines = LogLine(many=True)


class ExecutionShown(ExecutionListed):
    """An execution with its payloads; `steps` only when asked for by `?include=steps`."""

    trigger_node = serializers.CharField()
    parent = ParentShown(allow_null=True)
    start_at = serializers.CharField(help_text="The node at which it began; empty: at its trigger.")
    stop_at = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="A test run of a part: the last nodes that run.",
    )
    pinned = serializers.ListField(
        child=serializers.CharField(),
        help_text="Nodes that did not run: their outputs were pinned.",
    )
    trigger = serializers.JSONField(allow_null=True)
    output = serializers.JSONField(allow_null=True)
    response = serializers.JSONField(allow_null=True)
    error = serializers.JSONField(allow_null=True)
    steps = StepShown(many=True, required=False)
    steps_truncated = serializers.BooleanField(
        required=False,
        help_text=f"There are more steps than the {showing.MOST_STEPS:,} of this answer.",
    )


class ExecuteIn(StrictSerializer):
    """What to start a workflow with; `input` becomes the trigger's data."""

    input = JsonValueField(
        required=False,
        allow_null=True,
        help_text="Default: null, or the data that the execution `execution_id` was started with.",
    )
    trigger_node = serializers.CharField(
        max_length=64, required=False, help_text="Default: the manual trigger, else the first."
    )
    version = serializers.IntegerField(
        min_value=1,
        required=False,
        help_text="A published version instead of the live one; it runs while the workflow is switched off, too.",
    )
    draft = serializers.BooleanField(
        default=False,
        help_text="Run a snapshot of the draft, with its pins, instead of the live version.",
    )
    part = serializers.ChoiceField(
        choices=["only", "until", "from"],
        required=False,
        help_text="Of a draft: only the node `node_id`, all up to it, or all from it.",
    )
    node_id = serializers.CharField(max_length=64, required=False)
    execution_id = serializers.UUIDField(
        required=False,
        help_text="Of a draft: whose outputs stand for the nodes before, and whose data it starts with; pins go first.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let a part be one of a draft, with a node; an execution's data belongs to a draft."""
        if "part" in attrs and not attrs["draft"]:
            message = "Only a draft runs in part: send draft true."
            raise serializers.ValidationError({"part": message}, code="part_of_draft")
        if ("part" in attrs) != ("node_id" in attrs):
            message = "Name a node by node_id if, and only if, a part is to run."
            raise serializers.ValidationError({"node_id": message}, code="node_id_misplaced")
        if "version" in attrs and attrs["draft"]:
            message = "Either a version runs, or the draft."
            raise serializers.ValidationError({"version": message}, code="version_of_draft")
        if "execution_id" in attrs and not attrs["draft"]:
            message = "An execution's data is used by a draft: send draft true, or retry it."
            raise serializers.ValidationError({"execution_id": message}, code="data_of_draft")
        return attrs


class RetryIn(StrictSerializer):
    """Where a finished execution begins again, in which version, and with which data of its trigger."""

    start_at = serializers.ChoiceField(
        choices=["start", "failed", "node"],
        default="start",
        help_text="`failed`: where it failed; `node`: at `node_id`. What came before is kept.",
    )
    node_id = serializers.CharField(max_length=64, required=False)
    version = serializers.ChoiceField(
        choices=["same", "newest"],
        default="same",
        help_text="The version that it ran, or the one that is published now.",
    )
    input = JsonValueField(
        required=False, allow_null=True, help_text="Default: the data that it was started with."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let a node be named if, and only if, it is to begin at one."""
        if (attrs["start_at"] == "node") != ("node_id" in attrs):
            message = "Name a node by node_id if, and only if, start_at is “node”."
            raise serializers.ValidationError({"node_id": message}, code="node_id_misplaced")
        return attrs


class ManyIn(StrictSerializer):
    """Which executions are meant: `ids`, or the newest of `status` (and of a workflow); at most 100."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=100, default=list)
    status = serializers.ListField(
        child=serializers.ChoiceField(choices=EXECUTION_STATUSES), default=list
    )
    workflow_id = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let either executions be named, or what they have in common."""
        if bool(attrs["ids"]) == bool(attrs["status"]):
            message = "Send either ids or status."
            raise serializers.ValidationError({"ids": message}, code="ids_or_status")
        return attrs


class RetryManyIn(ManyIn):
    """Which ended executions run again, and from where."""

    start_at = serializers.ChoiceField(choices=STARTS_OF_MANY, default="start")
    version = serializers.ChoiceField(choices=["same", "newest"], default="same")


class OneAnswered(serializers.Serializer[Any]):
    """What became of one: `code` and `message` are empty if it was done; `execution_id` is the new one of a retry."""

    id = serializers.UUIDField()
    execution_id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class ManyAnswered(serializers.Serializer[Any]):
    """An answer for each execution that was meant, in that order."""

    results = OneAnswered(many=True)


class DecisionIn(StrictSerializer):
    """What is to become of an unknown step: it runs again with the same key, or it has failed."""

    decision = serializers.ChoiceField(choices=["rerun", "fail"])
    scope = serializers.CharField(
        default="", allow_blank=True, help_text="The scope of the step, as `loop-1[3]`."
    )


class ApprovalShown(serializers.Serializer[Any]):
    """A question that waits for a person, as it stood when the wait began."""

    node_id = serializers.CharField()
    scope = serializers.CharField()
    title = serializers.JSONField(source="input.title", default=None)
    message = serializers.JSONField(source="input.message", default=None, allow_null=True)
    assignees = serializers.JSONField(source="input.assignees", default=None, allow_null=True)
    form = serializers.JSONField(source="input.form", default=None, allow_null=True)
    asked_at = serializers.DateTimeField(source="started_at")
    until = serializers.DateTimeField(source="wake_at", allow_null=True)


class ApprovalIn(StrictSerializer):
    """What a person says with a decision; `data` is what the form asks for."""

    comment = serializers.CharField(default="", allow_blank=True, max_length=10_000)
    data = JsonValueField(default=dict)  # type: ignore[assignment]  # the node's word
    scope = serializers.CharField(
        default="", allow_blank=True, help_text="The scope of the step, as `loop-1[3]`."
    )


class UsedOut(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Of the plan's limit.")
    limit = serializers.IntegerField(allow_null=True, help_text="Null: none.")
    used = serializers.IntegerField()
    resets_in_s = serializers.FloatField(allow_null=True, help_text="Null: it does not by itself.")


class UsageOut(serializers.Serializer[Any]):
    plan = serializers.CharField()
    weight = serializers.FloatField(help_text="Share of the workers where they are few.")
    limits = UsedOut(many=True)


class UsedMonthOut(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="Its first day.")
    executions = serializers.IntegerField(help_text="Begun, as counted once an hour.")
    steps = serializers.IntegerField()
    stored_bytes = serializers.IntegerField(help_text="Of files: the most on one day.")
    seats = serializers.IntegerField(help_text="People: the most on one day.")
    api_calls = serializers.IntegerField(help_text="By keys and by the screen, deliveries not.")


class UsedMonthsOut(serializers.Serializer[Any]):
    results = UsedMonthOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class Accepted(serializers.Serializer[Any]):
    """An execution that was accepted, or was already known by its key; `filtered`: the condition did not hold."""

    execution_id = serializers.UUIDField(required=False)
    status_url = serializers.URLField(required=False)
    duplicate = serializers.BooleanField(required=False)
    filtered = serializers.BooleanField(required=False)
