"""Between password and session: the second factor. Passkeys without a password, and showing once more that it is I."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import facade as accounts
from apps.core.api.permissions import OwnAccount, Public, caller
from apps.core.api.proxies import address_of
from apps.tenants.api import serializers
from apps.tenants.api.authentication import refuse_foreign_origin
from apps.tenants.api.views.entrance import place_of, signed_in
from apps.tenants.errors import SessionOverError
from apps.tenants.services import own_sessions


def answer_of(given: dict[str, Any]) -> accounts.Answer:
    """Return what somebody shows."""
    return accounts.Answer(given["method"], given["code"], given["passkey"])


class SecondFactor(APIView):
    """Turn the ticket of a sign-in and a second factor into a session. Five tries, then it begins anew."""

    permission_classes = [Public]  # the ticket is the proof of the first step
    authentication_classes = []

    @extend_schema(request=serializers.SecondFactorIn, responses={200: serializers.SignedInOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.SecondFactorIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        user = accounts.answer_challenge(
            given["ticket"], answer_of(given), place_of(request), address=address_of(request)
        )
        return signed_in(request, user, given, has_second_factor=True)


class PasskeyBegin(APIView):
    """What the browser needs to let somebody choose one of their passkeys."""

    permission_classes = [Public]  # nobody is known yet, and nothing of anybody is told
    authentication_classes = []

    @extend_schema(request=None, responses={200: serializers.PasskeyAskOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        ticket, options = accounts.begin_passkey(place_of(request), address=address_of(request))
        return Response({"ticket": ticket, "options": options})


class PasskeySignIn(APIView):
    """Sign in by a passkey, without a password: it is two factors at once."""

    permission_classes = [Public]  # a stranger becomes somebody here
    authentication_classes = []

    @extend_schema(request=serializers.PasskeySignInIn, responses={200: serializers.SignedInOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.PasskeySignInIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        user = accounts.sign_in_by_passkey(
            place_of(request), token=given["ticket"], answer=given["passkey"]
        )
        return signed_in(request, user, given, has_second_factor=True)


class ConfirmBegin(APIView):
    """What is asked of me before a sensitive act: a second factor if I have one, else my password."""

    permission_classes = [OwnAccount]

    @extend_schema(request=None, responses={200: serializers.ConfirmBeginOut})
    def post(self, request: Request) -> Response:
        challenge = accounts.challenge(
            caller(request).user_id, place_of(request), is_confirming=True
        )
        return Response(serializers.ConfirmBeginOut({"challenge": challenge}).data)


class Confirm(APIView):
    """Show that it is I: for ten minutes this browser may do what asks for it."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.ConfirmIn, responses={204: None})
    def post(self, request: Request) -> Response:
        wanted = serializers.ConfirmIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        principal = caller(request)
        if principal.session_id is None:
            raise SessionOverError
        has_factor = accounts.factors_of(principal.user_id).any
        if has_factor:
            accounts.confirm_challenge(
                principal.user_id,
                given["ticket"],
                answer_of(given),
                place_of(request),
                address=address_of(request),
            )
        else:
            accounts.check_password(principal.user_id, given["password"])
        own_sessions.note_confirmed(principal.session_id, has_second_factor=has_factor)
        return Response(status=204)
