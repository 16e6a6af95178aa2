"""How much of its plan a tenant has used: the figures of three contexts, of which this one is the highest."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.permissions import can
from apps.executions.api.serializers import UsageOut, UsedMonthsOut
from apps.executions.queries import usage
from apps.tenants import facade as tenants


class TenantUsage(APIView):
    """The tenant's plan, what it allows, and how much of that is used; a limit that is null is none."""

    permission_classes = [can("tenant.read")]

    @extend_schema(responses=UsageOut)
    def get(self, request: Request) -> Response:
        return Response(UsageOut(usage.of_tenant()).data)


class TenantUsageByMonth(APIView):
    """What the tenant has used in this month and the twelve before it, newest first."""

    permission_classes = [can("tenant.read")]

    @extend_schema(responses=UsedMonthsOut)
    def get(self, request: Request) -> Response:
        page = {"results": tenants.by_month(), "next": None, "previous": None}
        return Response(UsedMonthsOut(page).data)
