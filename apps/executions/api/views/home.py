"""What the first page shows: `/api/v1/home`, and how workflows have been doing."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.executions.api.serializers import EXECUTION_STATUSES
from apps.executions.queries import home as looks

MOST_TRENDS = 100


class FailedOut(serializers.Serializer[Any]):
    """An execution that failed or ran out of time in the last 24 hours."""

    id = serializers.UUIDField()
    workflow_id = serializers.UUIDField()
    workflow_name = serializers.CharField()
    status = serializers.CharField()
    message = serializers.CharField()
    ended_at = serializers.DateTimeField()


class QuestionOut(serializers.Serializer[Any]):
    """A question that waits for a person."""

    execution_id = serializers.UUIDField()
    workflow_id = serializers.UUIDField()
    workflow_name = serializers.CharField()
    node_id = serializers.CharField()
    scope = serializers.CharField()
    title = serializers.CharField()
    asked_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class ExpiringOut(serializers.Serializer[Any]):
    """A credential that expires within a week."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.CharField()
    expires_at = serializers.DateTimeField()


class UnpublishedOut(serializers.Serializer[Any]):
    """A published workflow whose draft says something else than what is live."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    live_version = serializers.IntegerField()
    draft_revision = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class FailedMany(serializers.Serializer[Any]):
    """How many (at most 1,000 are counted), and the newest 10."""

    count = serializers.IntegerField()
    results = FailedOut(many=True)


class QuestionMany(serializers.Serializer[Any]):
    """How many in the newest 100 executions that wait, and the 10 that have waited longest."""

    count = serializers.IntegerField()
    results = QuestionOut(many=True)


class ExpiringMany(serializers.Serializer[Any]):
    """How many, and the 10 that expire first."""

    count = serializers.IntegerField()
    results = ExpiringOut(many=True)


class UnpublishedMany(serializers.Serializer[Any]):
    """The 10 that were changed last."""

    count = serializers.IntegerField()
    results = UnpublishedOut(many=True)


class TrendDayOut(serializers.Serializer[Any]):
    """Of the executions that were started on a day (UTC), how many were completed, and how many failed."""

    date = serializers.DateField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()


class HealthOut(serializers.Serializer[Any]):
    """How the executions of the last seven days (UTC) went, the oldest day first; of the newest 10,000 alone.

    `since`: those before it were not looked at; null: all were. `p95_ms`: nineteen of twenty took no longer.
    """

    days = TrendDayOut(many=True)
    total = serializers.IntegerField()
    p95_ms = serializers.IntegerField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)


class HomeOut(serializers.Serializer[Any]):
    """How it went, and what needs somebody. Null: who asks may not see such things."""

    health = HealthOut(allow_null=True)
    failed = FailedMany(allow_null=True)
    approvals = QuestionMany(allow_null=True)
    credentials = ExpiringMany(allow_null=True)
    drafts = UnpublishedMany()


class LastOut(serializers.Serializer[Any]):
    """The newest execution of a workflow."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=EXECUTION_STATUSES)
    had_errors = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class TrendOut(serializers.Serializer[Any]):
    """The last 14 days of a workflow, the oldest first, its newest 2,000 executions counted; and its newest execution, however old."""

    id = serializers.UUIDField()
    days = TrendDayOut(many=True)
    last = LastOut(allow_null=True)


class TrendPage(serializers.Serializer[Any]):
    """The trends of those workflows that are there for who asks."""

    results = TrendOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Home(GenericAPIView[Any]):
    """What needs somebody."""

    permission_classes = [can("workflow.read")]
    serializer_class = HomeOut

    @extend_schema(operation_id="home", responses=HomeOut)
    def get(self, request: Request) -> Response:
        """Return how it went, failed executions, questions that wait, credentials that expire, and drafts that are not published."""
        return Response(HomeOut(looks.home(caller(request))).data)


class Trends(GenericAPIView[Any]):
    """How workflows have been doing."""

    permission_classes = [can("execution.read")]
    serializer_class = TrendOut

    @extend_schema(
        operation_id="workflows_trends",
        parameters=[OpenApiParameter("id", str, many=True, description="Of which workflows; 100.")],
        responses=TrendPage,
    )
    def get(self, request: Request) -> Response:
        """Return how the executions of some workflows ended on each of the last 14 days."""
        wanted = reading.identifiers(request, "id", MOST_TRENDS)
        rows = TrendOut(looks.trends(caller(request), wanted), many=True).data
        return Response({"results": rows, "next": None, "previous": None})
