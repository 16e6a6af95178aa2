"""How long the tenant's audit trail is kept, and that nothing of it may leave."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.audit import facade as audit
from apps.core.api import reading
from apps.core.api.permissions import can
from apps.tenants.api.serializers.trails import HoldIn, RetentionOut
from apps.tenants.services import trails


class Retention(APIView):
    """Until which age entries stay in the trail, and in archives."""

    permission_classes = [can("audit.read")]

    @extend_schema(operation_id="audit_retention", responses=RetentionOut)
    def get(self, request: Request) -> Response:
        """Show the ages that hold for this tenant, and who keeps the trail from them, if anybody."""
        return _shown()


class TrailHold(APIView):
    """A legal hold: nothing of the trail leaves, however old, until it is lifted."""

    permission_classes = [can("audit.manage")]

    @extend_schema(operation_id="audit_hold", request=HoldIn, responses=RetentionOut)
    def put(self, request: Request) -> Response:
        """Hold the trail, or give another reason for it. It leaves an entry."""
        audit.hold(reading.body(request, HoldIn)["because"])
        return _shown()

    @extend_schema(operation_id="audit_lift_hold", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Let retention go on; a trail that nobody holds is fine."""
        audit.lift()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown() -> Response:
    return Response(RetentionOut({"terms": trails.terms(), "hold": audit.held()}).data)
