"""Looking at executions: in lists, whole, their logs, their files, and who is asked to approve."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import tenancy
from apps.core.api import downloads, reading
from apps.core.api.pagination import PlacedPagination
from apps.core.api.permissions import caller, can
from apps.core.errors import FieldProblem, UnreadableError
from apps.engine.state import ExecutionStatus
from apps.engine.value import Json, NodeId, ScopeKey, StepKey, step_key
from apps.executions.api.guards import named
from apps.executions.api.serializers import (
    ApprovalShown,
    ExecutionListed,
    ExecutionShown,
    StepListed,
    StepLogShown,
    StepShown,
)
from apps.executions.models import Execution
from apps.executions.queries import finding, outline, searching, showing
from apps.executions.services import (
    answering,
    blobs,
    export,
)
from apps.workflows import facade as workflows

STATUSES = [each.value for each in ExecutionStatus]

SHOWN = ("trigger_node", "start_at", "stop_at", "trigger", "output", "response", "error")


class Executions(GenericAPIView[Any]):
    """The tenant's executions, newest first."""

    permission_classes = [can("execution.read")]
    serializer_class = ExecutionListed

    @extend_schema(
        operation_id="executions_list",
        parameters=[
            OpenApiParameter("status", str, many=True, enum=STATUSES),
            OpenApiParameter("workflow_id", UUID),
            OpenApiParameter("parent_id", UUID),
            OpenApiParameter(
                "parent_node",
                str,
                description="With `parent_id`: only those that this node of it called.",
            ),
            OpenApiParameter(
                "parent_scope", str, description="In this pass of it: as `loop-1[3]`."
            ),
            OpenApiParameter(
                "error",
                str,
                description="Only those whose error has all of these words; the last one may be a beginning.",
            ),
        ],
        responses=ExecutionListed(many=True),
    )
    def get(self, request: Request) -> Response:
        """List executions; `?status=` may stand several times, `?parent_id=` asks for those that one has called."""
        error = request.query_params.get("error")
        rows = finding.listed(
            by=caller(request),
            status=statuses(request),
            workflow_id=reading.identifier(request, "workflow_id"),
            parent_id=reading.identifier(request, "parent_id"),
            parent_step=_parent_step(request),
            error=error,
        )

        def read() -> Sequence[Execution]:
            return self.paginate_queryset(rows) or []

        page = finding.as_seen(searching.patiently(read) if error else read())
        return self.get_paginated_response(ExecutionListed(page, many=True).data)


class OneExecution(GenericAPIView[Any]):
    """One execution, with its steps if asked."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = ExecutionShown

    @extend_schema(
        operation_id="executions_get",
        parameters=[OpenApiParameter("include", str, enum=["steps"])],
        responses=ExecutionShown,
    )
    def get(self, request: Request, execution_id: UUID) -> Response:
        """Show an execution."""
        execution = finding.get(execution_id)
        shown = dict(ExecutionListed(execution).data)
        for name in SHOWN:
            shown[name] = getattr(execution, name)
        shown["parent"] = self._parent(request, execution)
        shown["pinned"] = sorted(execution.pins or {})
        if request.query_params.get("include") == "steps":
            steps = showing.steps(execution)
            if workflows.may(caller(request), "workflow.execute", execution.workflow_id):
                answering.show_addresses(execution_id, steps.rows)
            shown["steps"] = StepShown(steps.rows, many=True).data
            shown["steps_truncated"] = steps.is_truncated
        return Response(shown)

    def _parent(self, request: Request, execution: Execution) -> dict[str, Json] | None:
        """Return who called it, unless that is not there for who asks."""
        parent = finding.parent_of(execution)
        if parent is None or workflows.may(
            caller(request), "execution.read", UUID(str(parent["workflow_id"]))
        ):
            return parent
        return None


class StepPages(PlacedPagination):
    columns = ("node_id", "scope")


class Steps(GenericAPIView[Any]):
    """The steps of an execution, without their data."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = StepListed
    pagination_class = StepPages

    @extend_schema(operation_id="executions_steps", responses=StepListed(many=True))
    def get(self, request: Request, execution_id: UUID) -> Response:
        """List steps by node and scope, each with digests by which two executions can be compared."""
        frame = finding.frame(execution_id)
        page = self.paginate_queryset(outline.outline(execution_id)) or []
        told = outline.as_told(frame, page)
        return self.get_paginated_response(StepListed(told, many=True).data)


