"""Sharing over HTTP: `/api/v1/workflows/{id}/shares…`, `restrict`, `open`."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.core.api.serializers import NothingIn
from apps.workflows.api.guards import named
from apps.workflows.api.serializers import ShareIn, ShareOut, SharePage, WorkflowOut
from apps.workflows.api.views.workflows import WorkflowView
from apps.workflows.rules.sharing import Level
from apps.workflows.services import sharing


class Restrict(WorkflowView):
    """Only for those with whom it is shared."""

    permission_classes = [can("workflow.share", of=named)]

    @extend_schema(operation_id="workflows_restrict", request=NothingIn, responses=WorkflowOut)
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Keep everybody out with whom it is not shared, but for the owners and admins of the tenant."""
        return self.shown(sharing.restrict(caller(request), workflow_id, is_restricted=True))


class Open(WorkflowView):
    """For all whose role allows it."""

    permission_classes = [can("workflow.share", of=named)]

    @extend_schema(operation_id="workflows_open", request=NothingIn, responses=WorkflowOut)
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Let in again whomever the role lets in; with whom it was shared is remembered."""
        return self.shown(sharing.restrict(caller(request), workflow_id, is_restricted=False))


class Shares(WorkflowView):
    """With whom a workflow is shared."""

    permission_classes = [can("workflow.share", of=named)]
    serializer_class = ShareOut

    @extend_schema(operation_id="workflows_shares", responses=SharePage)
    def get(self, request: Request, workflow_id: UUID) -> Response:
        """List with whom it is shared, and as what; all on one page, for there are at most 200."""
        rows = ShareOut(sharing.shares(workflow_id), many=True).data
        return Response({"results": rows, "next": None, "previous": None})


class MemberShare(WorkflowView):
    """What one member may do with a workflow."""

    permission_classes = [can("workflow.share", of=named)]
    serializer_class = ShareIn

    @extend_schema(operation_id="workflows_share_member", request=ShareIn, responses=ShareOut)
    def put(self, request: Request, workflow_id: UUID, user_id: UUID) -> Response:
        """Share it with a member, as this from now on; 403 if you may not do all of it yourself."""
        level = Level(reading.body(request, ShareIn)["level"])
        made = sharing.give_member(caller(request), workflow_id, user_id, level)
        return Response(ShareOut(made).data)

    @extend_schema(operation_id="workflows_unshare_member", responses={204: None})
    def delete(self, request: Request, workflow_id: UUID, user_id: UUID) -> Response:
        """Share it with the member no more."""
        sharing.take(caller(request), workflow_id, str(user_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RoleShare(WorkflowView):
    """What all who have a role may do with a workflow."""

    permission_classes = [can("workflow.share", of=named)]
    serializer_class = ShareIn

    @extend_schema(operation_id="workflows_share_role", request=ShareIn, responses=ShareOut)
    def put(self, request: Request, workflow_id: UUID, role: str) -> Response:
        """Share it with a role: a built-in one by its name, the tenant's own by its id."""
        level = Level(reading.body(request, ShareIn)["level"])
        made = sharing.give_role(caller(request), workflow_id, role, level)
        return Response(ShareOut(made).data)

    @extend_schema(operation_id="workflows_unshare_role", responses={204: None})
    def delete(self, request: Request, workflow_id: UUID, role: str) -> Response:
        """Share it with the role no more."""
        sharing.take(caller(request), workflow_id, role)
        return Response(status=status.HTTP_204_NO_CONTENT)
