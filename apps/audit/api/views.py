"""The audit trail over HTTP: `/api/v1/audit…`. It is only read: entries come from what they tell of."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit import queries
from apps.audit.api.serializers import ArchiveOut, EntryOut, StatsIn, StatsOut, WantedIn
from apps.audit.services import archiving, export
from apps.core.api.downloads import sent_from
from apps.core.api.permissions import can
from apps.core.errors import FieldProblem, UnreadableError


class AuditView(GenericAPIView[Any]):
    """What the views of the trail share."""

    permission_classes = [can("audit.read")]
    serializer_class: type[serializers.BaseSerializer[Any]] = EntryOut


class Entries(AuditView):
    """The tenant's trail, newest first."""

    @extend_schema(operation_id="audit_list", parameters=[WantedIn], responses=EntryOut(many=True))
    def get(self, request: Request) -> Response:
        """List entries, newest first; filters narrow each other."""
        page = self.paginate_queryset(queries.entries(_wanted(request)))
        return self.get_paginated_response(EntryOut(page, many=True).data)


class OneEntry(AuditView):
    """One entry."""

    @extend_schema(operation_id="audit_get", responses=EntryOut)
    def get(self, request: Request, entry_id: UUID) -> Response:
        """Show an entry."""
        return Response(EntryOut(queries.entry(entry_id)).data)


class Stats(AuditView):
    """How much of what happened when."""

    serializer_class = StatsOut

    @extend_schema(operation_id="audit_stats", parameters=[StatsIn], responses=StatsOut)
    def get(self, request: Request) -> Response:
        """Count the entries of the last days by day and category."""
        counted, is_complete = queries.counts(_read(request, StatsIn).validated_data["days"])
        return Response(StatsOut({"results": counted, "is_complete": is_complete}).data)


class Export(AuditView):
    """The trail as a file."""

    @extend_schema(
        operation_id="audit_export",
        parameters=[OpenApiParameter("as", str, enum=list(export.FORMATS)), WantedIn],
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Stream the entries that the filters leave, oldest first; without `as`, a JSON object a line. It leaves an entry."""
        chosen = request.query_params.get("as", "ndjson")
        if chosen not in export.FORMATS:
            sentence = f"as is one of {', '.join(export.FORMATS)}."
            raise UnreadableError(sentence, errors=[FieldProblem("/as", "malformed", sentence)])
        lines = export.export(_wanted(request), chosen)
        name = f'attachment; filename="audit.{chosen}"'
        return StreamingHttpResponse(
            lines,
            content_type=export.FORMATS[chosen][0],
            headers={"Content-Disposition": name},
        )


class Archives(AuditView):
    """What has left the trail, or may: its archives."""

    serializer_class = ArchiveOut

    @extend_schema(operation_id="audit_archives_list", responses=ArchiveOut(many=True))
    def get(self, request: Request) -> Response:
        """List archives, newest first, also those that have been deleted since."""
        page = self.paginate_queryset(queries.checkpoints())
        return self.get_paginated_response(ArchiveOut(page, many=True).data)


class OneArchive(AuditView):
    """One archive."""

    serializer_class = ArchiveOut

    @extend_schema(operation_id="audit_archives_get", responses=ArchiveOut)
    def get(self, request: Request, archive_id: UUID) -> Response:
        """Show what an archive holds."""
        return Response(ArchiveOut(queries.checkpoint(archive_id)).data)


class ArchiveContent(AuditView):
    """An archive as the file that it is."""

    @extend_schema(
        operation_id="audit_archives_content",
        responses={(200, "application/gzip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, archive_id: UUID) -> HttpResponseBase:
        """Stream an archive: gzip, a JSON object a line as in an export, oldest first. It leaves an entry."""
        point, file = archiving.download(archive_id)
        name = f"audit.{point.first_seq}-{point.last_seq}.ndjson.gz"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(point.bytes),
            "Content-Type": "application/gzip",
        }
        return sent_from(file, point.bytes, status=200, headers=headers)


def _wanted(request: Request) -> queries.Wanted:
    wanted: queries.Wanted = _read(request, WantedIn).wanted()
    return wanted


def _read(request: Request, shape: type[Any]) -> Any:
    given = shape(data=request.query_params.dict())
    given.is_valid(raise_exception=True)
    return given
