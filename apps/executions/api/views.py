"""Looking at executions, and stopping them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import tenancy
from apps.core.api import downloads, reading, started
from apps.core.api.permissions import can, principal_of
from apps.core.api.preconditions import idempotency_key
from apps.core.errors import FieldProblem, UnreadableError
from apps.engine.state import ExecutionStatus
from apps.engine.value import Json
from apps.executions.api.serializers import (
    Accepted,
    ApprovalIn,
    ApprovalShown,
    DecisionIn,
    ExecuteIn,
    ExecutionListed,
    ExecutionShown,
    ManyAnswered,
    ManyIn,
    RetryIn,
    RetryManyIn,
    StepLogShown,
    StepShown,
)
from apps.executions.queries import finding, showing
from apps.executions.services import (
    answering,
    blobs,
    bulk,
    cancel,
    deciding,
    export,
    manual,
    pause,
    retry,
)
from apps.executions.services.manual import Order
from apps.executions.services.part import Part

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
        ],
        responses=ExecutionListed(many=True),
    )
    def get(self, request: Request) -> Response:
        """List executions; `?status=` may stand several times, `?parent_id=` asks for those that one has called."""
        rows = finding.listed(
            status=_statuses(request),
            workflow_id=reading.identifier(request, "workflow_id"),
            parent_id=reading.identifier(request, "parent_id"),
        )
        page = finding.as_seen(self.paginate_queryset(rows) or [])
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
        execution = finding.get(execution_id)
        shown = dict(ExecutionListed(execution).data)
        for name in SHOWN:
            shown[name] = getattr(execution, name)
        shown["parent"] = finding.parent_of(execution)
        shown["pinned"] = sorted(execution.pins or {})
        if request.query_params.get("include") == "steps":
            steps = showing.steps(execution)
            principal = principal_of(request)
            if principal is not None and principal.may("workflow.execute"):
                answering.show_addresses(execution_id, steps.rows)
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
        shown = ExecutionListed(finding.get(execution_id)).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class RetryExecution(GenericAPIView[Any]):
    """A finished execution once more."""

    permission_classes = [can("workflow.execute")]
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

    permission_classes = [can("execution.cancel")]
    serializer_class = ExecutionListed

    @extend_schema(operation_id="executions_pause", request=None, responses={202: ExecutionListed})
    def post(self, request: Request, execution_id: UUID) -> Response:
        """Start nothing more of an execution until it is resumed; steps under way finish, its time stands still."""
        pause.request_pause(execution_id)
        shown = ExecutionListed(finding.get(execution_id)).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class ResumeExecution(GenericAPIView[Any]):
    """Let a paused execution go on."""

    permission_classes = [can("execution.cancel")]
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
        answers = bulk.cancel_all(_wanted(reading.body(request, ManyIn)))
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
        principal = principal_of(request)
        answers = bulk.retry_all(
            _wanted(body),
            start_at=body["start_at"],
            is_newest=body["version"] == "newest",
            key=idempotency_key(request),
            actor_id=None if principal is None else principal.user_id,
        )
        return Response(ManyAnswered({"results": answers}).data)


class StepLog(GenericAPIView[Any]):
    """What one step wrote."""

    permission_classes = [can("execution.read")]
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

    permission_classes = [can("execution.read")]
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


class Approvals(GenericAPIView[Any]):
    """What an execution asks people."""

    permission_classes = [can("execution.read")]
    serializer_class = ApprovalShown
    pagination_class = None

    @extend_schema(operation_id="executions_approvals", responses=ApprovalShown(many=True))
    def get(self, request: Request, execution_id: UUID) -> Response:
        """List the approvals of an execution that nobody has decided yet, the oldest first."""
        return Response(ApprovalShown(showing.open_approvals(execution_id), many=True).data)


class ApproveStep(GenericAPIView[Any]):
    """Say yes to an approval."""

    permission_classes = [can("workflow.execute")]
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

    permission_classes = [can("workflow.execute")]
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
        part = None
        if "part" in body:
            part = Part(body["part"], body["node_id"], body.get("execution_id"))
        ordered = manual.execute(
            Order(
                workflow_id=workflow_id,
                input=body.get("input"),
                has_input="input" in body,
                part=part,
                node_id=body.get("trigger_node"),
                is_draft=body["draft"],
                key=idempotency_key(request),
                actor_id=None if principal is None else principal.user_id,
            )
        )
        return started.answer(ordered.execution_id, request, is_duplicate=ordered.is_duplicate)


def _wanted(body: dict[str, Any]) -> bulk.Wanted:
    return bulk.Wanted(body["ids"], body["status"], body.get("workflow_id"))


def _statuses(request: Request) -> list[str]:
    wanted = request.query_params.getlist("status")
    unknown = [each for each in wanted if each not in STATUSES]
    if unknown:
        problem = FieldProblem("/status", "unknown_status", f"Known are {', '.join(STATUSES)}.")
        raise UnreadableError(
            f"{unknown[0][:40]!r} is no status of an execution.", errors=[problem]
        )
    return wanted
