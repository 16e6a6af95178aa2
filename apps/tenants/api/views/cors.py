"""Which pages of other origins may call this tenant's API."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import cors, reading
from apps.core.api.permissions import can
from apps.tenants.api import serializers
from apps.tenants.api.authentication import tenant_id_of
from apps.tenants.errors import NoTenantError
from apps.tenants.services import cors as services


class TenantCors(APIView):
    """The origins whose pages may call with an API key, never with cookies. An answer shows what holds, the installation's included."""

    permission_classes = [can("tenant.read", PUT="tenant.update")]

    @extend_schema(responses=serializers.CorsOut)
    def get(self, request: Request) -> Response:
        return _shown(cors.policy_for(request))

    @extend_schema(request=serializers.CorsIn, responses=serializers.CorsOut)
    def put(self, request: Request) -> Response:
        tenant_id = tenant_id_of(request)
        if tenant_id is None:
            raise NoTenantError
        own = reading.body(request, serializers.CorsIn)
        services.set_cors(tenant_id, own)
        return _shown(cors.installations().with_tenants(own))


def _shown(policy: cors.Policy) -> Response:
    body = {
        "origins": sorted(policy.origins),
        "methods": policy.methods,
        "headers": policy.headers,
        "max_age_s": policy.max_age_s,
    }
    return Response(serializers.CorsOut(body).data)
