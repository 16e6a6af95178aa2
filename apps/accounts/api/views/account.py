"""One's own account: on the host where people sign in, for persons alone."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.accounts import queries
from apps.accounts.api import serializers
from apps.accounts.errors import StepUpNeededError
from apps.accounts.services import entrance, passkeys, passwords, proofs, second_factor, totp
from apps.accounts.services.passkeys import Place
from apps.core.api.permissions import OwnAccount, caller
from apps.core.api.proxies import address_of
from apps.core.errors import UnauthorizedError
from apps.core.principals import Principal


def confirmed(request: Request) -> Principal:
    """Return who is asking, if they have shown a moment ago that it is they.

    Raises:
        StepUpNeededError: they are asked to do so first.
    """
    principal = caller(request)
    if not principal.is_confirmed:
        raise StepUpNeededError
    return principal


def read(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return what a body says, if it has this shape."""
    wanted = shape(data=request.data)
    wanted.is_valid(raise_exception=True)
    given: dict[str, Any] = wanted.validated_data
    return given


def place_of(request: Request) -> Place:
    """Return where passkeys are asked for: the host that was called, which the middleware knows as ours."""
    return Place(f"{request.scheme}://{request.get_host()}".lower())


class Account(APIView):
    """Who I am, and how I sign in."""

    permission_classes = [OwnAccount]

    @extend_schema(responses=serializers.AccountOut)
    def get(self, request: Request) -> Response:
        return self._shown(caller(request))

    @extend_schema(request=serializers.AccountIn, responses=serializers.AccountOut)
    def patch(self, request: Request) -> Response:
        principal = caller(request)
        entrance.rename(principal.user_id, read(serializers.AccountIn, request)["name"])
        return self._shown(principal)

    def _shown(self, principal: Principal) -> Response:
        user = queries.by_id(principal.user_id)
        if user is None:
            raise UnauthorizedError("Sign in.")
        factors = queries.factors_of(user.id)
        body = {
            "id": user.id,
            "email": user.email,
            "name": user.name,
            "is_verified": user.is_verified,
            "has_app": factors.has_app,
            "recovery_codes": factors.recovery_codes,
            "passkeys": queries.passkeys_of(user.id),
            "is_confirmed": principal.is_confirmed,
        }
        return Response(serializers.AccountOut(body).data)


class Verification(APIView):
    """Send the link that confirms my address once more; nothing if it is confirmed."""

    permission_classes = [OwnAccount]

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        proofs.ask_to_verify(caller(request).user_id, address=address_of(request))
        return Response(status=202)


class Email(APIView):
    """Ask for another address: the link goes there, and nothing changes before it is opened."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.EmailIn, responses={202: None})
    def post(self, request: Request) -> Response:
        principal = confirmed(request)
        email = read(serializers.EmailIn, request)["email"]
        proofs.ask_to_change_email(principal.user_id, email, address=address_of(request))
        return Response(status=202)


class Password(APIView):
    """Change my password; my other sessions end."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.NewPasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        principal = caller(request)
        given = read(serializers.NewPasswordIn, request)
        passwords.change(
            principal.user_id,
            old=given["password"],
            new=given["new_password"],
            session_id=principal.session_id,
        )
        return Response(status=204)


class Closing(APIView):
    """Close my account; the last owner of a tenant cannot."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.PasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        principal = confirmed(request)
        passwords.close(principal.user_id, read(serializers.PasswordIn, request)["password"])
        return Response(status=204)


class App(APIView):
    """Begin with an app that shows codes, or take it away."""

    permission_classes = [OwnAccount]

    @extend_schema(request=None, responses={201: serializers.SetupOut})
    def post(self, request: Request) -> Response:
        setup = totp.begin(confirmed(request).user_id)
        return Response(serializers.SetupOut(setup).data, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        second_factor.remove_app(confirmed(request).user_id)
        return Response(status=204)


class AppConfirmation(APIView):
    """Show a first code of the app: it counts from now on, and recovery codes come, this once."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.CodeIn, responses=serializers.CodesOut)
    def post(self, request: Request) -> Response:
        principal = confirmed(request)
        code = read(serializers.CodeIn, request)["code"]
        codes = second_factor.confirm_app(principal.user_id, code, principal.session_id)
        return Response({"recovery_codes": codes})


class RecoveryCodes(APIView):
    """Ten new recovery codes; the old ones are worth nothing from now on."""

    permission_classes = [OwnAccount]

    @extend_schema(request=None, responses=serializers.CodesOut)
    def post(self, request: Request) -> Response:
        codes = second_factor.new_recovery_codes(confirmed(request).user_id)
        return Response({"recovery_codes": codes})


class PasskeyBegin(APIView):
    """What the browser needs to make a passkey."""

    permission_classes = [OwnAccount]

    @extend_schema(request=None, responses=serializers.PasskeyBeginOut)
    def post(self, request: Request) -> Response:
        ticket, options = passkeys.begin_adding(confirmed(request).user_id, place_of(request))
        return Response({"ticket": ticket, "options": options})


class Passkeys(APIView):
    """Add a passkey."""

    permission_classes = [OwnAccount]

    @extend_schema(request=serializers.PasskeyIn, responses={201: serializers.PasskeyOut})
    def post(self, request: Request) -> Response:
        principal = confirmed(request)
        given = read(serializers.PasskeyIn, request)
        row = second_factor.add_passkey(
            principal.user_id,
            place_of(request),
            token=given["ticket"],
            name=given["name"],
            answer=given["passkey"],
            session_id=principal.session_id,
        )
        return Response(serializers.PasskeyOut(row).data, status=201)


class OnePasskey(APIView):
    """Remove a passkey."""

    permission_classes = [OwnAccount]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, passkey_id: UUID) -> Response:
        second_factor.remove_passkey(confirmed(request).user_id, passkey_id)
        return Response(status=204)
