"""Looking at executions, and stopping them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import downloads, reading, started
from apps.core.api.permissions import can, principal_of
from apps.core.api.preconditions import idempotency_key
from apps.core.errors import FieldProblem, UnreadableError
from apps.engine.state import ExecutionStatus
from apps.executions import queries
from apps.executions.api.serializers import (
    Accepted,
    DecisionIn,
    ExecuteIn,
    ExecutionListed,
    ExecutionShown,
    StepShown,
)
from apps.executions.services import blobs, cancel, deciding, manual
from apps.executions.services.manual import Order

STATUSES = [each.value for each in ExecutionStatus]


class Executions(GenericAPIView[Any]):
    """The tenant's executions, newest first."""

    permission_classes = [can("execution.read")]
    serializer_class = ExecutionListed

    @extend_schema(
        operation_id="executions_list",
        parameters=[
            OpenApiParameter("status", str, many=True, enum=STATUSES),
            OpenApiParameter("workflow_id", UUID),
        ],
        responses=ExecutionListed(many=True),
    )
    def get(self, request: Request) -> Response:
        """List executions; `?status=` may stand several times."""
        rows = queries.listed(
            status=_statuses(request), workflow_id=reading.identifier(request, "workflow_id")
        )
        page = queries.as_seen(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(ExecutionListed(page, many=True).data)


class OneExecution(GenericAPIView[Any]):
    """One execution, with its steps if asked."""

    permission_classes = [can("execution.read")]
    serializer_class = ExecutionShown

    @extend_schema(
        operation_id="executions_get",
        parameters=[OpenApiParameter("include", str, enum=["steps"])],
        responses=ExecutionShown,
    )
    def get(self, request: Request, execution_id: UUID) -> Response:
        """Show an execution."""
        execution = queries.get(execution_id)
        shown = dict(ExecutionListed(execution).data)
        for name in ("trigger_node", "trigger", "output", "response", "error"):
            shown[name] = getattr(execution, name)
        if request.query_params.get("include") == "steps":
            steps = queries.steps(execution)
            shown["steps"] = StepShown(steps.rows, many=True).data
            shown["steps_truncated"] = steps.is_truncated
        return Response(shown)


class CancelExecution(GenericAPIView[Any]):
    """Stop a live execution."""

    permission_classes = [can("execution.cancel")]
    serializer_class = ExecutionListed

    @extend_schema(operation_id="executions_cancel", request=None, responses={202: ExecutionListed})
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Ask an execution to end; it answers 202, shows as `cancelling` and ends within seconds."""
        cancel.request_cancel(execution_id)
        shown = ExecutionListed(queries.get(execution_id)).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class ExecutionBlob(GenericAPIView[Any]):
    """A file that an execution owns."""

    permission_classes = [can("execution.read")]
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
        return downloads.answer(request, what, lambda: blobs.open_for_reader(blob))


class DecideStep(GenericAPIView[Any]):
    """Say what becomes of a step whose worker vanished in the middle."""

    permission_classes = [can("workflow.execute")]
    serializer_class = DecisionIn

    @extend_schema(operation_id="executions_decide_step", request=DecisionIn, responses={202: None})
    def post(self, request: Request, execution_id: UUID, node_id: str) -> Response:
        """Let an unknown step run again with the same key, or fail; the execution goes on at once."""
        said = reading.body(request, DecisionIn)
        deciding.decide(execution_id, node_id, said["decision"], scope=said["scope"])
        return Response(status=status.HTTP_202_ACCEPTED)


class ExecuteWorkflow(GenericAPIView[Any]):
    """Start a workflow now."""

    permission_classes = [can("workflow.execute")]
    serializer_class = ExecuteIn

    @extend_schema(
        operation_id="workflows_execute",
        request=ExecuteIn,
        responses={202: Accepted, 200: Accepted},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request, workflow_id: UUID) -> Response:
        """Start an execution; 200 with the first one's id if the Idempotency-Key is known."""
        body = reading.body(request, ExecuteIn)
        principal = principal_of(request)
        ordered = manual.execute(
            Order(
                workflow_id=workflow_id,
                input=body["input"],
                node_id=body.get("trigger_node"),
                is_draft=body["draft"],
                key=idempotency_key(request),
                actor_id=None if principal is None else principal.user_id,
            )
        )
        return started.answer(ordered.execution_id, request, is_duplicate=ordered.is_duplicate)


def _statuses(request: Request) -> list[str]:
    wanted = request.query_params.getlist("status")
    unknown = [each for each in wanted if each not in STATUSES]
    if unknown:
        problem = FieldProblem("/status", "unknown_status", f"Known are {', '.join(STATUSES)}.")
        raise UnreadableError(
            f"{unknown[0][:40]!r} is no status of an execution.", errors=[problem]
        )
    return wanted
