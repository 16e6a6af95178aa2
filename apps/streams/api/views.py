"""Where the audit trail is sent on to: `/api/v1/audit/streams…`."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit import facade as audit
from apps.core.api import reading
from apps.core.api.permissions import can
from apps.core.api.serializers import NothingIn
from apps.streams import queries
from apps.streams.api.serializers import (
    RenewSecretIn,
    StreamChange,
    StreamIn,
    StreamMadeOut,
    StreamOut,
    StreamSecretOut,
    StreamTriedOut,
)
from apps.streams.models import Stream
from apps.streams.services import managing


class StreamView(GenericAPIView[Any]):
    """What the views of streams share. Also looking asks for it: an address may hold a token."""

    permission_classes = [can("audit.manage")]
    serializer_class: type[serializers.BaseSerializer[Any]] = StreamOut


class Streams(StreamView):
    """All streams of the tenant's trail."""

    @extend_schema(operation_id="audit_streams_list", responses=StreamOut(many=True))
    def get(self, request: Request) -> Response:
        """List streams, newest first, with how far each is behind."""
        page: list[Stream] = self.paginate_queryset(queries.streams()) or []
        shown = StreamOut(page, many=True, context=_behind(page)).data
        return self.get_paginated_response(shown)

    @extend_schema(
        operation_id="audit_streams_create", request=StreamIn, responses={201: StreamMadeOut}
    )
    def post(self, request: Request) -> Response:
        """Begin to send the trail on. What deliveries to a webhook are signed by is shown now and never again."""
        asked = reading.body(request, StreamIn)
        row, secret = managing.create(
            asked["name"], asked["url"], is_from_start=asked["from_start"]
        )
        row.refresh_from_db()
        shown = "" if secret is None else secret.reveal()
        body = StreamMadeOut(row, context={**_behind([row]), "secret": shown}).data
        return Response(body, status=status.HTTP_201_CREATED)


class OneStream(StreamView):
    """One stream."""

    @extend_schema(operation_id="audit_streams_get", responses=StreamOut)
    def get(self, request: Request, stream_id: UUID) -> Response:
        """Show a stream and how far it is behind."""
        return _shown(queries.stream(stream_id))

    @extend_schema(operation_id="audit_streams_update", request=StreamChange, responses=StreamOut)
    def patch(self, request: Request, stream_id: UUID) -> Response:
        """Change a stream; what is left out stays. It goes on where it had come to."""
        return _shown(managing.update(stream_id, reading.body(request, StreamChange)))

    @extend_schema(operation_id="audit_streams_delete", responses={204: None})
    def delete(self, request: Request, stream_id: UUID) -> Response:
        """Send nothing more there."""
        managing.delete(stream_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TryOut(StreamView):
    """A delivery without entries."""

    @extend_schema(operation_id="audit_streams_test", request=NothingIn, responses=StreamTriedOut)
    def post(self, request: Request, stream_id: UUID) -> Response:
        """Send something that is no entry, now, and say whether it was taken. It changes nothing."""
        reading.body(request, NothingIn)
        return Response(StreamTriedOut(managing.try_out(stream_id)).data)


class RenewSecret(StreamView):
    """Another secret for a webhook."""

    @extend_schema(
        operation_id="audit_streams_regenerate_secret",
        request=RenewSecretIn,
        responses=StreamSecretOut,
    )
    def post(self, request: Request, stream_id: UUID) -> Response:
        """Sign by a new secret from the next delivery on; it is shown now and never again. The one before signs as well for a day."""
        asked = reading.body(request, RenewSecretIn)
        row, secret = managing.renew_secret(stream_id, overlap_s=asked["overlap_s"])
        shown = {"secret": secret.reveal(), "before_until": row.before_until}
        return Response(StreamSecretOut(shown).data)


def _shown(row: Stream) -> Response:
    return Response(StreamOut(row, context=_behind([row])).data)


def _behind(rows: Iterable[Stream]) -> dict[str, Any]:
    return {"behind": audit.behind_each({row.pk: row.sent_seq for row in rows})}
