"""Signing up, in and out, and refreshing."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import facade as accounts
from apps.core import events
from apps.core.api.permissions import Public
from apps.core.api.proxies import address_of
from apps.tenants import facade, rules
from apps.tenants.api import serializers
from apps.tenants.api.authentication import (
    CSRF_COOKIE,
    KNOWN_COOKIE,
    REFRESH_COOKIE,
    clear_cookies,
    device_of,
    make_known,
    origin_of,
    refuse_foreign_origin,
    refuse_forgery,
    set_cookies,
    tenant_id_of,
)
from apps.tenants.errors import NoTenantError, SecondFactorNeededError, SessionOverError
from apps.tenants.events import EnteringByPassword
from apps.tenants.queries.directory import MembershipInfo
from apps.tenants.services import crossing, onboarding, sessions


def url_of(request: HttpRequest | Request, host: str, path: str = "/") -> str:
    """Return a URL on another host of this installation: same scheme, same port as this call."""
    _, port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}{':' + port if port else ''}{path}"


def crossing_url(
    request: Request, *, user_id: UUID, session_id: UUID, tenant: str, wanted: str
) -> str:
    """Return the URL that opens a session on the tenant's host and then shows `wanted`.

    Raises:
        NoTenantError: this person belongs to no such active tenant.
    """
    code, tenant_id = crossing.issue_code(user_id=user_id, session_id=session_id, tenant=tenant)
    query = urlencode({"code": code, "next": rules.safe_path(wanted)})
    host = facade.host_of(tenant_id)
    if host is None:
        raise NoTenantError
    return url_of(request, host, f"/auth/cross?{query}")


def way_into(request: Request, *, user_id: UUID, session_id: UUID, tenant: str, wanted: str) -> str:
    """Return where to go from here: into the tenant, or to one's account if the tenant asks for a second factor first.

    Raises:
        NoTenantError: this person belongs to no such active tenant.
    """
    try:
        return crossing_url(
            request, user_id=user_id, session_id=session_id, tenant=tenant, wanted=wanted
        )
    except SecondFactorNeededError:
        return "/account?notice=second_factor_needed"


def membership_body(request: Request, membership: MembershipInfo) -> dict[str, Any]:
    """Return a membership as the API shows it."""
    return {
        "id": membership.tenant.id,
        "slug": membership.tenant.slug,
        "name": membership.tenant.name,
        "status": membership.tenant.status,
        "gone_after": membership.tenant.gone_after,
        "role": membership.role,
        "host": membership.host,
        "url": url_of(request, membership.host),
    }


def place_of(request: Request) -> accounts.Place:
    """Return where passkeys are asked for: this host, as our own pages see it."""
    return accounts.Place(origin_of(request))


def signed_in(
    request: Request,
    user: accounts.UserInfo,
    given: dict[str, Any],
    *,
    has_second_factor: bool = False,
) -> Response:
    """Open a session on this host for somebody who has shown who they are, and say where they go from here.

    Public: no view, but what views for strangers end with.

    Raises:
        NoTenantError: they do not belong where they want to go.
    """
    mine = facade.memberships_of(user.id)
    here = tenant_id_of(request)
    if here is not None and all(each.tenant.id != here for each in mine):
        raise NoTenantError
    origin = sessions.Origin(has_second_factor=has_second_factor)
    # What keeps somebody out of the tenant keeps the session from being.
    with transaction.atomic():
        for each in mine:
            if each.tenant.id == here:
                events.announce(
                    EnteringByPassword(
                        each.tenant.id, each.tenant.schema, user.id, user.email, each.role
                    )
                )
        tokens = sessions.open_session(user.id, here, origin, device_of(request))
        redirect = _way_on(request, user.id, tokens.session_id, mine, given)
    body = {
        "user": user,
        "tenants": [membership_body(request, each) for each in mine],
        "redirect": redirect,
        "challenge": None,
    }
    response = Response(serializers.SignedInOut(body).data)
    set_cookies(response, tokens)
    make_known(response, user.email)
    return response


def _way_on(
    request: Request,
    user_id: UUID,
    session_id: UUID,
    mine: list[MembershipInfo],
    given: dict[str, Any],
) -> str | None:
    if tenant_id_of(request) is not None:
        return rules.safe_path(given["next"])
    open_now = [each.tenant.slug for each in mine if each.tenant.is_active]
    slug = given["tenant"] or (open_now[0] if len(open_now) == 1 else "")
    if not slug:
        return None
    return way_into(
        request, user_id=user_id, session_id=session_id, tenant=slug, wanted=given["next"]
    )


class SignUp(APIView):
    """Open an account with a tenant of its own; the answer says where to go, signed in."""

    permission_classes = [Public]  # a stranger becomes somebody here
    authentication_classes = []

    @extend_schema(request=serializers.SignUpIn, responses={201: serializers.SignedUpOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.SignUpIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        done = onboarding.sign_up(
            email=given["email"],
            password=given["password"],
            name=given["name"],
            tenant_name=given["tenant_name"],
            slug=given["tenant_slug"],
            device=device_of(request),
        )
        redirect = "/"
        if not settings.GORAX_SINGLE_HOST:
            redirect = crossing_url(
                request,
                user_id=done.user.id,
                session_id=done.tokens.session_id,
                tenant=str(done.tenant.id),
                wanted="/",
            )
        body = {"user": done.user, "tenant": done.tenant, "redirect": redirect}
        response = Response(serializers.SignedUpOut(body).data, status=201)
        set_cookies(response, done.tokens)
        make_known(response, done.user.email)
        return response


class SignIn(APIView):
    """Open a session on this host, and a way to the tenant that was asked for, or to the only one.

    Who has a second factor gets a challenge instead, for `auth/second-factor`.
    """

    permission_classes = [Public]  # a stranger becomes somebody here
    authentication_classes = []

    @extend_schema(request=serializers.SignInIn, responses={200: serializers.SignedInOut})
    def post(self, request: Request) -> Response:
        refuse_foreign_origin(request)
        wanted = serializers.SignInIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        user = accounts.authenticate(
            email=given["email"],
            password=given["password"],
            address=address_of(request),
            proof=request.COOKIES.get(KNOWN_COOKIE, ""),
        )
        challenge = accounts.challenge(user.id, place_of(request))
        if challenge is None:
            return signed_in(request, user, given)
        # Between the two steps there is no session, and no cookie: only a ticket that a second factor turns into one.
        asked: dict[str, Any] = {
            "user": None,
            "tenants": [],
            "redirect": None,
            "challenge": challenge,
        }
        return Response(serializers.SignedInOut(asked).data)


class SignOut(APIView):
    """End this browser's session here and on every host that it crossed to."""

    permission_classes = [Public]  # also whoever's access token has expired must get out
    authentication_classes = []

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        refuse_forgery(request)
        sessions.sign_out(request.COOKIES.get(REFRESH_COOKIE, ""), tenant_id_of(request))
        response = Response(status=204)
        clear_cookies(response)
        return response


class Refresh(APIView):
    """Exchange the refresh cookie for fresh cookies. Again within 30 s it brings the same ones; later it ends the session."""

    permission_classes = [Public]  # the access token has expired; the refresh cookie is the proof
    authentication_classes = []

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        refuse_forgery(request)
        try:
            tokens = sessions.refresh(
                request.COOKIES.get(REFRESH_COOKIE, ""),
                tenant_id_of(request),
                device_of(request),
            )
        except SessionOverError as refusal:
            response = self.handle_exception(refusal)
            clear_cookies(response)
            return response
        response = Response(status=204)
        set_cookies(response, tokens, csrf=request.COOKIES.get(CSRF_COOKIE, ""))
        return response
