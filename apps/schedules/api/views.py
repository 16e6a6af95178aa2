"""Schedules over HTTP: `/api/v1/schedules…`. What they are stands in documents; here they are looked at and paused."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.schedules import queries
from apps.schedules.api.guards import named
from apps.schedules.api.serializers import (
    FiringOut,
    PreviewIn,
    PreviewOut,
    ScheduleChange,
    ScheduleOut,
)
from apps.schedules.rules.times import Plan
from apps.schedules.services import registration


class ScheduleView(GenericAPIView[Any]):
    """What the views of schedules share."""

    permission_classes = [can("workflow.read")]
    serializer_class: type[serializers.BaseSerializer[Any]] = ScheduleOut


class Schedules(ScheduleView):
    """The schedules of all live versions."""

    @extend_schema(
        operation_id="schedules_list",
        parameters=[OpenApiParameter("workflow_id", UUID)],
        responses=ScheduleOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List schedules, newest first."""
        wanted = reading.identifier(request, "workflow_id")
        page = self.paginate_queryset(queries.listed(caller(request), wanted))
        shown = ScheduleOut(queries.described(page or ()), many=True)
        return self.get_paginated_response(shown.data)


class OneSchedule(ScheduleView):
    """One schedule."""

    permission_classes = [can("workflow.read", of=named, PATCH="workflow.update")]
    serializer_class = ScheduleChange

    @extend_schema(operation_id="schedules_get", responses=ScheduleOut)
    def get(self, request: Request, schedule_id: UUID) -> Response:
        """Return a schedule, when it fires next and what came of its last time."""
        return Response(ScheduleOut(queries.schedule(schedule_id)).data)

    @extend_schema(operation_id="schedules_update", request=ScheduleChange, responses=ScheduleOut)
    def patch(self, request: Request, schedule_id: UUID) -> Response:
        """Pause the schedule, or let it fire again; times that come while it is paused are not made up."""
        body = reading.body(request, ScheduleChange)
        registration.pause(schedule_id, is_paused=body["is_paused"])
        return Response(ScheduleOut(queries.schedule(schedule_id)).data)


class Firings(ScheduleView):
    """The times of a schedule that came."""

    permission_classes = [can("workflow.read", of=named)]
    serializer_class = FiringOut

    @extend_schema(operation_id="schedules_firings", responses=FiringOut(many=True))
    def get(self, request: Request, schedule_id: UUID) -> Response:
        """List the times that came, newest first, each with what it led to."""
        page = self.paginate_queryset(queries.firings(schedule_id))
        return self.get_paginated_response(FiringOut(page, many=True).data)


class PreviewTimes(ScheduleView):
    """A schedule before it is written into a document."""

    serializer_class = PreviewIn

    @extend_schema(operation_id="schedules_preview", request=PreviewIn, responses=PreviewOut)
    def post(self, request: Request) -> Response:
        """Say in words what a schedule means, and when it would fire next."""
        body = reading.body(request, PreviewIn)
        found = queries.preview(Plan(body["cron"], body["timezone"]), body["count"])
        return Response(PreviewOut(found).data)
