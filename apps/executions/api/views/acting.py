"""Doing something with executions: start, stop, hold, run again, decide what they wait for."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading, started
from apps.core.api.permissions import caller, can, principal_of
from apps.core.api.preconditions import idempotency_key
from apps.engine.value import Json
from apps.executions.api.guards import named, workflow_named
from apps.executions.api.serializers import (
    Accepted,
    ApprovalIn,
    DecisionIn,
    ExecuteIn,
    ExecutionListed,
    ManyAnswered,
    ManyIn,
    RetryIn,
    RetryManyIn,
)
from apps.executions.queries import finding
from apps.executions.services import (
    answering,
    bulk,
    cancel,
    deciding,
    manual,
    pause,
    retry,
)
from apps.executions.services.manual import Order
from apps.executions.services.part import Part


class ExecuteWorkflow(GenericAPIView[Any]):
    """Start a workflow now."""

    permission_classes = [can("workflow.execute", of=workflow_named)]
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
        part = None
        if "part" in body:
            part = Part(body["part"], body["node_id"])
        ordered = manual.execute(
            Order(
                workflow_id=workflow_id,
                input=body.get("input"),
                has_input="input" in body,
                part=part,
                data_of=body.get("execution_id"),
                node_id=body.get("trigger_node"),
                is_draft=body["draft"],
                number=body.get("version"),
                key=idempotency_key(request),
                actor_id=None if principal is None else principal.user_id,
            )
        )
        return started.answer(ordered.execution_id, request, is_duplicate=ordered.is_duplicate)


class CancelExecution(GenericAPIView[Any]):
    """Stop a live execution."""

    permission_classes = [can("execution.cancel", of=named)]
    serializer_class = ExecutionListed

    @extend_schema(operation_id="executions_cancel", request=None, responses={202: ExecutionListed})
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Ask an execution to end; it answers 202, shows as `cancelling` and ends within seconds."""
        cancel.request_cancel(execution_id)
        shown = ExecutionListed(finding.get(execution_id)).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class RetryExecution(GenericAPIView[Any]):
    """A finished execution once more."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = RetryIn

    @extend_schema(
        operation_id="executions_retry",
        request=RetryIn,
        responses={202: Accepted, 200: Accepted},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Start a new execution that keeps what came before its start; 200 with the first one's id for a known key."""
        body = reading.body(request, RetryIn)
        principal = principal_of(request)
        ordered = retry.retry(
            retry.Retry(
                execution_id=execution_id,
                start_at=body["start_at"],
                node_id=body.get("node_id", ""),
                is_newest=body["version"] == "newest",
                input=body.get("input"),
                has_input="input" in body,
                key=idempotency_key(request),
                actor_id=None if principal is None else principal.user_id,
            )
        )
        return started.answer(ordered.execution_id, request, is_duplicate=ordered.is_duplicate)


class PauseExecution(GenericAPIView[Any]):
    """Hold a live execution."""

    permission_classes = [can("execution.cancel", of=named)]
    serializer_class = ExecutionListed

    @extend_schema(operation_id="executions_pause", request=None, responses={202: ExecutionListed})
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Start nothing more of an execution until it is resumed; steps under way finish, its time stands still."""
        pause.request_pause(execution_id)
        shown = ExecutionListed(finding.get(execution_id)).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class ResumeExecution(GenericAPIView[Any]):
    """Let a paused execution go on."""

    permission_classes = [can("execution.cancel", of=named)]
    serializer_class = ExecutionListed

    @extend_schema(operation_id="executions_resume", request=None, responses={202: ExecutionListed})
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Go on after a pause; a wait whose time came meanwhile is over at once."""
        pause.request_resume(execution_id)
        shown = ExecutionListed(finding.get(execution_id)).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class CancelExecutions(GenericAPIView[Any]):
    """Many executions, stopped by one call."""

    permission_classes = [can("execution.cancel")]
    serializer_class = ManyIn

    @extend_schema(
        operation_id="executions_cancel_many", request=ManyIn, responses={200: ManyAnswered}
    )
    def post(self, request: Request) -> Response:
        """Ask up to 100 executions to end: those of `ids`, or the newest live ones of `status`; an answer for each."""
        answers = bulk.cancel_all(caller(request), _wanted(reading.body(request, ManyIn)))
        return Response(ManyAnswered({"results": answers}).data)


