"""Who may come in: invitations, accounts of no person, and whether a second factor is asked for."""

from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.permissions import caller, can
from apps.tenants.api import serializers
from apps.tenants.api.authentication import tenant_id_of
from apps.tenants.api.serializers import members as shapes
from apps.tenants.models import Invitation, Membership
from apps.tenants.queries import access
from apps.tenants.services import acting, invitations, lifecycle, service_accounts


class Invitations(GenericAPIView[Invitation]):
    """The open invitations of the tenant, newest first; a new one goes out by letter, and its link nowhere else."""

    permission_classes = [can("user.invite")]
    serializer_class = serializers.InvitationIn

    @extend_schema(responses=serializers.InvitationOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(access.invitations())
        return self.get_paginated_response(serializers.InvitationOut(page, many=True).data)

    @extend_schema(request=serializers.InvitationIn, responses={201: serializers.InvitationOut})
    def post(self, request: Request) -> Response:
        wanted = serializers.InvitationIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        made = invitations.invite(caller(request), **wanted.validated_data)
        return Response(serializers.InvitationOut(made).data, status=201)


class OneInvitation(APIView):
    """Revoke an invitation: its link is worthless from now on."""

    permission_classes = [can("user.invite")]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        invitations.revoke(caller(request), invitation_id)
        return Response(status=204)


class ResendInvitation(APIView):
    """Send an invitation once more, for another 72 hours; the link before is worthless then."""

    permission_classes = [can("user.invite")]

    @extend_schema(request=None, responses=serializers.InvitationOut)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        row = invitations.resend(caller(request), invitation_id)
        return Response(serializers.InvitationOut(row).data)


class ServiceAccounts(GenericAPIView[Membership]):
    """The tenant's accounts of no person, newest first."""

    permission_classes = [can("api_key.manage")]
    serializer_class = shapes.ServiceAccountIn

    @extend_schema(responses=shapes.ServiceAccountOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(access.service_accounts())
        return self.get_paginated_response(shapes.ServiceAccountOut(page, many=True).data)

    @extend_schema(request=shapes.ServiceAccountIn, responses={201: shapes.ServiceAccountOut})
    def post(self, request: Request) -> Response:
        wanted = shapes.ServiceAccountIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        made = service_accounts.create(caller(request), **wanted.validated_data)
        row = access.service_account(made.user_id)
        return Response(shapes.ServiceAccountOut(row).data, status=201)


class OneServiceAccount(APIView):
    """Rename a service account, give it other roles, or close it with all of its keys."""

    permission_classes = [can("api_key.manage")]

    @extend_schema(request=shapes.ServiceAccountChange, responses=shapes.ServiceAccountOut)
    def patch(self, request: Request, service_account_id: UUID) -> Response:
        wanted = shapes.ServiceAccountChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        service_accounts.change(caller(request), service_account_id, **wanted.validated_data)
        row = access.service_account(service_account_id)
        return Response(shapes.ServiceAccountOut(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, service_account_id: UUID) -> Response:
        service_accounts.close(caller(request), service_account_id)
        return Response(status=204)


class Security(APIView):
    """Whether members come in only with a second factor, and whether operators may act as members.

    Who asks for second factors must have shown one in this very session.
    """

    permission_classes = [can("tenant.read", PATCH="tenant.update")]

    @extend_schema(responses=serializers.SecurityOut)
    def get(self, request: Request) -> Response:
        return Response(serializers.SecurityOut(access.security()).data)

    @extend_schema(request=serializers.SecurityIn, responses=serializers.SecurityOut)
    def patch(self, request: Request) -> Response:
        wanted = serializers.SecurityIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        with transaction.atomic():
            if "requires_second_factor" in given:
                lifecycle.require_second_factor(
                    caller(request), is_required=given["requires_second_factor"]
                )
            if "allows_acting" in given:
                acting.allow(tenant_id_of(request), is_allowed=given["allows_acting"])
        return Response(serializers.SecurityOut(access.security()).data)
