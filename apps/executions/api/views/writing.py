"""What whoever writes a workflow sees of its data: samples, and what an expression would give."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import can
from apps.core.api.serializers import JsonObjectField, JsonValueField, StrictSerializer
from apps.executions.api.guards import workflow_read
from apps.executions.services import previewing, sampling
from apps.executions.services.previewing import Asked

SOURCES = ["pin", "step", "trigger"]


class NodeSampleOut(serializers.Serializer[Any]):
    """What is known of a node: its pin, the last output of its step, or what a trigger last started an execution with."""

    node_id = serializers.CharField()
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # our word
    execution_id = serializers.UUIDField(allow_null=True, help_text="Null: a pin.")
    at = serializers.DateTimeField(allow_null=True)
    output = JsonValueField(allow_null=True)
    is_truncated = serializers.BooleanField(help_text="Members or ends of texts are left out.")
    variables = JsonObjectField(
        allow_null=True, help_text="Of a container: what its first pass shows by bare names."
    )


class NodeSamplePage(serializers.Serializer[Any]):
    """All samples of a workflow on one page: together they are bounded."""

    results = NodeSampleOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class PreviewDataIn(StrictSerializer):
    """Data that go before stored ones."""

    trigger = JsonValueField(required=False, allow_null=True)
    steps = JsonObjectField(required=False, help_text="Outputs by node id.")


class ExpressionPreviewIn(StrictSerializer):
    """An expression, or a template: any JSON whose texts may hold `{{ }}`."""

    expression = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    template = JsonValueField(required=False, allow_null=True)
    node_id = serializers.CharField(
        required=False, max_length=64, help_text="Whose sight it has. Default: all nodes are seen."
    )
    execution_id = serializers.UUIDField(
        required=False, help_text="Whose data are read. Default: pins, then the newest of each."
    )
    data = PreviewDataIn(required=False)  # type: ignore[assignment]  # our word

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what asks for both, or for neither."""
        if ("expression" in attrs) == ("template" in attrs):
            sentence = "Send either an expression or a template."
            raise serializers.ValidationError({"expression": [sentence]}, code="required")
        return attrs


class ExpressionFaultOut(serializers.Serializer[Any]):
    """Why there is no value."""

    code = serializers.CharField()
    message = serializers.CharField()
    position = serializers.IntegerField(
        allow_null=True, help_text="In characters, of the text at `place`."
    )
    path = serializers.CharField(allow_null=True, help_text="What is missing.")
    place = serializers.CharField(help_text="A JSON pointer into the template.")


class ExpressionPreviewOut(serializers.Serializer[Any]):
    """What it gives. Credentials are never opened: where one would stand, `[REDACTED]` does."""

    value = JsonValueField(allow_null=True)
    type = serializers.CharField(
        allow_null=True,
        help_text="string, number, boolean, array, object or null. Without one: an error.",
    )
    has_secret = serializers.BooleanField()
    is_truncated = serializers.BooleanField()
    error = ExpressionFaultOut(allow_null=True)


class Samples(GenericAPIView[Any]):
    """What is known of the data of a draft's nodes."""

    permission_classes = [can("execution.read", of=workflow_read)]
    serializer_class = NodeSampleOut

    @extend_schema(operation_id="workflows_samples", responses=NodeSamplePage)
    def get(self, request: Request, workflow_id: UUID) -> Response:
        """Return of each node its pin, or else its last output in the newest 10 executions; unknown ones are left out."""
        rows = NodeSampleOut(sampling.shown(workflow_id), many=True).data
        return Response({"results": rows, "next": None, "previous": None})


class Preview(GenericAPIView[Any]):
    """What an expression would give."""

    permission_classes = [can("execution.read", of=workflow_read)]
    serializer_class = ExpressionPreviewIn

    @extend_schema(
        operation_id="workflows_preview",
        request=ExpressionPreviewIn,
        responses=ExpressionPreviewOut,
    )
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Evaluate an expression or a template over data of the past, as a step would; nothing is called or stored."""
        body = reading.body(request, ExpressionPreviewIn)
        data = body.get("data", {})
        previewed = previewing.preview(
            Asked(
                workflow_id,
                expression=body.get("expression"),
                template=body.get("template"),
                node_id=body.get("node_id", ""),
                execution_id=body.get("execution_id"),
                steps=data.get("steps", {}),
                trigger=(data["trigger"],) if "trigger" in data else (),
            )
        )
        return Response(ExpressionPreviewOut(previewed).data)
