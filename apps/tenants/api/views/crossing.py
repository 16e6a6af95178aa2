"""Crossing from one host to another, in three steps of one browser: ask, be recognised where one asked, come in."""

import hashlib
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.errors import plain_response
from apps.core.api.permissions import Public, SignedInPerson, caller
from apps.core.errors import GoraxError
from apps.tenants import facade, rules
from apps.tenants.api import serializers
from apps.tenants.api.authentication import ACCESS_COOKIE, device_of, set_cookies, tenant_id_of
from apps.tenants.api.views.entrance import crossing_url, url_of
from apps.tenants.errors import CrossingRefusedError, NoTenantError, SessionOverError
from apps.tenants.services import crossing

# Where a browser is recognised: by the session in which a code was asked for, or by that of an operator's desk.
BIND, DESK = "/auth/cross/bind", "/admin/auth/cross/bind/"


class Cross(APIView):
    """Get a way to another tenant of yours: the tenant switcher, and the list on the public host."""

    permission_classes = [SignedInPerson]

    @extend_schema(request=serializers.CrossIn, responses={200: serializers.RedirectOut})
    def post(self, request: Request) -> Response:
        wanted = serializers.CrossIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        principal = caller(request)
        if principal.session_id is None:
            raise SessionOverError
        redirect = crossing_url(
            request,
            user_id=principal.user_id,
            session_id=principal.session_id,
            tenant=wanted.validated_data["tenant"],
            wanted=wanted.validated_data["next"],
        )
        return Response({"redirect": redirect})


class OnTheWay(APIView):
    """What the steps of a browser share: no answer is kept, and one that goes wrong lands where people sign in."""

    permission_classes = [Public]  # the code is the proof, and the cookie
    authentication_classes = []
    # No HEAD, which Django would answer as GET: whoever only looks must not use the code up.
    http_method_names = ["get"]

    def gone_wrong(self, request: Request, refusal: GoraxError) -> HttpResponse:
        """Return the browser to where it may begin again; a program is told in its own way."""
        if request.headers.get("Sec-Fetch-Mode") != "navigate":
            return plain_response(refusal)
        return HttpResponseRedirect(
            url_of(request, _front_door(), "/sign-in?notice=crossing_refused")
        )


@method_decorator(never_cache, name="dispatch")
class SpendCode(OnTheWay):
    """Turn a crossing code into this host's own cookies, and go on. A browser that is new here is sent to show itself first."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        code, wanted = _carried(request)
        tenant_id = tenant_id_of(request)
        if tenant_id is None:
            return self.gone_wrong(request, CrossingRefusedError())
        shown = str(request.COOKIES.get(crossing.COOKIE, ""))
        try:
            tokens = crossing.spend_code(code, tenant_id, shown, device_of(request))
        except CrossingRefusedError:
            return self._show_itself(request, code, tenant_id, shown)
        response = _on(wanted)
        set_cookies(response, tokens)
        return response

    def _show_itself(
        self, request: Request, code: str, tenant_id: UUID, shown: str
    ) -> HttpResponse:
        """Send the browser to the host where the code was asked for, if it waits for its browser."""
        try:
            asked_at = crossing.asked_at(code, tenant_id)
            is_desk = crossing.is_operators(code)
            host = _front_door() if is_desk else _host_of(asked_at)
        except GoraxError as refusal:
            return self.gone_wrong(request, refusal)
        secret = crossing.cookie_for(shown)
        browser = hashlib.sha256(secret.encode()).hexdigest()
        query = urlencode({"code": code, "browser": browser, "next": _carried(request)[1]})
        path = DESK if is_desk else BIND
        response = _on(url_of(request, host, f"{path}?{query}"))
        response.set_cookie(
            crossing.COOKIE,
            secret,
            max_age=crossing.COOKIE_S,
            path="/",
            secure=not settings.GORAX_INSECURE_COOKIES,
            httponly=True,
            samesite="Lax",
        )
        return response


@method_decorator(never_cache, name="dispatch")
class BindCode(OnTheWay):
    """Recognise, where a code was asked for, the browser that asked for it, and send it back to the tenant's host."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        code, wanted = _carried(request)
        try:
            access = str(request.COOKIES.get(ACCESS_COOKIE, ""))
            _, principal = facade.by_access_token(access, tenant_id_of(request))
            if principal.session_id is None:
                raise CrossingRefusedError
            browser = request.query_params.get("browser", "")
            tenant_id = crossing.bind(code, browser, session_id=principal.session_id)
            host = _host_of(tenant_id)
        except GoraxError:
            # Also a session that has ended: whoever crosses is told one thing.
            return self.gone_wrong(request, CrossingRefusedError())
        query = urlencode({"code": code, "next": wanted})
        return _on(url_of(request, host, f"/auth/cross?{query}"))


def _carried(request: Request) -> tuple[str, str]:
    given = request.query_params
    return given.get("code", ""), rules.safe_path(given.get("next", "/"))


def _on(url: str) -> HttpResponse:
    # Not 302: whatever method brought the browser here, it goes on with GET.
    return HttpResponse(status=303, headers={"Location": url})


def _host_of(tenant_id: UUID | None) -> str:
    host = _front_door() if tenant_id is None else facade.host_of(tenant_id)
    if host is None:
        raise NoTenantError
    return host


def _front_door() -> str:
    return str(settings.GORAX_SINGLE_HOST or settings.GORAX_PUBLIC_HOST)
