"""Editing by operations over HTTP: `/api/v1/workflows/{id}/operations`."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import preconditions, reading
from apps.core.api.permissions import can
from apps.workflows.api.guards import named
from apps.workflows.api.serializers import BatchesOut, OperationsIn, OperationsOut
from apps.workflows.api.views.workflows import IF_MATCH, DocumentParser, WorkflowView
from apps.workflows.queries import ledger
from apps.workflows.services import operations

FIRST = 1


class BatchParser(DocumentParser):
    """A batch says what changes, and no whole document."""

    max_bytes = 1 << 20


class Operations(WorkflowView):
    """The operations by which a draft is edited."""

    permission_classes = [can("workflow.read", of=named, POST="workflow.update")]
    parser_classes = [BatchParser]
    serializer_class = OperationsIn

    @extend_schema(
        operation_id="workflows_operations",
        parameters=[OpenApiParameter("since", int, required=True, description="A draft_revision.")],
        responses=BatchesOut,
    )
    def get(self, request: Request, workflow_id: UUID) -> Response:
        """Return the batches that came since a revision; `batches` is null if that is too long ago."""
        since = reading.count(request, "since")
        told = ledger.since(workflow_id, FIRST if since is None else since)
        return Response(BatchesOut(told).data)

    @extend_schema(
        operation_id="workflows_edit",
        request=OperationsIn,
        responses=OperationsOut,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Apply a batch of operations to the draft, whole or not at all; the same batch again changes nothing more.

        412 `revision_old` says in `batches` what came since; 422 says in `index` and `path` what cannot be applied.
        """
        revision = preconditions.revision(request)
        body = reading.body(request, OperationsIn)
        edited = operations.edit(
            workflow_id,
            body["operations"],
            batch_id=body["batch_id"],
            revision=revision,
            actor_id=self.actor_id(request),
        )
        said = OperationsOut({**_texts(edited), "problems": [e.facts() for e in edited.problems]})
        return Response(said.data, headers={"ETag": f'"{edited.revision}"'})


def _texts(edited: operations.Edited) -> dict[str, object]:
    return {name: getattr(edited, name) for name in ("revision", "batch_id", "name", "description")}
