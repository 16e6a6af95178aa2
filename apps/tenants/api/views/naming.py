"""What this tenant is called."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import reading
from apps.core.api.permissions import can
from apps.tenants.api import serializers
from apps.tenants.api.authentication import tenant_id_of
from apps.tenants.errors import NoTenantError
from apps.tenants.queries import directory
from apps.tenants.services import naming


class ThisTenant(APIView):
    """A tenant's name, which people read; its slug stands in its addresses and stays."""

    permission_classes = [can("tenant.read", PATCH="tenant.update")]

    @extend_schema(operation_id="tenant_get", responses=serializers.ThisTenantOut)
    def get(self, request: Request) -> Response:
        """Return what this tenant is called."""
        return _shown(_id(request))

    @extend_schema(
        operation_id="tenant_rename",
        request=serializers.ThisTenantIn,
        responses=serializers.ThisTenantOut,
    )
    def patch(self, request: Request) -> Response:
        """Call this tenant by another name."""
        tenant_id = _id(request)
        naming.rename(tenant_id, reading.body(request, serializers.ThisTenantIn)["name"])
        return _shown(tenant_id)


def _id(request: Request) -> UUID:
    tenant_id = tenant_id_of(request)
    if tenant_id is None:
        raise NoTenantError
    return tenant_id


def _shown(tenant_id: UUID) -> Response:
    # Not as it is remembered: another process may have renamed it a moment ago.
    return Response(serializers.ThisTenantOut(directory.by_id(tenant_id)).data)
