"""Looking at executions, and stopping them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import can
from apps.core.errors import FieldProblem, UnreadableError
from apps.engine.state import ExecutionStatus
from apps.executions import queries
from apps.executions.api.serializers import ExecutionListed, ExecutionShown, StepShown
from apps.executions.services import cancel

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
        rows = queries.listed(status=_statuses(request), workflow_id=_workflow(request))
        page = self.paginate_queryset(rows)
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
            shown["steps"] = StepShown(queries.steps(execution_id), many=True).data
        return Response(shown)


class CancelExecution(GenericAPIView[Any]):
    """Stop a live execution."""

    permission_classes = [can("execution.cancel")]

    @extend_schema(operation_id="executions_cancel", request=None, responses={202: None})
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Ask an execution to end; it answers 202 and ends within seconds."""
        cancel.request_cancel(execution_id)
        return Response(status=status.HTTP_202_ACCEPTED)


def _statuses(request: Request) -> list[str]:
    wanted = request.query_params.getlist("status")
    unknown = [each for each in wanted if each not in STATUSES]
    if unknown:
        problem = FieldProblem("/status", "unknown_status", f"Known are {', '.join(STATUSES)}.")
        raise UnreadableError(
            f"{unknown[0][:40]!r} is no status of an execution.", errors=[problem]
        )
    return wanted


def _workflow(request: Request) -> UUID | None:
    text = request.query_params.get("workflow_id")
    try:
        return UUID(text) if text else None
    except ValueError:
        problem = FieldProblem("/workflow_id", "malformed", "Give the id of a workflow.")
        raise UnreadableError("workflow_id is no id.", errors=[problem]) from None
