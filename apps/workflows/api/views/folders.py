"""Folders and tags over HTTP: `/api/v1/folders…`, `/api/v1/tags`."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.core.api.serializers import StrictSerializer
from apps.workflows.api.views.workflows import WorkflowView
from apps.workflows.queries import folders as looks
from apps.workflows.services import folders


class FolderIn(StrictSerializer):
    """A new folder; without `parent_id` at the top."""

    name = serializers.CharField(min_length=1, max_length=100)
    parent_id = serializers.UUIDField(default=None, allow_null=True)


class FolderChange(StrictSerializer):
    """What of a folder changes; with `parent_id` it moves with all that lies in it, null: to the top."""

    name = serializers.CharField(min_length=1, max_length=100, required=False)
    parent_id = serializers.UUIDField(required=False, allow_null=True)


class FolderOut(serializers.Serializer[Any]):
    """A folder, and how many workflows lie in it that are there for who asks; its folders' are not counted."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    parent_id = serializers.UUIDField(allow_null=True)
    workflow_count = serializers.IntegerField()


class FolderPage(serializers.Serializer[Any]):
    """All folders on one page, by name: there are at most 500."""

    results = FolderOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class TagOut(serializers.Serializer[Any]):
    """A tag, and how many workflows have it that are there for who asks."""

    name = serializers.CharField()
    workflow_count = serializers.IntegerField()


class TagPage(serializers.Serializer[Any]):
    """All tags on one page, by name."""

    results = TagOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Folders(WorkflowView):
    """Where workflows lie."""

    permission_classes = [can("workflow.read", POST="workflow.update")]
    serializer_class = FolderIn

    @extend_schema(operation_id="folders_list", responses=FolderPage)
    def get(self, request: Request) -> Response:
        """List all folders by name; `parent_id` makes a tree of them."""
        rows = FolderOut(looks.folders(caller(request)), many=True).data
        return Response({"results": rows, "next": None, "previous": None})

    @extend_schema(operation_id="folders_create", request=FolderIn, responses={201: FolderOut})
    def post(self, request: Request) -> Response:
        """Make a folder."""
        made = folders.make(**reading.body(request, FolderIn), actor_id=self.actor_id(request))
        said = FolderOut(looks.one(caller(request), made.pk)).data
        return Response(said, status=status.HTTP_201_CREATED)


class OneFolder(WorkflowView):
    """One folder."""

    permission_classes = [can("workflow.read", PATCH="workflow.update", DELETE="workflow.update")]
    serializer_class = FolderChange

    @extend_schema(operation_id="folders_get", responses=FolderOut)
    def get(self, request: Request, folder_id: UUID) -> Response:
        """Return a folder."""
        return Response(FolderOut(looks.one(caller(request), folder_id)).data)

    @extend_schema(operation_id="folders_change", request=FolderChange, responses=FolderOut)
    def patch(self, request: Request, folder_id: UUID) -> Response:
        """Rename or move a folder."""
        folders.change(folder_id, reading.body(request, FolderChange))
        return Response(FolderOut(looks.one(caller(request), folder_id)).data)

    @extend_schema(operation_id="folders_remove", responses={204: None})
    def delete(self, request: Request, folder_id: UUID) -> Response:
        """Remove a folder; what lies in it moves into the one around it."""
        folders.remove(folder_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Tags(WorkflowView):
    """What workflows are tagged with."""

    permission_classes = [can("workflow.read")]
    serializer_class = TagOut

    @extend_schema(operation_id="tags_list", responses=TagPage)
    def get(self, request: Request) -> Response:
        """List the tags that workflows have, by name."""
        rows = TagOut(looks.tags(caller(request)), many=True).data
        return Response({"results": rows, "next": None, "previous": None})
