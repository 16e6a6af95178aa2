"""Webhooks and their events over HTTP: `/api/v1/webhooks…`, `/api/v1/events…`."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import tenancy
from apps.core.api import downloads, preconditions, reading, started
from apps.core.api.permissions import caller, can, principal_of
from apps.core.api.proxies import address_of
from apps.core.api.serializers import NothingIn
from apps.core.errors import FieldProblem, UnreadableError
from apps.engine.secret import Secret
from apps.webhooks.api.guards import event_named, named
from apps.webhooks.api.serializers import (
    EventOut,
    EventRow,
    RenewIn,
    RenewOut,
    ReplayIn,
    ReplayOut,
    SampleOut,
    WebhookChange,
    WebhookOut,
)
from apps.webhooks.queries import history
from apps.webhooks.services import export, replay, sample, secrets, switch
from apps.webhooks.services.replay import Replay

STATUSES = ["accepted", "filtered", "filter_error"]


class WebhookView(GenericAPIView[Any]):
    """What the views of webhooks share."""

    permission_classes = [can("webhook.read")]
    serializer_class: type[serializers.BaseSerializer[Any]] = WebhookOut


class Webhooks(WebhookView):
    """The webhooks of all live versions."""

    @extend_schema(
        operation_id="webhooks_list",
        parameters=[OpenApiParameter("workflow_id", UUID)],
        responses=WebhookOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List webhooks, newest first."""
        wanted = reading.identifier(request, "workflow_id")
        page = self.paginate_queryset(history.listed(caller(request), wanted))
        shown = WebhookOut(history.described(page or ()), many=True, context={"request": request})
        return self.get_paginated_response(shown.data)


class OneWebhook(WebhookView):
    """One webhook."""

    permission_classes = [can("webhook.read", of=named, PATCH="webhook.update")]
    serializer_class = WebhookChange

    @extend_schema(operation_id="webhooks_get", responses=WebhookOut)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Return a webhook; never its secret."""
        return self._shown(request, webhook_id)

    @extend_schema(operation_id="webhooks_update", request=WebhookChange, responses=WebhookOut)
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Pause the webhook, so that it answers 404, or let it listen again."""
        switch.pause(webhook_id, is_paused=reading.body(request, WebhookChange)["is_paused"])
        return self._shown(request, webhook_id)

    def _shown(self, request: Request, webhook_id: UUID) -> Response:
        shown = WebhookOut(history.webhook(webhook_id), context={"request": request})
        return Response(shown.data)


class RenewSecret(WebhookView):
    """The secret of a webhook, which can be replaced but never read."""

    permission_classes = [can("webhook.update", of=named)]
    serializer_class = RenewIn

    @extend_schema(operation_id="webhooks_regenerate_secret", request=RenewIn, responses=RenewOut)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Make a new secret, or store the provider's, and show it this once."""
        body = reading.body(request, RenewIn)
        given = Secret(body["secret"]) if "secret" in body else None
        secret = secrets.renew(webhook_id, given=given, overlap_s=body["overlap_s"])
        return Response({"secret": secret.reveal()})


class SendSample(WebhookView):
    """A delivery to try a webhook with."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = NothingIn

    @extend_schema(operation_id="webhooks_send_sample", request=None, responses={202: SampleOut})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send a GitHub push, signed with the webhook's own secret, through its own door."""
        accepted = sample.send(webhook_id, caller=address_of(request))
        started_id = accepted.execution_id
        body = {
            "event_id": accepted.event_id,
            "execution_id": started_id,
            "status_url": started_id and started.status_url(started_id, request),
        }
        return Response(SampleOut(body).data, status=status.HTTP_202_ACCEPTED)


class Events(WebhookView):
    """What arrived at a webhook."""

    permission_classes = [can("webhook.read", of=named)]
    serializer_class = EventRow

    @extend_schema(
        operation_id="webhooks_events",
        parameters=[OpenApiParameter("status", str, enum=STATUSES)],
        responses=EventRow(many=True),
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """List events, newest first, without their data."""
        page = self.paginate_queryset(history.events(webhook_id, _status(request)))
        return self.get_paginated_response(EventRow(page, many=True).data)


class ExportEvents(WebhookView):
    """What arrived at a webhook, as a file."""

    permission_classes = [can("webhook.read", of=named)]
    serializer_class = EventRow
    content_negotiation_class = downloads.AnyType

    @extend_schema(
        operation_id="webhooks_events_export",
        parameters=[OpenApiParameter("status", str, enum=STATUSES)],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, webhook_id: UUID) -> StreamingHttpResponse:
        """Stream the newest 10,000 events without their data as CSV."""
        status_ = _status(request)
        history.workflow_of(webhook_id)
        # The answer is read when the request is over, so the tenant goes with it.
        lines = export.as_csv(tenancy.current_schema(), webhook_id, status_)
        name = f'attachment; filename="events-{webhook_id}.csv"'
        return StreamingHttpResponse(
            lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )


class OneEvent(WebhookView):
    """One event."""

    permission_classes = [can("webhook.read", of=event_named)]
    serializer_class = EventOut

    @extend_schema(operation_id="events_get", responses=EventOut)
    def get(self, request: Request, event_id: UUID) -> Response:
        """Return an event with its data."""
        return Response(EventOut(history.event(event_id)).data)


class ReplayEvent(WebhookView):
    """An event once more."""

    permission_classes = [can("workflow.execute", of=event_named)]
    serializer_class = ReplayIn

    @extend_schema(
        operation_id="events_replay",
        request=ReplayIn,
        responses={202: ReplayOut, 200: ReplayOut},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request, event_id: UUID) -> Response:
        """Start a new execution of the live version over the event's data, or over what the body says instead."""
        principal = principal_of(request)
        body = reading.body(request, ReplayIn)
        replayed = replay.replay(
            Replay(
                event_id=event_id,
                is_filtering=body.pop("apply_filters"),
                changes=body,
                key=preconditions.idempotency_key(request),
                actor_id=None if principal is None else principal.user_id,
            )
        )
        return started.answer(replayed.execution_id, request, is_duplicate=replayed.is_duplicate)


def _status(request: Request) -> str:
    wanted: str = request.query_params.get("status", "")
    if wanted and wanted not in STATUSES:
        sentence = f"status is one of {', '.join(STATUSES)}."
        raise UnreadableError(sentence, errors=[FieldProblem("/status", "malformed", sentence)])
    return wanted
