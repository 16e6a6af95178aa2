"""The shapes of workflows and versions, in and out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import JsonObjectField, JsonValueField, StrictSerializer
from apps.nodes.action_http.curl import LONGEST_COMMAND
from apps.workflows.models import Pin, Share, Trigger, Workflow, WorkflowVersion
from apps.workflows.queries import sharing, stored
from apps.workflows.rules import operations
from apps.workflows.rules.sharing import ABOUT_ONE, Level

SEVERITIES = ["error", "warning"]


class ProblemOut(serializers.Serializer[Any]):
    """One thing wrong with a document; `path` is a JSON pointer into it."""

    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITIES)
    path = serializers.CharField()
    node_id = serializers.CharField(allow_null=True)
    edge_id = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)


class TriggerRow(serializers.ModelSerializer[Trigger]):
    """What starts a workflow: one trigger node of its live version. `filtered_count`: firings that it turned away."""

    class Meta:
        model = Trigger
        fields = ("node_id", "kind", "filtered_count")
        read_only_fields = fields


class WorkflowRow(serializers.ModelSerializer[Workflow]):
    """A workflow in a list. A draft that was never published has no triggers yet."""

    triggers = serializers.SerializerMethodField()
    live_version = serializers.IntegerField(
        source="live_version.number", default=None, allow_null=True, read_only=True
    )
    folder_id = serializers.UUIDField(allow_null=True, read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Workflow
        fields = (
            "id", "name", "description", "is_active", "is_restricted", "draft_revision", "live_version", "triggers",
            "folder_id", "tags",
            "created_by", "created_at", "updated_at", "deleted_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TriggerRow(many=True))
    def get_triggers(self, workflow: Workflow) -> Any:
        """Return the triggers of the live version, by node; the registry remembers those of older ones too."""
        live = [
            trigger
            for trigger in workflow.triggers.all()
            if trigger.version_id == workflow.live_version_id
        ]
        return TriggerRow(sorted(live, key=lambda trigger: trigger.node_id), many=True).data


class WorkflowOut(WorkflowRow):
    """A workflow with its draft and everything wrong with that."""

    definition = JsonObjectField(source="draft", read_only=True)
    problems = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField(
        help_text="What who asks may do with it, of what their role and its sharing leave."
    )

    class Meta:
        model = Workflow
        fields = (*WorkflowRow.Meta.fields, "definition", "problems", "may")
        read_only_fields = fields

    @extend_schema_field(ProblemOut(many=True))
    def get_problems(self, workflow: Workflow) -> list[dict[str, Any]]:
        """Return the problems of the draft, errors and warnings."""
        found = workflow.known_problems
        if found is None:
            found = stored.problems_of(workflow.draft, workflow.pk)
        return [problem.facts() for problem in found]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_may(self, workflow: Workflow) -> list[str]:
        """Return the permissions that hold for this workflow, in order."""
        by = self.context["by"]
        held = sharing.permitted(by, [workflow.pk]).get(workflow.pk, frozenset())
        return sorted(held & ABOUT_ONE)


class WorkflowIn(StrictSerializer):
    """A new workflow. A definition with errors is stored; it can only not be published."""

    name = serializers.CharField(min_length=1, max_length=255)
    description = serializers.CharField(
        max_length=10_000, default="", allow_blank=True, trim_whitespace=False
    )
    definition = JsonObjectField(source="draft")


class WorkflowChange(StrictSerializer):
    """What a save changes; what is left out stays."""

    name = serializers.CharField(min_length=1, max_length=255, required=False)
    description = serializers.CharField(
        max_length=10_000, required=False, allow_blank=True, trim_whitespace=False
    )
    definition = JsonObjectField(source="draft", required=False)


class OperationsIn(StrictSerializer):
    """A batch of operations, and the id by which a repetition is known."""

    batch_id = serializers.UUIDField(help_text="A UUIDv7 that the caller makes.")
    operations = serializers.ListField(
        child=JsonObjectField(), min_length=1, max_length=operations.MOST
    )


class OperationsOut(serializers.Serializer[Any]):
    """What became of a batch: the revision that it led to, and what is wrong with the draft now."""

    revision = serializers.IntegerField()
    batch_id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    problems = ProblemOut(many=True)


class BatchOut(serializers.Serializer[Any]):
    """What led a draft to a revision. Without operations: the whole draft is to be read anew."""

    revision = serializers.IntegerField()
    batch_id = serializers.UUIDField()
    actor_id = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField(help_text="Empty if they have left.")
    at = serializers.DateTimeField()
    operations = serializers.ListField(child=JsonObjectField(), allow_null=True)


class BatchesOut(serializers.Serializer[Any]):
    """What came since a revision, oldest first. Null: more than is known, so the draft is to be read anew."""

    revision = serializers.IntegerField(help_text="That of the draft now.")
    batches = BatchOut(many=True, allow_null=True)


class PublishIn(StrictSerializer):
    """What to remember of a version."""

    note = serializers.CharField(max_length=2_000, default="", allow_blank=True)


class ShareIn(StrictSerializer):
    """As what a workflow is to be shared."""

    level = serializers.ChoiceField(choices=[each.value for each in Level])


class ShareOut(serializers.Serializer[Any]):
    """With whom a workflow is shared: a member by id, a role by its name or id."""

    kind = serializers.ChoiceField(choices=Share.Kind.values)
    subject = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(choices=[each.value for each in Level])
    given_by = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class SharePage(serializers.Serializer[Any]):
    """All shares of a workflow."""

    results = ShareOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class VersionRow(serializers.ModelSerializer[WorkflowVersion]):
    """A published version in a list."""

    class Meta:
        model = WorkflowVersion
        fields = ("id", "number", "note", "created_by", "created_at")
        read_only_fields = fields


class VersionOut(VersionRow):
    """A published version with its document."""

    definition = JsonObjectField(read_only=True)

    class Meta:
        model = WorkflowVersion
        fields = (*VersionRow.Meta.fields, "definition")
        read_only_fields = fields


class PinIn(StrictSerializer):
    """What is to stand for running a node in test runs."""

    output = JsonValueField(allow_null=True)
    port = serializers.CharField(
        max_length=64, default="", allow_blank=True, help_text="Default: the node's usual port."
    )


class PinOut(serializers.ModelSerializer[Pin]):
    """A pinned output. A pin of a node that the draft has no more does nothing."""

    output = JsonValueField(allow_null=True, read_only=True)

    class Meta:
        model = Pin
        fields = ("node_id", "output", "port", "size_bytes", "created_by", "updated_at")
        read_only_fields = fields


class PinPage(serializers.Serializer[Any]):
    """All pins of a workflow as one page: together they are bounded."""

    results = PinOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class DryRunIn(StrictSerializer):
    """What to try: the trigger's data, and the output that stands for each node that would touch the world."""

    trigger = JsonValueField(default=None, allow_null=True)
    mocks = JsonObjectField(default=dict)
    version = serializers.IntegerField(min_value=1, required=False, help_text="Default: the draft.")
    trigger_node = serializers.CharField(
        max_length=64, required=False, help_text="Default: the manual trigger, else the first."
    )


