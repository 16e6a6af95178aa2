"""Wishing something for all executions that fit a filter, and looking how far that is."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.core.api.preconditions import idempotency_key
from apps.executions.api.guards import no_operator
from apps.executions.api.serializers.wishes import CountedOut, FittingIn, RetryFittingIn, WishShown
from apps.executions.api.views.showing import STATUSES, statuses
from apps.executions.queries import fitting
from apps.executions.queries.fitting import Narrowing
from apps.executions.services import wishing
from apps.executions.services.wishing import Wished

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class CountExecutions(GenericAPIView[Any]):
    """How many executions fit."""

    permission_classes = [can("execution.read")]
    serializer_class = CountedOut

    @extend_schema(
        operation_id="executions_count",
        parameters=[
            OpenApiParameter("status", str, many=True, enum=STATUSES),
            OpenApiParameter("workflow_id", UUID),
            OpenApiParameter("error", str),
        ],
        responses=CountedOut,
    )
    def get(self, request: Request) -> Response:
        """Count those that the list shows with these parameters, up to 10,000."""
        narrowing = Narrowing(
            tuple(statuses(request)),
            reading.identifier(request, "workflow_id"),
            request.query_params.get("error"),
        )
        return Response(CountedOut(fitting.counted(caller(request), narrowing)).data)


class Wishes(GenericAPIView[Any]):
    """What whoever asks has wished."""

    permission_classes = [can("execution.read")]
    serializer_class = WishShown

    @extend_schema(operation_id="executions_wishes", responses=WishShown(many=True))
    def get(self, request: Request) -> Response:
        """List one's own wishes, newest first; they are kept for 30 days."""
        page = self.paginate_queryset(wishing.mine(caller(request))) or []
        return self.get_paginated_response(WishShown(page, many=True).data)


class OneWish(GenericAPIView[Any]):
    """One wish."""

    permission_classes = [can("execution.read")]
    serializer_class = WishShown

    @extend_schema(operation_id="executions_wish", responses=WishShown)
    def get(self, request: Request, wish_id: UUID) -> Response:
        """Show how far a wish of one's own has come; managers see everybody's."""
        return Response(WishShown(wishing.get(caller(request), wish_id)).data)


class StopWish(GenericAPIView[Any]):
    """An end to a wish."""

    permission_classes = [can("execution.read")]
    serializer_class = WishShown

    @extend_schema(operation_id="executions_stop_wish", request=None, responses=WishShown)
    def post(self, request: Request, wish_id: UUID) -> Response:
        """Let a wish of one's own end where it is; managers may stop everybody's. What is done stays done."""
        return Response(WishShown(wishing.stop(caller(request), wish_id)).data)


class WishCancel(GenericAPIView[Any]):
    """All that fit, stopped."""

    permission_classes = [can("execution.cancel", of=no_operator)]
    serializer_class = FittingIn

    @extend_schema(
        operation_id="executions_cancel_fitting",
        request=FittingIn,
        responses={202: WishShown, 200: WishShown},
        parameters=[KEY],
    )
    def post(self, request: Request) -> Response:
        """Cancel all live executions that fit, in batches by workers; 200 with the first wish for a known key."""
        return _wish(request, "cancel", FittingIn)


class WishRetry(GenericAPIView[Any]):
    """All that fit, once more."""

    permission_classes = [can("workflow.execute", of=no_operator)]
    serializer_class = RetryFittingIn

    @extend_schema(
        operation_id="executions_retry_fitting",
        request=RetryFittingIn,
        responses={202: WishShown, 200: WishShown},
        parameters=[KEY],
    )
    def post(self, request: Request) -> Response:
        """Retry all ended executions that fit, in batches by workers; 200 with the first wish for a known key."""
        return _wish(request, "retry", RetryFittingIn)


class WishDelete(GenericAPIView[Any]):
    """All that fit, gone for ever."""

    permission_classes = [can("workflow.delete", of=no_operator)]
    serializer_class = FittingIn

    @extend_schema(
        operation_id="executions_delete_fitting",
        request=FittingIn,
        responses={202: WishShown, 200: WishShown},
        parameters=[KEY],
    )
    def post(self, request: Request) -> Response:
        """Delete all ended executions that fit, in batches by workers; 200 with the first wish for a known key."""
        return _wish(request, "delete", FittingIn)


def _wish(request: Request, action: str, shape: type[FittingIn]) -> Response:
    body = reading.body(request, shape)
    options = {name: body[name] for name in ("start_at", "version") if name in body}
    wished = Wished(
        action=action,
        narrowing=Narrowing(tuple(body["status"]), body.get("workflow_id"), body.get("error")),
        options=options or None,
        key=idempotency_key(request),
    )
    row, is_known = wishing.wish(caller(request), wished)
    answer = status.HTTP_200_OK if is_known else status.HTTP_202_ACCEPTED
    return Response(WishShown(row).data, status=answer)
