"""Who belongs to a tenant and as what, and the roles that it made for itself."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import reading
from apps.core.api.permissions import caller, can
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.tenants.api.serializers import members as serializers
from apps.tenants.models import CustomRole, Membership
from apps.tenants.queries import roles as queries
from apps.tenants.services import roles, standing


class Roles(GenericAPIView[CustomRole]):
    """The roles that the tenant made for itself, newest first."""

    permission_classes = [can("user.read", POST="role.manage")]
    serializer_class = serializers.RoleIn

    @extend_schema(operation_id="roles_list", responses=serializers.RoleOut(many=True))
    def get(self, request: Request) -> Response:
        """List the tenant's own roles; the built-in ones are at `/roles/built-in`."""
        page = self.paginate_queryset(queries.roles())
        return self.get_paginated_response(serializers.RoleOut(page, many=True).data)

    @extend_schema(operation_id="roles_create", responses={201: serializers.RoleOut})
    def post(self, request: Request) -> Response:
        """Make a role of permissions that you hold yourself."""
        body = reading.body(request, serializers.RoleIn)
        made = roles.create(caller(request), **body)
        return Response(serializers.RoleOut(made).data, status=201)


class BuiltInRoles(APIView):
    """The roles that every tenant has and nobody changes, and what each may."""

    permission_classes = [can("user.read")]

    @extend_schema(operation_id="roles_built_in", responses=serializers.BuiltInPage)
    def get(self, request: Request) -> Response:
        """List the built-in roles, the highest first."""
        results = [
            {"role": role, "permissions": sorted(held)}
            for role, held in PERMISSIONS_BY_ROLE.items()
        ]
        return Response({"results": results, "next": None, "previous": None})


class OneRole(GenericAPIView[CustomRole]):
    """A role of the tenant's own."""

    permission_classes = [can("role.manage", GET="user.read")]
    serializer_class = serializers.RoleChange

    @extend_schema(operation_id="roles_read", responses=serializers.RoleOut)
    def get(self, request: Request, role_id: UUID) -> Response:
        """Show one role."""
        return Response(serializers.RoleOut(queries.role(role_id)).data)

    @extend_schema(operation_id="roles_change", responses=serializers.RoleOut)
    def patch(self, request: Request, role_id: UUID) -> Response:
        """Change a role for everybody who holds it, from their next request on."""
        body = reading.body(request, serializers.RoleChange)
        changed = roles.change(caller(request), role_id, body)
        return Response(serializers.RoleOut(changed).data)

    @extend_schema(operation_id="roles_remove", request=None, responses={204: None})
    def delete(self, request: Request, role_id: UUID) -> Response:
        """Remove a role, also from everybody who holds it."""
        roles.remove(caller(request), role_id)
        return Response(status=204)


class Members(GenericAPIView[Membership]):
    """Who belongs to the tenant."""

    permission_classes = [can("user.read")]
    serializer_class = serializers.MemberOut

    @extend_schema(operation_id="members_list", responses=serializers.MemberOut(many=True))
    def get(self, request: Request) -> Response:
        """List the members, those who joined last first."""
        page = self.paginate_queryset(queries.members())
        return self.get_paginated_response(serializers.MemberOut(page, many=True).data)


class OneMember(GenericAPIView[Membership]):
    """A member, named by the id of the account."""

    permission_classes = [can("user.manage")]
    serializer_class = serializers.MemberChange

    @extend_schema(operation_id="members_change", responses=serializers.MemberOut)
    def patch(self, request: Request, user_id: UUID) -> Response:
        """Change a member's built-in role, or which of the tenant's own roles are held beside it."""
        body = reading.body(request, serializers.MemberChange)
        standing.change(caller(request), user_id, role=body.get("role"), custom=body.get("roles"))
        return Response(serializers.MemberOut(queries.member(user_id)).data)

    @extend_schema(operation_id="members_remove", request=None, responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """Remove a member: signed out at once, and without a way in by key."""
        standing.remove(caller(request), user_id)
        return Response(status=204)