class DryStep(serializers.Serializer[Any]):
    """What one node did. `input` is its config as it was rendered."""

    status = serializers.CharField()
    input = JsonObjectField()
    output = JsonValueField(allow_null=True)
    error = JsonValueField(allow_null=True)
    attempts = serializers.IntegerField()


class DryRunOut(serializers.Serializer[Any]):
    """What would have happened. `path` names the nodes in the order in which they ran; `steps` are by step key."""

    status = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())
    steps = serializers.DictField(child=DryStep())
    output = JsonValueField(allow_null=True)
    response = JsonValueField(allow_null=True)
    error = JsonValueField(allow_null=True)
    problems = ProblemOut(many=True)
    had_errors = serializers.BooleanField()


class NodeTypeOut(serializers.Serializer[Any]):
    """A node type as the editor, the form and the help page read it; `fields` describe the config."""

    type = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    version = serializers.IntegerField()
    icon = serializers.CharField(help_text="SVG.")
    doc = serializers.CharField(help_text="Markdown.")
    ports = serializers.ListField(child=serializers.CharField())
    has_dynamic_ports = serializers.BooleanField()
    needs_port = serializers.BooleanField()
    fields = serializers.ListField(child=JsonObjectField())  # type: ignore[assignment]  # the catalogue's word
    credentials = serializers.ListField(child=serializers.CharField())
    effect = serializers.ChoiceField(choices=["pure", "code", "external"])
    on_unknown = serializers.ChoiceField(choices=["rerun", "stop"])
    is_trigger = serializers.BooleanField()
    is_response = serializers.BooleanField()
    output_schema = JsonObjectField()
    languages = serializers.DictField(
        child=serializers.CharField(allow_null=True),
        help_text="Languages of its scripts; each with the reason why it is off on this machine, or null.",
    )


class NodeTypePage(serializers.Serializer[Any]):
    """The whole catalogue as one page."""

    results = NodeTypeOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class CurlIn(StrictSerializer):
    """A command as it is copied from a browser or a manual."""

    command = serializers.CharField(max_length=LONGEST_COMMAND)


class WantedCredential(serializers.Serializer[Any]):
    """A secret that was taken out: the type of credential that would hold it, and where it stood."""

    type = serializers.CharField()
    place = serializers.CharField()


class CurlOut(serializers.Serializer[Any]):
    """The config of an `action:http`. `warnings` say what of the command is left out, `credentials` what is missing."""

    config = JsonObjectField()
    warnings = serializers.ListField(child=serializers.CharField())
    credentials = WantedCredential(many=True)
