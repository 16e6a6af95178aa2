"""What links in letters lead to, and having them sent."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import facade as accounts
from apps.core.api.permissions import OwnAccount, Public, caller
from apps.core.api.proxies import address_of
from apps.tenants import facade
from apps.tenants.api import serializers
from apps.tenants.api.authentication import (
    clear_cookies,
    device_of,
    make_known,
    refuse_foreign_origin,
    set_cookies,
)
from apps.tenants.api.views.entrance import way_into
from apps.tenants.errors import SessionOverError
from apps.tenants.services import invitations


class Forgot(APIView):
    """Have a link for a new password sent. The answer is the same whether there is such an account or not."""

    permission_classes = [Public]  # whoever cannot sign in
    authentication_classes = []

    @extend_schema(request=serializers.ForgotIn, responses={202: None})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.ForgotIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        accounts.ask_to_reset(wanted.validated_data["email"], address=address_of(request))
        return Response(status=202)


class Reset(APIView):
    """Set a new password by the link of a letter. All sessions end; a second factor is still asked for."""

    permission_classes = [Public]  # the link is the proof
    authentication_classes = []

    @extend_schema(request=serializers.ResetIn, responses={204: None})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.ResetIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        user = accounts.reset_password(given["token"], given["password"])
        response = Response(status=204)
        clear_cookies(response)
        # Who has just read the account's mail is no stranger who guesses.
        make_known(response, user.email)
        return response


class ConfirmEmail(APIView):
    """Confirm an address by the link of a letter: the one of now, or the one that is to be."""

    permission_classes = [Public]  # the link is the proof
    authentication_classes = []

    @extend_schema(request=serializers.TokenIn, responses={200: serializers.AddressOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.TokenIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = accounts.confirm_email(wanted.validated_data["token"])
        return Response({"email": user.email})


class LookAtInvitation(APIView):
    """What an invitation says, to whoever holds its link."""

    permission_classes = [Public]  # the link is the proof
    authentication_classes = []

    @extend_schema(request=serializers.TokenIn, responses={200: serializers.WantedOut})
    def post(self, request: Request) -> Response:
        wanted = serializers.TokenIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        found = invitations.look_at(wanted.validated_data["token"])
        return Response(serializers.WantedOut(found).data)


class AcceptInvitation(APIView):
    """Accept an invitation as who I am; the answer leads into the tenant."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.TokenIn, responses={200: serializers.RedirectOut})
    def post(self, request: Request) -> Response:
        wanted = serializers.TokenIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        principal = caller(request)
        if principal.session_id is None:
            raise SessionOverError
        tenant_id = invitations.accept(wanted.validated_data["token"], principal.user_id)
        redirect = way_into(
            request,
            user_id=principal.user_id,
            session_id=principal.session_id,
            tenant=str(tenant_id),
            wanted="/",
        )
        return Response({"redirect": redirect})


class InvitedSignUp(APIView):
    """Accept an invitation with a new account; its address is confirmed by the link."""

    permission_classes = [Public]  # the link is the proof
    authentication_classes = []

    @extend_schema(request=serializers.InvitedSignUpIn, responses={201: serializers.SignedUpOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.InvitedSignUpIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        user, tenant_id, tokens = invitations.sign_up(
            given["token"],
            name=given["name"],
            password=given["password"],
            device=device_of(request),
        )
        tenant = next(
            each.tenant for each in facade.memberships_of(user.id) if each.tenant.id == tenant_id
        )
        redirect = way_into(
            request, user_id=user.id, session_id=tokens.session_id, tenant=tenant.slug, wanted="/"
        )
        body = {"user": user, "tenant": tenant, "redirect": redirect}
        response = Response(serializers.SignedUpOut(body).data, status=201)
        set_cookies(response, tokens)
        make_known(response, user.email)
        return response
