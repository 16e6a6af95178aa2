"""What a browser, or the provider behind it, calls: `/auth/sso/<connection>/{start,callback,logout}` on the tenant's host."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.errors import plain_response
from apps.core.api.permissions import Public
from apps.core.api.proxies import address_of
from apps.core.api.screen import public_url
from apps.core.errors import GoraxError, UnauthorizedError
from apps.sso.api.views.connections import origin_of
from apps.sso.errors import LogoutRefusedError
from apps.sso.rules.claims import email_of
from apps.sso.services import signing_in, signing_out
from apps.sso.services.signing_in import ATTEMPT_LIFE, Back, Wish
from apps.tenants import facade as tenants

BROWSER_COOKIE = f"{settings.GORAX_COOKIE_PREFIX}gorax_sso"


def secret_of(request: Request) -> str:
    """Return what binds a browser to the ways that it began, empty if it began none."""
    return str(request.COOKIES.get(BROWSER_COOKIE, ""))


def keep_browser(response: HttpResponseBase, secret: str) -> None:
    """Bind the way back to this browser."""
    _keep(response, BROWSER_COOKIE, secret, int(ATTEMPT_LIFE.total_seconds()))


def _keep(response: HttpResponseBase, name: str, secret: str, life_s: int) -> None:
    # Both come back from another site, hence not `Strict`.
    response.set_cookie(
        name,
        secret,
        max_age=life_s,
        path="/",
        secure=not settings.GORAX_INSECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


class BrowserView(APIView):
    """What the two share: no answer is kept, and a browser that goes wrong lands on the page where people sign in."""

    permission_classes = [Public]  # strangers become somebody here
    authentication_classes: list[Any] = []
    # No HEAD, which Django would answer as GET: whoever only looks must use nothing up.
    http_method_names = ["get"]

    def gone_wrong(self, request: Request, refusal: GoraxError) -> HttpResponse:
        """Return the browser to where it may begin again; a program is told in its own way."""
        if request.headers.get("Sec-Fetch-Mode") != "navigate":
            return plain_response(refusal)
        query = urlencode({"notice": refusal.code, "tenant": tenants.current().slug})
        return _to(f"{public_url(request)}/sign-in?{query}")


@method_decorator(never_cache, name="dispatch")
class Start(BrowserView):
    """Set out to the tenant's provider."""

    @extend_schema(exclude=True)
    def get(self, request: Request, connection_id: UUID) -> HttpResponse:
        given = request.query_params
        hint = email_of({"email": given.get("login_hint")}, "email")
        try:
            begun = signing_in.begin(
                tenants.current(),
                connection_id,
                browser=secret_of(request),
                origin=origin_of(request),
                wish=Wish(tenants.safe_path(given.get("next", "/")), hint),
                address=address_of(request),
            )
        except GoraxError as refusal:
            return self.gone_wrong(request, refusal)
        response = _to(begun.url)
        keep_browser(response, begun.browser)
        return response


@method_decorator(never_cache, name="dispatch")
class Callback(BrowserView):
    """Come back from the provider; the cookies are given where everybody gets them who crosses to a tenant."""

    @extend_schema(exclude=True)
    def get(self, request: Request, connection_id: UUID) -> HttpResponse:
        given = request.query_params
        back = Back(*(given.get(name, "") for name in ("state", "code", "error", "iss")))
        try:
            let, wanted = signing_in.finish(
                tenants.current(),
                connection_id,
                back,
                browser=secret_of(request),
                origin=origin_of(request),
            )
        except GoraxError as refusal:
            return self.gone_wrong(request, refusal)
        if let is None:
            return _to(wanted)
        response = _to(f"/auth/cross?{urlencode({'code': let.code, 'next': wanted})}")
        _keep(response, tenants.CROSSING_COOKIE, let.browser, tenants.CROSSING_COOKIE_S)
        return response


@method_decorator(never_cache, name="dispatch")
class Logout(APIView):
    """The provider says that somebody has signed out there (OpenID Connect Back-Channel Logout)."""

    permission_classes = [Public]  # its own signature is the proof
    authentication_classes = []
    parser_classes = [FormParser]

    @extend_schema(exclude=True)
    def post(self, request: Request, connection_id: UUID) -> Response:
        try:
            token = str(request.POST.get("logout_token", ""))
            signing_out.by_provider(tenants.current(), connection_id, token)
        except UnauthorizedError as refusal:
            # The standard's status for it; 401 would ask the provider to sign in.
            raise LogoutRefusedError(refusal.message) from refusal
        return Response(status=200)


def _to(url: str) -> HttpResponse:
    # Not 302: whatever method brought the browser here, it goes on with GET.
    return HttpResponse(status=303, headers={"Location": url})
