"""Workflows over HTTP: `/api/v1/workflows…`."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import preconditions, reading
from apps.core.api.pagination import SortedPagination
from apps.core.api.parsers import StrictJsonParser
from apps.core.api.permissions import caller, can, principal_of
from apps.core.api.serializers import NothingIn
from apps.workflows.api.guards import named
from apps.workflows.api.serializers import (
    CurlIn,
    CurlOut,
    DryRunIn,
    DryRunOut,
    NodeTypeOut,
    NodeTypePage,
    PinIn,
    PinOut,
    PinPage,
    PublishIn,
    VersionOut,
    VersionRow,
    WorkflowChange,
    WorkflowIn,
    WorkflowOut,
    WorkflowRow,
)
from apps.workflows.models import Workflow
from apps.workflows.queries import curl, stored
from apps.workflows.services import bin as waste
from apps.workflows.services import drafts, pins, publish, trial
from apps.workflows.services.trial import DryRun


class DocumentParser(StrictJsonParser):
    """A document of 2,000 nodes has more keys than any delivery needs."""

    max_keys = 100_000


IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='The draft_revision that the caller has read, as in "7". 412 without it (`revision_missing`) and if it is old (`revision_old`).',
)
SORTS = ("name", "-name", "updated_at", "-updated_at")
IF_MATCH_OPTIONAL = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="Publish only this revision."
)


class WorkflowView(GenericAPIView[Any]):
    """What the views of workflows share."""

    permission_classes = [can("workflow.read")]
    parser_classes = [DocumentParser]
    serializer_class: type[serializers.BaseSerializer[Any]] = NothingIn

    def actor_id(self, request: Request) -> UUID | None:
        """Return who asks."""
        principal = principal_of(request)
        return None if principal is None else principal.user_id

    def shown(self, workflow: Workflow, *, code: int = status.HTTP_200_OK) -> Response:
        """Return a workflow with its draft; the ETag is what the next save sends as If-Match."""
        return Response(
            WorkflowOut(workflow, context={"by": caller(self.request)}).data,
            status=code,
            headers={"ETag": f'"{workflow.draft_revision}"'},
        )


class Workflows(WorkflowView):
    """All workflows of the tenant."""

    permission_classes = [can("workflow.read", POST="workflow.create")]
    serializer_class = WorkflowIn
    pagination_class = SortedPagination

    @extend_schema(
        operation_id="workflows_list",
        parameters=[
            OpenApiParameter("q", str, description="Only names that contain this."),
            OpenApiParameter("is_active", bool),
            OpenApiParameter("bin", bool, description="Those in the bin instead."),
            OpenApiParameter(
                "folder", str, description="The id of a folder, or `none`: those in no folder."
            ),
            OpenApiParameter("tag", str, many=True, description="Those that have all of these."),
            OpenApiParameter("sort", str, enum=SORTS, description="Default: the newest first."),
        ],
        responses=WorkflowRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """List workflows, newest first or as `sort` says, without their definitions."""
        is_top = request.query_params.get("folder") == stored.AT_THE_TOP
        narrowed = stored.Narrowed(
            is_binned=reading.flag(request, "bin") or False,
            is_active=reading.flag(request, "is_active"),
            name=request.query_params.get("q", ""),
            folder=stored.AT_THE_TOP if is_top else reading.identifier(request, "folder"),
            tags=request.query_params.getlist("tag"),
        )
        rows = stored.workflows(caller(request), narrowed)
        if isinstance(self.paginator, SortedPagination):
            self.paginator.sort = reading.word(request, "sort", SORTS) or ""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(WorkflowRow(page, many=True).data)

    @extend_schema(
        operation_id="workflows_create", request=WorkflowIn, responses={201: WorkflowOut}
    )
    def post(self, request: Request) -> Response:
        """Store a new workflow; its problems stand in the answer and do not prevent it."""
        body = reading.body(request, WorkflowIn)
        workflow = drafts.create(**body, actor_id=self.actor_id(request))
        return self.shown(workflow, code=status.HTTP_201_CREATED)


class OneWorkflow(WorkflowView):
    """One workflow with its draft."""

    permission_classes = [
        can("workflow.read", of=named, PATCH="workflow.update", DELETE="workflow.delete")
    ]
    serializer_class = WorkflowChange

    @extend_schema(operation_id="workflows_get", responses=WorkflowOut)
    def get(self, request: Request, workflow_id: UUID) -> Response:
        """Return a workflow with its draft and that draft's problems."""
        return self.shown(stored.workflow(workflow_id))

    @extend_schema(
        operation_id="workflows_save",
        request=WorkflowChange,
        responses=WorkflowOut,
        parameters=[IF_MATCH],
    )
    def patch(self, request: Request, workflow_id: UUID) -> Response:
        """Save the draft, its name or its description."""
        revision = preconditions.revision(request)
        body = reading.body(request, WorkflowChange)
        actor_id = self.actor_id(request)
        return self.shown(drafts.save(workflow_id, body, revision=revision, actor_id=actor_id))

    @extend_schema(operation_id="workflows_delete", responses={204: None})
    def delete(self, request: Request, workflow_id: UUID) -> Response:
        """Put the workflow into the bin for 30 days; it stops firing at once."""
        drafts.throw_away(workflow_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Publish(WorkflowView):
    """From draft to version."""

    permission_classes = [can("workflow.update", of=named)]
    serializer_class = PublishIn

    @extend_schema(
        operation_id="workflows_publish",
        request=PublishIn,
        responses=WorkflowOut,
        parameters=[IF_MATCH_OPTIONAL],
    )
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Freeze the draft as the next version and make it live; 422 lists what prevents it."""
        body = reading.body(request, PublishIn)
        workflow = publish.publish(
            workflow_id,
            actor_id=self.actor_id(request),
            revision=preconditions.revision(request),
            note=body["note"],
        )
        return self.shown(workflow)


class Activate(WorkflowView):
    """The switch, on."""

    permission_classes = [can("workflow.update", of=named)]

    @extend_schema(operation_id="workflows_activate", request=NothingIn, responses=WorkflowOut)
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Let the live version's triggers fire."""
        return self.shown(publish.activate(workflow_id))


class Deactivate(WorkflowView):
    """The switch, off."""

    permission_classes = [can("workflow.update", of=named)]

    @extend_schema(operation_id="workflows_deactivate", request=NothingIn, responses=WorkflowOut)
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Let no trigger fire any more; what runs goes on."""
        return self.shown(publish.deactivate(workflow_id))


class Restore(WorkflowView):
    """Out of the bin."""

    permission_classes = [can("workflow.delete", of=named)]

    @extend_schema(operation_id="workflows_restore", request=NothingIn, responses=WorkflowOut)
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Take the workflow out of the bin, inactive."""
        return self.shown(drafts.bring_back(workflow_id))


class Purge(WorkflowView):
    """Out of the bin, for ever."""

    permission_classes = [can("workflow.delete", of=named)]

    @extend_schema(operation_id="workflows_purge", responses={204: None})
    def delete(self, request: Request, workflow_id: UUID) -> Response:
        """Delete a workflow that lies in the bin; versions that executions refer to stay readable there."""
        waste.purge(workflow_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TryOut(WorkflowView):
    """A dry run."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = DryRunIn

    @extend_schema(operation_id="workflows_dry_run", request=DryRunIn, responses=DryRunOut)
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Run the draft or a version in memory: nothing is called, nothing is stored."""
        body = reading.body(request, DryRunIn)
        outcome = trial.dry_run(
            DryRun(
                workflow_id=workflow_id,
                trigger=body["trigger"],
                mocks=body["mocks"],
                number=body.get("version"),
                node_id=body.get("trigger_node"),
            )
        )
        return Response(outcome.facts())


class Versions(WorkflowView):
    """The published versions of a workflow."""

    permission_classes = [can("workflow.read", of=named)]

    @extend_schema(operation_id="workflows_versions", responses=VersionRow(many=True))
    def get(self, request: Request, workflow_id: UUID) -> Response:
        """List versions, newest first, without their definitions."""
        page = self.paginate_queryset(stored.versions(workflow_id))
        return self.get_paginated_response(VersionRow(page, many=True).data)


class Pins(WorkflowView):
    """The pinned outputs of a workflow's draft."""

    permission_classes = [can("workflow.read", of=named)]
    serializer_class = PinOut

    @extend_schema(operation_id="workflows_pins", responses=PinPage)
    def get(self, request: Request, workflow_id: UUID) -> Response:
        """List what is pinned, by node; all on one page, for together they are at most 4 MiB."""
        rows = PinOut(stored.pins(workflow_id), many=True).data
        return Response({"results": rows, "next": None, "previous": None})


class OnePin(WorkflowView):
    """The pinned output of one node."""

    permission_classes = [can("workflow.update", of=named)]
    serializer_class = PinIn

    @extend_schema(operation_id="workflows_pin", request=PinIn, responses=PinOut)
    def put(self, request: Request, workflow_id: UUID, node_id: str) -> Response:
        """Let an output stand for running a node in test runs of the draft."""
        body = reading.body(request, PinIn)
        made = pins.pin(workflow_id, node_id, **body, actor_id=self.actor_id(request))
        return Response(PinOut(made).data)

    @extend_schema(operation_id="workflows_unpin", responses={204: None})
    def delete(self, request: Request, workflow_id: UUID, node_id: str) -> Response:
        """Let the node run again."""
        pins.unpin(workflow_id, node_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OneVersion(WorkflowView):
    """One immutable version."""

    permission_classes = [can("workflow.read", of=named)]

    @extend_schema(operation_id="workflows_version", responses=VersionOut)
    def get(self, request: Request, workflow_id: UUID, number: int) -> Response:
        """Return a version with its definition."""
        return Response(VersionOut(stored.version_by_number(workflow_id, number)).data)


class TakeUp(WorkflowView):
    """An old version as the draft of today."""

    permission_classes = [can("workflow.update", of=named)]

    @extend_schema(
        operation_id="workflows_version_restore",
        request=NothingIn,
        responses=WorkflowOut,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, workflow_id: UUID, number: int) -> Response:
        """Make a version the draft again; publish makes it live."""
        return self.shown(
            drafts.take_up(
                workflow_id,
                number,
                revision=preconditions.revision(request),
                actor_id=self.actor_id(request),
            )
        )


class Nodes(WorkflowView):
    """The catalogue of node types."""

    serializer_class = NodeTypeOut

    @extend_schema(operation_id="nodes_list", responses=NodeTypePage)
    def get(self, request: Request) -> Response:
        """List every node type with its fields, ports and help, in alphabetical order; all on one page."""
        return Response({"results": stored.node_types(), "next": None, "previous": None})


class ImportCurl(WorkflowView):
    """A curl command as a node."""

    serializer_class = CurlIn

    @extend_schema(operation_id="nodes_import_curl", request=CurlIn, responses=CurlOut)
    def post(self, request: Request) -> Response:
        """Return the config of an `action:http` that does what a curl command does, without its secrets."""
        body = reading.body(request, CurlIn)
        return Response(CurlOut(curl.imported(body["command"])).data)


class OneNode(WorkflowView):
    """One node type."""

    serializer_class = NodeTypeOut

    @extend_schema(operation_id="nodes_get", responses=NodeTypeOut)
    def get(self, request: Request, kind: str) -> Response:
        """Return a node type by its name, as in `control:if`."""
        return Response(stored.node_type(kind))
