"""Credentials over HTTP: `/api/v1/credentials…`. A secret goes in and never comes out, not even to who brought it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import reading
from apps.core.api.permissions import Public, SignedInPerson, caller, can, principal_of
from apps.core.api.serializers import NothingIn
from apps.core.errors import UnauthorizedError
from apps.credentials import queries
from apps.credentials.api.guards import named
from apps.credentials.api.serializers import (
    ConnectIn,
    ConnectOut,
    CredentialAccessOut,
    CredentialChange,
    CredentialIn,
    CredentialOut,
    CredentialVersionOut,
    DisconnectOut,
    FinishIn,
    KindOut,
    KindPage,
    RotateIn,
    TestIn,
    TestOut,
    UsersShape,
)
from apps.credentials.rules.kinds import KINDS
from apps.credentials.services import consents, parting, store, trying, using
from apps.credentials.services.consents import Answer, Person
from apps.tenants import facade as tenants

LONGEST_ADDRESS = 8_192
# The page that says what to do.
NOWHERE = "/not-connected"


class CredentialView(GenericAPIView[Any]):
    """What the views of credentials share."""

    permission_classes = [can("credential.read")]
    serializer_class: type[serializers.BaseSerializer[Any]] = NothingIn


class Credentials(CredentialView):
    """All credentials of the tenant."""

    permission_classes = [can("credential.read", POST="credential.create")]
    serializer_class = CredentialIn

    @extend_schema(
        operation_id="credentials_list",
        parameters=[
            OpenApiParameter("type", str, description="Only those of this type."),
            OpenApiParameter(
                "expires_soon",
                bool,
                description="Only those that expire within a week, or only others.",
            ),
        ],
        responses=CredentialOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List credentials, newest first."""
        rows = queries.credentials(
            caller(request),
            request.query_params.get("type", ""),
            expires_soon=reading.flag(request, "expires_soon"),
        )
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CredentialOut(page, many=True).data)

    @extend_schema(
        operation_id="credentials_create", request=CredentialIn, responses={201: CredentialOut}
    )
    def post(self, request: Request) -> Response:
        """Store a new credential under a name by which workflows call it."""
        body = reading.body(request, CredentialIn)
        principal = principal_of(request)
        made = store.create(
            type_name=body.pop("type"),
            actor_id=None if principal is None else principal.user_id,
            **body,
        )
        shown = queries.credential(made.pk)
        return Response(CredentialOut(shown).data, status=status.HTTP_201_CREATED)


class Types(CredentialView):
    """The types of credentials."""

    serializer_class = KindOut

    @extend_schema(operation_id="credentials_types", responses=KindPage)
    def get(self, request: Request) -> Response:
        """List every type with its values: what a form asks for, and what of it is secret."""
        results = KindOut(KINDS.values(), many=True).data
        return Response({"results": results, "next": None, "previous": None})


