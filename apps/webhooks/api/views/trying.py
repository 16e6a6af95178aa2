"""Trying a webhook: a delivery that somebody makes up, and filters that nobody has saved yet."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading, started
from apps.core.api.errors import plain_response
from apps.core.api.permissions import can
from apps.core.api.proxies import address_of
from apps.core.errors import GoraxError
from apps.webhooks.api.guards import named
from apps.webhooks.api.serializers import (
    FiltersIn,
    FiltersJudged,
    TrialIn,
    TrialOut,
)
from apps.webhooks.api.views import door
from apps.webhooks.api.views.management import WebhookView
from apps.webhooks.rules.reply import reply_of
from apps.webhooks.services import accept, previewing, sample
from apps.webhooks.services.sample import Trial

# As much of an answer as a person reads.
LONGEST_SHOWN = 64 * 1024


class SendTest(WebhookView):
    """A delivery of somebody's own making."""

    permission_classes = [can("workflow.execute", of=named)]
    serializer_class = TrialIn

    @extend_schema(operation_id="webhooks_send_test", request=TrialIn, responses=TrialOut)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send a delivery, signed with the webhook's own secret, through its own door; return what its sender is told."""
        wanted = Trial(**reading.body(request, TrialIn))
        there = sample.door_of(webhook_id)
        delivery = sample.signed(wanted, there, caller=address_of(request))
        ids: dict[str, Any] = {"event_id": None, "execution_id": None, "status_url": None}
        if delivery.method not in there.rules.methods:
            return _shown(door.not_allowed(there.rules.methods), ids)
        try:
            accepted, answer = accept.accept(delivery, there)
        except GoraxError as refusal:
            return _shown(plain_response(refusal), ids)
        started_id = accepted.execution_id
        ids = {
            "event_id": accepted.event_id,
            "execution_id": started_id,
            "status_url": started_id and started.status_url(started_id, request),
        }
        file = answer and reply_of(answer.response, answer.output)
        if file and file.file_id is not None:
            return _answer(file.status, file.content_type, "", ids, is_whole=False)
        told = door.told(request, accepted, answer)
        assert isinstance(told, HttpResponse)  # noqa: S101 - only a file is sent in pieces
        return _shown(told, ids)


class JudgeFilters(WebhookView):
    """Filters and a condition before they are written into a document."""

    permission_classes = [can("webhook.read", of=named)]
    serializer_class = FiltersIn

    @extend_schema(
        operation_id="webhooks_judge_filters", request=FiltersIn, responses=FiltersJudged
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Say which of the last ten events would have started an execution, and why the others would not."""
        body = reading.body(request, FiltersIn)
        found = previewing.judged(webhook_id, body["filters"], body["condition"])
        return Response(FiltersJudged({"results": found}).data)


def _shown(response: HttpResponse, ids: dict[str, Any]) -> Response:
    media_type, raw = response.headers.get("Content-Type", ""), response.content
    is_whole = len(raw) <= LONGEST_SHOWN
    body: Any = raw[:LONGEST_SHOWN].decode("utf-8", "replace").replace("\x00", "\ufffd")
    if is_whole and raw and "json" in media_type:
        body = orjson.loads(raw)
    return _answer(response.status_code, media_type, body, ids, is_whole=is_whole)


def _answer(
    status: int, media_type: str, body: Any, ids: dict[str, Any], *, is_whole: bool
) -> Response:
    said = {"status": status, "content_type": media_type, "body": body, "is_whole": is_whole}
    return Response(TrialOut({**said, **ids}).data)
