"""An owner wants a tenant deleted, or back. On the host where people sign in: the tenant's own stands still meanwhile."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.errors import StepUpNeededError
from apps.core.api.permissions import OwnAccount, caller
from apps.tenants.api.serializers.departure import DeletionIn, DeletionOut
from apps.tenants.services import departure


class Deletion(APIView):
    """A tenant of which I am an owner: to be deleted after a while, or taken back."""

    permission_classes = [OwnAccount]

    @extend_schema(request=DeletionIn, responses={202: DeletionOut})
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Let nothing of it begin any more, and delete it when the time is over. Asks who it is, if that was long ago."""
        principal = caller(request)
        if not principal.is_confirmed:
            raise StepUpNeededError
        wanted = DeletionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        when = departure.leave(tenant_id, owner_id=principal.user_id, **wanted.validated_data)
        return Response(DeletionOut({"gone_after": when}).data, status=202)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, tenant_id: UUID) -> Response:
        """Take it back: it is what it was before. One that does not leave stays as it is."""
        departure.keep(tenant_id, owner_id=caller(request).user_id)
        return Response(status=204)
