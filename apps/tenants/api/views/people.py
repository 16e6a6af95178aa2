"""Who I am, where I belong, and the API keys of a tenant."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import facade as accounts
from apps.core.api.permissions import SignedIn, caller, can
from apps.tenants import facade
from apps.tenants.api import serializers
from apps.tenants.api.authentication import tenant_id_of
from apps.tenants.api.views.entrance import membership_body
from apps.tenants.errors import NoTenantError, SessionOverError
from apps.tenants.models import ApiKey
from apps.tenants.queries import access
from apps.tenants.services import api_keys


class Me(APIView):
    """Who asks, in which tenant, as what, and what that allows. A key answers for its maker."""

    permission_classes = [SignedIn]

    @extend_schema(responses=serializers.MeOut)
    def get(self, request: Request) -> Response:
        principal = caller(request)
        user = accounts.by_id(principal.user_id)
        if user is None:
            raise SessionOverError
        body = {
            "id": user.id,
            "email": user.email,
            "name": user.name,
            "is_operator": user.is_operator,
            "kind": principal.kind,
            "role": principal.role,
            "permissions": sorted(principal.permissions),
            "tenant": getattr(request, "tenant", None),
        }
        return Response(serializers.MeOut(body).data)


class Tenants(APIView):
    """The tenants I belong to, with the addresses of their hosts; a key, and whom a tenant's provider let in, see it alone."""

    permission_classes = [SignedIn]

    @extend_schema(responses=serializers.TenantPage)
    def get(self, request: Request) -> Response:
        principal = caller(request)
        mine = facade.memberships_of(principal.user_id)
        if principal.kind == "api_key" or principal.is_federated:
            mine = [each for each in mine if each.tenant.id == principal.tenant_id]
        results = [membership_body(request, each) for each in mine]
        return Response({"results": results, "next": None, "previous": None})


class ApiKeys(GenericAPIView[ApiKey]):
    """The tenant's API keys, newest first; a new one is shown whole this once."""

    permission_classes = [can("tenant.update")]
    serializer_class = serializers.ApiKeyIn

    @extend_schema(responses=serializers.ApiKeyOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(access.api_keys())
        return self.get_paginated_response(serializers.ApiKeyOut(page, many=True).data)

    @extend_schema(request=serializers.ApiKeyIn, responses={201: serializers.NewApiKeyOut})
    def post(self, request: Request) -> Response:
        wanted = serializers.ApiKeyIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        principal = caller(request)
        made = api_keys.create(
            tenant_id=_tenant_id(request),
            created_by=principal.user_id,
            held=principal.permissions,
            **wanted.validated_data,
        )
        made.row.secret = made.secret  # type: ignore[attr-defined]  # shown once, stored nowhere
        return Response(serializers.NewApiKeyOut(made.row).data, status=201)


class OneApiKey(APIView):
    """End a key: it is worthless from the next request on."""

    permission_classes = [can("tenant.update")]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        api_keys.revoke(key_id, _tenant_id(request))
        return Response(status=204)


def _tenant_id(request: Request) -> UUID:
    tenant_id = tenant_id_of(request)
    if tenant_id is None:
        raise NoTenantError
    return tenant_id
