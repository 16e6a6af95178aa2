"""One wish for many workflows over HTTP: `/api/v1/workflows/activate`, `move`, `export`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.core.api.serializers import JsonObjectField, StrictSerializer
from apps.workflows.api.views.workflows import WorkflowView
from apps.workflows.queries import exporting
from apps.workflows.services import bulk
from apps.workflows.services.bulk import Answered


class WorkflowsIn(StrictSerializer):
    """Which workflows are meant."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=bulk.MOST)


class MoveIn(WorkflowsIn):
    """Where to: a folder, or null for the top."""

    folder_id = serializers.UUIDField(allow_null=True)


def _tags() -> serializers.ListField:
    tag = serializers.CharField(min_length=1, max_length=40)
    return serializers.ListField(child=tag, max_length=bulk.MOST_TAGS, default=list)


class TagIn(WorkflowsIn):
    """Which tags are given to each, and which are taken off."""

    add = _tags()
    remove = _tags()


class AnsweredOut(serializers.Serializer[Any]):
    """What became of one; with an empty `code` it was done."""

    id = serializers.UUIDField()
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class AnswersOut(serializers.Serializer[Any]):
    """An answer for each, in the order in which they were named."""

    results = AnsweredOut(many=True)


class ExportedOut(serializers.Serializer[Any]):
    """A workflow as it can be taken elsewhere; it names credentials, and holds none."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    definition = JsonObjectField()


class ExportsOut(serializers.Serializer[Any]):
    """The drafts of those that are there for who asks and fit into one answer; of each of the others, why it is missing."""

    workflows = ExportedOut(many=True)
    results = AnsweredOut(many=True)


class BulkView(WorkflowView):
    """What the views of many workflows share."""

    serializer_class = WorkflowsIn

    def told(self, answers: Sequence[Answered]) -> Response:
        """Return an answer for each."""
        return Response(AnswersOut({"results": answers}).data)


class ActivateWorkflows(BulkView):
    """The switches, on."""

    permission_classes = [can("workflow.update")]

    @extend_schema(
        operation_id="workflows_activate_many", request=WorkflowsIn, responses=AnswersOut
    )
    def post(self, request: Request) -> Response:
        """Let the triggers of many workflows fire."""
        body = reading.body(request, WorkflowsIn)
        return self.told(bulk.activate(caller(request), body["ids"]))


class DeactivateWorkflows(BulkView):
    """The switches, off."""

    permission_classes = [can("workflow.update")]

    @extend_schema(
        operation_id="workflows_deactivate_many", request=WorkflowsIn, responses=AnswersOut
    )
    def post(self, request: Request) -> Response:
        """Let no trigger of many workflows fire any more."""
        body = reading.body(request, WorkflowsIn)
        return self.told(bulk.deactivate(caller(request), body["ids"]))


class DeleteWorkflows(BulkView):
    """Into the bin."""

    permission_classes = [can("workflow.delete")]

    @extend_schema(operation_id="workflows_delete_many", request=WorkflowsIn, responses=AnswersOut)
    def post(self, request: Request) -> Response:
        """Put many workflows into the bin for 30 days."""
        body = reading.body(request, WorkflowsIn)
        return self.told(bulk.throw_away(caller(request), body["ids"]))


class MoveWorkflows(BulkView):
    """Into a folder."""

    permission_classes = [can("workflow.update")]
    serializer_class = MoveIn

    @extend_schema(operation_id="workflows_move_many", request=MoveIn, responses=AnswersOut)
    def post(self, request: Request) -> Response:
        """Put many workflows into a folder, or at the top; their drafts and revisions stay."""
        body = reading.body(request, MoveIn)
        return self.told(bulk.move(caller(request), body["ids"], body["folder_id"]))


class TagWorkflows(BulkView):
    """With tags."""

    permission_classes = [can("workflow.update")]
    serializer_class = TagIn

    @extend_schema(operation_id="workflows_tag_many", request=TagIn, responses=AnswersOut)
    def post(self, request: Request) -> Response:
        """Give tags to many workflows and take others off; their drafts and revisions stay."""
        body = reading.body(request, TagIn)
        return self.told(bulk.tag(caller(request), body["ids"], body["add"], body["remove"]))


class ExportWorkflows(BulkView):
    """To be taken elsewhere."""

    permission_classes = [can("workflow.read")]

    @extend_schema(operation_id="workflows_export_many", request=WorkflowsIn, responses=ExportsOut)
    def post(self, request: Request) -> Response:
        """Return the drafts of many workflows, 16 MiB at most; nothing changes."""
        body = reading.body(request, WorkflowsIn)
        exported = exporting.exported(caller(request), body["ids"])
        return Response(ExportsOut(exported).data)