class OneStep(GenericAPIView[Any]):
    """One step, whole."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = StepShown

    @extend_schema(
        operation_id="executions_step",
        parameters=[OpenApiParameter("scope", str, description="As `loop-1[3]`.")],
        responses=StepShown,
    )
    def get(self, request: Request, execution_id: UUID, node_id: str) -> Response:
        """Show one step with its input, its output and its error."""
        frame = finding.frame(execution_id)
        step = showing.step(frame, node_id, request.query_params.get("scope", ""))
        if workflows.may(caller(request), "workflow.execute", frame.workflow_id):
            answering.show_addresses(execution_id, [step])
        return Response(StepShown(step).data)


class StepLog(GenericAPIView[Any]):
    """What one step wrote."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = StepLogShown

    @extend_schema(
        operation_id="executions_step_log",
        parameters=[OpenApiParameter("scope", str, description="As `loop-1[3]`.")],
        responses=StepLogShown,
    )
    def get(self, request: Request, execution_id: UUID, node_id: str) -> Response:
        """Return the lines of a step's own log: the console of a script, and what the node said."""
        scope = request.query_params.get("scope", "")
        return Response({"lines": showing.step_log(execution_id, node_id, scope)})


class ExecutionLog(GenericAPIView[Any]):
    """What a whole execution wrote, as a file."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = ExecutionListed

    @extend_schema(
        operation_id="executions_log",
        parameters=[OpenApiParameter("as", str, enum=list(export.FORMATS))],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, execution_id: UUID) -> StreamingHttpResponse:
        """Stream the first 10,000 steps in their order, with their lines; without `as`, as text."""
        chosen = request.query_params.get("as", "txt")
        if chosen not in export.FORMATS:
            sentence = f"as is one of {', '.join(export.FORMATS)}."
            raise UnreadableError(sentence, errors=[FieldProblem("/as", "malformed", sentence)])
        finding.require(execution_id)
        kind, written = export.FORMATS[chosen]
        # The answer is read when the request is over, so the tenant goes with it.
        lines = written(export.rows(tenancy.current_schema(), execution_id))
        name = f'attachment; filename="execution-{execution_id}.{chosen}"'
        return StreamingHttpResponse(
            lines, content_type=kind, headers={"Content-Disposition": name}
        )


class ExecutionBlob(GenericAPIView[Any]):
    """A file that an execution owns."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = ExecutionListed
    content_negotiation_class = downloads.AnyType

    @extend_schema(
        operation_id="executions_blob",
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER),
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, execution_id: UUID, blob_id: UUID) -> HttpResponseBase:
        """Send the bytes as an attachment; `Range` asks for one part of them, as long as `If-Range` still fits."""
        blob = blobs.get(execution_id, blob_id)
        what = downloads.Download(
            blob.filename or blob.id, blob.media_type, blob.size_bytes, blob.sha256
        )
        with blobs.reading():
            return downloads.answer(request, what, lambda: blobs.open_for_reader(blob))


class Approvals(GenericAPIView[Any]):
    """What an execution asks people."""

    permission_classes = [can("execution.read", of=named)]
    serializer_class = ApprovalShown
    pagination_class = None

    @extend_schema(operation_id="executions_approvals", responses=ApprovalShown(many=True))
    def get(self, request: Request, execution_id: UUID) -> Response:
        """List the approvals of an execution that nobody has decided yet, the oldest first."""
        return Response(ApprovalShown(showing.open_approvals(execution_id), many=True).data)


def _parent_step(request: Request) -> StepKey | None:
    node_id = request.query_params.get("parent_node", "")
    scope = request.query_params.get("parent_scope", "")
    if not node_id and not scope:
        return None
    for name, value in (
        ("parent_id", request.query_params.get("parent_id")),
        ("parent_node", node_id),
    ):
        if not value:
            sentence = (
                f"A step that has called is named by its execution and its node: send {name}, too."
            )
            raise UnreadableError(sentence, errors=[FieldProblem(f"/{name}", "required", sentence)])
    return step_key(ScopeKey(scope), NodeId(node_id))


def statuses(request: Request) -> list[str]:
    """Return the statuses that `?status=` names.

    Raises:
        UnreadableError: one of them is none.
    """
    wanted = request.query_params.getlist("status")
    unknown = [each for each in wanted if each not in STATUSES]
    if unknown:
        problem = FieldProblem("/status", "unknown_status", f"Known are {', '.join(STATUSES)}.")
        raise UnreadableError(
            f"{unknown[0][:40]!r} is no status of an execution.", errors=[problem]
        )
    return wanted
