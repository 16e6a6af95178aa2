"""Who I am, where I belong, and the API keys of a tenant."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import facade as accounts
from apps.core.api.permissions import SignedIn, caller, principal_of
from apps.tenants import facade
from apps.tenants.api import serializers
from apps.tenants.api.authentication import tenant_id_of
from apps.tenants.api.views.entrance import membership_body
from apps.tenants.errors import NoTenantError, ServiceAccountNotFoundError, SessionOverError
from apps.tenants.models import ApiKey
from apps.tenants.queries import access
from apps.tenants.services import api_keys, service_accounts

MANAGE = "api_key.manage"


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
            "acting": principal.acting,
        }
        return Response(serializers.MeOut(body).data)


class Tenants(APIView):
    """The tenants I belong to, with the addresses of their hosts; a key, an operator who acts and whom a tenant's provider let in see it alone."""

    permission_classes = [SignedIn]

    @extend_schema(responses=serializers.TenantPage)
    def get(self, request: Request) -> Response:
        principal = caller(request)
        mine = facade.memberships_of(principal.user_id)
        if principal.kind != "user" or principal.is_federated:
            mine = [each for each in mine if each.tenant.id == principal.tenant_id]
        results = [membership_body(request, each) for each in mine]
        return Response({"results": results, "next": None, "previous": None})


class HoldsKeys(BasePermission):
    """Any person, for keys of their own; a program only if it may manage the keys of all."""

    message = "Only a signed-in person, or a key that may manage keys, may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = principal_of(request)
        return principal is not None and (principal.kind == "user" or principal.may(MANAGE))


class ApiKeys(GenericAPIView[ApiKey]):
    """The tenant's API keys, newest first: one's own, and all for who may manage them. A new one is shown whole once."""

    permission_classes = [HoldsKeys]
    serializer_class = serializers.ApiKeyIn

    @extend_schema(responses=serializers.ApiKeyOut(many=True))
    def get(self, request: Request) -> Response:
        principal = caller(request)
        rows = access.api_keys()
        if not principal.may(MANAGE):
            rows = access.api_keys_of(principal.user_id)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.ApiKeyOut(page, many=True).data)

    @extend_schema(request=serializers.ApiKeyIn, responses={201: serializers.NewApiKeyOut})
    def post(self, request: Request) -> Response:
        wanted = serializers.ApiKeyIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        principal, given = caller(request), wanted.validated_data
        holder = given.pop("service_account")
        if holder is not None:
            if not principal.may(MANAGE):
                raise PermissionDenied("Your role does not allow keys of service accounts.")
            if not service_accounts.is_here(holder, _tenant_id(request)):
                raise ServiceAccountNotFoundError
        made = api_keys.create(
            tenant_id=_tenant_id(request),
            created_by=holder or principal.user_id,
            held=principal.permissions,
            **given,
        )
        made.row.secret = made.secret  # type: ignore[attr-defined]  # shown once, stored nowhere
        return Response(serializers.NewApiKeyOut(made.row).data, status=201)


class OneApiKey(APIView):
    """End a key: it is worthless from the next request on."""

    permission_classes = [HoldsKeys]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        principal = caller(request)
        holder_id = None if principal.may(MANAGE) else principal.user_id
        api_keys.revoke(key_id, _tenant_id(request), holder_id=holder_id)
        return Response(status=204)


def _tenant_id(request: Request) -> UUID:
    tenant_id = tenant_id_of(request)
    if tenant_id is None:
        raise NoTenantError
    return tenant_id