class OneCredential(CredentialView):
    """One credential."""

    permission_classes = [
        can("credential.read", of=named, PATCH="credential.update", DELETE="credential.delete")
    ]
    serializer_class = CredentialChange

    @extend_schema(operation_id="credentials_get", responses=CredentialOut)
    def get(self, request: Request, credential_id: UUID) -> Response:
        """Return a credential without its secrets."""
        return Response(CredentialOut(queries.credential(credential_id)).data)

    @extend_schema(
        operation_id="credentials_update", request=CredentialChange, responses=CredentialOut
    )
    def patch(self, request: Request, credential_id: UUID) -> Response:
        """Change what is said of a credential; values that are given replace, an empty one is removed."""
        store.update(credential_id, reading.body(request, CredentialChange))
        return Response(CredentialOut(queries.credential(credential_id)).data)

    @extend_schema(
        operation_id="credentials_delete",
        parameters=[
            OpenApiParameter("force", bool, description="Also if published workflows use it.")
        ],
        responses={204: None},
    )
    def delete(self, request: Request, credential_id: UUID) -> Response:
        """Delete a credential for good; 409 names the published workflows that use it."""
        store.delete(credential_id, is_forced=reading.flag(request, "force") or False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Versions(CredentialView):
    """The versions of one credential."""

    permission_classes = [can("credential.read", of=named)]
    serializer_class = CredentialVersionOut

    @extend_schema(operation_id="credentials_versions", responses=CredentialVersionOut(many=True))
    def get(self, request: Request, credential_id: UUID) -> Response:
        """List the versions of a credential, newest first: when, by whom, which values. None is ever shown."""
        page = self.paginate_queryset(queries.versions(credential_id))
        return self.get_paginated_response(CredentialVersionOut(page, many=True).data)


class Accesses(CredentialView):
    """The access log of one credential, also of one that is gone."""

    permission_classes = [can("audit.read")]
    serializer_class = CredentialAccessOut

    @extend_schema(operation_id="credentials_access", responses=CredentialAccessOut(many=True))
    def get(self, request: Request, credential_id: UUID) -> Response:
        """List who read or wrote a credential, newest first; it takes a second until a run is seen here."""
        page = self.paginate_queryset(queries.accesses(credential_id))
        return self.get_paginated_response(CredentialAccessOut(page, many=True).data)


class Rotate(CredentialView):
    """New secrets under the old name."""

    permission_classes = [can("credential.update", of=named)]
    serializer_class = RotateIn

    @extend_schema(operation_id="credentials_rotate", request=RotateIn, responses=CredentialOut)
    def post(self, request: Request, credential_id: UUID) -> Response:
        """Replace secret values and say until when they are good; steps that start from now on get these."""
        body = reading.body(request, RotateIn)
        store.rotate(
            credential_id,
            values=body["values"],
            expires_at=body["expires_at"],
        )
        return Response(CredentialOut(queries.credential(credential_id)).data)


class Connect(CredentialView):
    """The first half of connecting an account."""

    permission_classes = [can("credential.update", of=named), SignedInPerson]
    serializer_class = ConnectIn

    @extend_schema(operation_id="credentials_connect", request=ConnectIn, responses=ConnectOut)
    def post(self, request: Request, credential_id: UUID) -> Response:
        """Return where the person says yes; they come back to /oauth/callback within ten minutes."""
        body = reading.body(request, ConnectIn)
        more = tuple(body["scopes"])
        url = consents.begin(credential_id, _person(request), more_scopes=more)
        return Response(ConnectOut({"authorization_url": url}).data)


class Connected(CredentialView):
    """The second half of connecting an account."""

    permission_classes = [can("credential.update"), SignedInPerson]
    serializer_class = FinishIn

    @extend_schema(operation_id="credentials_connected", request=FinishIn, responses=CredentialOut)
    def post(self, request: Request) -> Response:
        """Trade what the person brought back for tokens; the state is good once, in the browser that began."""
        body = reading.body(request, FinishIn)
        answer = Answer(body["state"], body["path"], body["code"], body["error"], body["iss"])
        credential_id = consents.finish(answer, _person(request), caller(request))
        return Response(CredentialOut(queries.credential(credential_id)).data)


class Disconnect(CredentialView):
    """The end of a connected account."""

    permission_classes = [can("credential.update", of=named)]

    @extend_schema(operation_id="credentials_disconnect", request=None, responses=DisconnectOut)
    def post(self, request: Request, credential_id: UUID) -> Response:
        """Give its tokens back to the provider and forget them; steps that need it fail from now on."""
        reading.body(request, NothingIn)
        is_taken = parting.disconnect(credential_id)
        return Response(DisconnectOut({"is_revoked_at_provider": is_taken}).data)


def _person(request: Request) -> Person:
    principal = caller(request)
    if principal.session_id is None:
        raise UnauthorizedError("Sign in again: this browser has no session.")
    return Person(principal.user_id, principal.session_id)


@method_decorator(never_cache, name="dispatch")
class Callback(APIView):
    """Public: whoever comes is sent on to the tenant that the state names, and only its own host can use the answer.

    Nothing is judged or used up here. A state that names no tenant gets the page that says what to do.
    """

    permission_classes = [Public]
    authentication_classes: list[Any] = []
    http_method_names = ["get"]

    @extend_schema(exclude=True)
    def get(self, request: Request, host: str = "") -> HttpResponse:
        there = request.get_full_path()
        is_short = len(there) <= LONGEST_ADDRESS
        home = _home_of(request.query_params.get("state", "")) if is_short else None
        origin = settings.GORAX_TENANT_ORIGIN.format(host=home)
        url = NOWHERE if home is None else f"{origin}{there}"
        return HttpResponse(status=303, headers={"Location": url})


def _home_of(state: str) -> str | None:
    """Return the host of the tenant that a state names before its dot."""
    try:
        tenant_id = UUID(hex=state.partition(".")[0])
    except ValueError:
        return None
    return tenants.host_of(tenant_id)


class TestStored(CredentialView):
    """Whether a credential is good."""

    permission_classes = [can("credential.update", of=named)]

    @extend_schema(operation_id="credentials_test", request=None, responses=TestOut)
    def post(self, request: Request, credential_id: UUID) -> Response:
        """Ask the other side, harmlessly, whether it takes the credential; the answer holds none of its words."""
        reading.body(request, NothingIn)
        return Response(TestOut(trying.tested(credential_id)).data)


class TestBefore(CredentialView):
    """Whether values are good that nobody has stored yet."""

    permission_classes = [can("credential.create")]
    serializer_class = TestIn

    @extend_schema(operation_id="credentials_test_values", request=TestIn, responses=TestOut)
    def post(self, request: Request) -> Response:
        """Ask the other side whether it takes these values; nothing of them is stored."""
        body = reading.body(request, TestIn)
        outcome = trying.tested_before(body["type"], body["values"], body.get("allowed_hosts"))
        return Response(TestOut(outcome).data)


class Users(CredentialView):
    """Who may use one credential."""

    permission_classes = [can("credential.read", of=named, PUT="credential.update")]
    serializer_class = UsersShape

    @extend_schema(operation_id="credentials_users", responses=UsersShape)
    def get(self, request: Request, credential_id: UUID) -> Response:
        """Return whether it is restricted, and to whom; the tenant's owners and admins always may."""
        return Response(UsersShape(using.users(credential_id)).data)

    @extend_schema(
        operation_id="credentials_choose_users", request=UsersShape, responses=UsersShape
    )
    def put(self, request: Request, credential_id: UUID) -> Response:
        """Let exactly these use it, or everybody whose role allows it; 403 for whoever has not made it."""
        wanted = using.Users(**reading.body(request, UsersShape))
        return Response(UsersShape(using.choose(caller(request), credential_id, wanted)).data)