class RetryExecutions(GenericAPIView[Any]):
    """Many executions once more."""

    permission_classes = [can("workflow.execute")]
    serializer_class = RetryManyIn

    @extend_schema(
        operation_id="executions_retry_many",
        request=RetryManyIn,
        responses={200: ManyAnswered},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """Retry up to 100 ended executions: those of `ids`, or the newest of `status`; an answer for each."""
        body = reading.body(request, RetryManyIn)
        answers = bulk.retry_all(
            caller(request),
            _wanted(body),
            start_at=body["start_at"],
            is_newest=body["version"] == "newest",
            key=idempotency_key(request),
        )
        return Response(ManyAnswered({"results": answers}).data)


class DeleteExecutions(GenericAPIView[Any]):
    """Many executions, gone for ever."""

    permission_classes = [can("workflow.delete")]
    serializer_class = ManyIn

    @extend_schema(
        operation_id="executions_delete_many", request=ManyIn, responses={200: ManyAnswered}
    )
    def post(self, request: Request) -> Response:
        """Delete up to 100 ended executions with their steps: those of `ids`, or the newest of `status`; an answer for each.

        What a plan counts of a day stays as it was.
        """
        answers = bulk.delete_all(caller(request), _wanted(reading.body(request, ManyIn)))
        return Response(ManyAnswered({"results": answers}).data)


class DecideStep(GenericAPIView[Any]):
    """Say what becomes of a step whose worker vanished in the middle."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = DecisionIn

    @extend_schema(operation_id="executions_decide_step", request=DecisionIn, responses={202: None})
    def post(self, request: Request, execution_id: UUID, node_id: str) -> Response:
        """Let an unknown step run again with the same key, or fail; the execution goes on at once."""
        said = reading.body(request, DecisionIn)
        deciding.decide(execution_id, node_id, said["decision"], scope=said["scope"])
        return Response(status=status.HTTP_202_ACCEPTED)


class ApproveStep(GenericAPIView[Any]):
    """Say yes to an approval."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = ApprovalIn

    @extend_schema(
        operation_id="executions_approve_step", request=ApprovalIn, responses={202: None}
    )
    def post(self, request: Request, execution_id: UUID, node_id: str) -> Response:
        """Approve; the first decision counts, and the execution goes on at once by `approved`."""
        _decide(request, execution_id, node_id, "approved")
        return Response(status=status.HTTP_202_ACCEPTED)


class RejectStep(GenericAPIView[Any]):
    """Say no to an approval."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = ApprovalIn

    @extend_schema(operation_id="executions_reject_step", request=ApprovalIn, responses={202: None})
    def post(self, request: Request, execution_id: UUID, node_id: str) -> Response:
        """Reject; the first decision counts, and the execution goes on at once by `rejected`."""
        _decide(request, execution_id, node_id, "rejected")
        return Response(status=status.HTTP_202_ACCEPTED)


def _decide(request: Request, execution_id: UUID, node_id: str, decision: str) -> None:
    said = reading.body(request, ApprovalIn)
    scope = said.pop("scope")
    principal = principal_of(request)
    author: Json = None if principal is None else {**principal.facts()}
    answering.decide(
        execution_id, node_id, said | {"decision": decision}, scope=scope, author=author
    )


def _wanted(body: dict[str, Any]) -> bulk.Wanted:
    return bulk.Wanted(body["ids"], body["status"], body.get("workflow_id"))
