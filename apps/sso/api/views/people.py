"""Single sign-on as people meet it: which sign-in an address has, by what one is known, and the way out."""

from urllib.parse import urlencode
from uuid import UUID

from django.http.request import split_domain_port
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import rate_limit
from apps.core.api import reading
from apps.core.api.permissions import OwnAccount, Public, SignedInPerson, caller
from apps.core.api.proxies import address_of
from apps.core.api.screen import public_url
from apps.core.rate_limit import Limit
from apps.sso.api.serializers import (
    DiscoveredOut,
    DiscoverIn,
    IdentityOut,
    LinkIn,
    WayOut,
)
from apps.sso.api.views.browser import keep_browser, secret_of
from apps.sso.api.views.connections import origin_of
from apps.sso.errors import IdentityNotFoundError, TooManyLooksError
from apps.sso.models import Identity
from apps.sso.queries import connections as queries
from apps.sso.rules import claims as rules
from apps.sso.services import signing_in, signing_out
from apps.sso.services.signing_in import Wish
from apps.tenants import facade as tenants

DISCOVERIES = Limit(burst=30, per_s=0.5)


class Discover(APIView):
    """How an address signs in. Its domain alone decides, so the answer never tells who has an account."""

    permission_classes = [Public]  # asked before anybody is known
    authentication_classes = []

    @extend_schema(request=DiscoverIn, responses=DiscoveredOut)
    def post(self, request: Request) -> Response:
        wait_s = rate_limit.take("sso-discover", address_of(request), DISCOVERIES)
        if wait_s > 0:
            raise TooManyLooksError(wait_s)
        body = reading.body(request, DiscoverIn)
        found = [
            {"name": offer.name, "is_enforced": offer.is_enforced, "url": url}
            for offer in queries.offers(rules.domain_of(body["email"]))
            for url in [start_url(request, offer.tenant_id, offer.connection_id, body)]
            if url is not None
        ]
        shown = {"method": "sso" if found else "password", "offers": found}
        return Response(DiscoveredOut(shown).data)


class Link(APIView):
    """Be known by a connection's provider from now on, whatever address it has of you."""

    permission_classes = [OwnAccount]

    @extend_schema(operation_id="sso_link", request=LinkIn, responses=WayOut)
    def post(self, request: Request, connection_id: UUID) -> Response:
        body = reading.body(request, LinkIn)
        begun = signing_in.begin(
            tenants.current(),
            connection_id,
            browser=secret_of(request),
            origin=origin_of(request),
            wish=Wish(next=tenants.safe_path(body["next"]), user_id=caller(request).user_id),
            address=address_of(request),
        )
        response = Response(WayOut({"redirect": begun.url}).data)
        keep_browser(response, begun.browser)
        return response


class Identities(GenericAPIView[Identity]):
    """By what I am known in this tenant, newest first."""

    permission_classes = [SignedInPerson]
    serializer_class = IdentityOut

    @extend_schema(operation_id="sso_identities_list", responses=IdentityOut(many=True))
    def get(self, request: Request) -> Response:
        rows = queries.identities(tenants.current().id, caller(request).user_id)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(IdentityOut(page, many=True).data)


class OneIdentity(APIView):
    """Be known by it no longer; the sessions that it opened end."""

    permission_classes = [OwnAccount]

    @extend_schema(operation_id="sso_identities_delete", responses={204: None})
    def delete(self, request: Request, identity_id: UUID) -> Response:
        signing_out.disconnect(tenants.current(), caller(request).user_id, identity_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignOutElsewhere(APIView):
    """Where to end the session at the provider too, after signing out here; null: nowhere."""

    permission_classes = [SignedInPerson]

    @extend_schema(operation_id="sso_way_out", responses=WayOut)
    def get(self, request: Request) -> Response:
        session_id = caller(request).session_id
        if session_id is None:
            raise IdentityNotFoundError
        landing = f"{public_url(request)}/sign-in"
        redirect = signing_out.way_out(tenants.current(), session_id, landing=landing)
        return Response(WayOut({"redirect": redirect}).data)


def start_url(
    request: Request, tenant_id: UUID, connection_id: UUID, body: dict[str, str]
) -> str | None:
    """Return where the browser sets out: on the tenant's own host, by the scheme and port of this call."""
    host = tenants.host_of(tenant_id)
    if host is None:
        return None
    _, port = split_domain_port(request.get_host())
    query = {"login_hint": body["email"], "next": tenants.safe_path(body["next"])}
    return (
        f"{request.scheme}://{host}{':' + port if port else ''}/auth/sso/{connection_id}/start"
        f"?{urlencode(query)}"
    )
