"""What whoever writes a workflow looks up: `/api/v1/expressions`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import can
from apps.workflows.api.views.workflows import WorkflowView
from apps.workflows.queries import writing


class ParameterOut(serializers.Serializer[Any]):
    """One parameter of a function; `kind` is what it accepts."""

    name = serializers.CharField()
    kind = serializers.CharField()
    is_optional = serializers.BooleanField()
    is_repeated = serializers.BooleanField()


class FunctionOut(serializers.Serializer[Any]):
    """A function as completion and help show it. What only the grammar knows has no parameters, but a signature."""

    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    group = serializers.CharField()
    signature = serializers.CharField()
    parameters = ParameterOut(many=True)
    gives = serializers.CharField()
    doc = serializers.CharField()
    example = serializers.CharField()


class RootOut(serializers.Serializer[Any]):
    """A name with which a path begins."""

    name = serializers.CharField()
    doc = serializers.CharField()


class ExpressionsOut(serializers.Serializer[Any]):
    """All that expressions know."""

    functions = FunctionOut(many=True)
    roots = RootOut(many=True)


class Expressions(WorkflowView):
    """The language of expressions."""

    permission_classes = [can("workflow.read")]
    serializer_class = ExpressionsOut

    @extend_schema(operation_id="expressions", responses=ExpressionsOut)
    def get(self, request: Request) -> Response:
        """Return every function that expressions may call, and what they may read; the same for everybody."""
        said = {"functions": writing.functions(), "roots": writing.roots()}
        return Response(ExpressionsOut(said).data)
