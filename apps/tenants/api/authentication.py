"""How a request says who it is: an API key in its header, or a browser's cookies with proof of origin."""

import hmac
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts import facade as accounts
from apps.core import rate_limit, request_context
from apps.core.api.errors import AuthenticationRefusedError
from apps.core.api.proxies import address_of
from apps.core.errors import GoraxError, RateLimitedError
from apps.core.principals import Principal
from apps.core.rate_limit import Limit
from apps.tenants import facade
from apps.tenants.errors import ApiKeyRefusedError, CsrfRefusedError
from apps.tenants.services.sessions import REFRESH_LIFE, Device, Tokens
from apps.tenants.services.tokens import ACCESS_LIFE

ACCESS_COOKIE = f"{settings.GORAX_COOKIE_PREFIX}gorax_access"
REFRESH_COOKIE = f"{settings.GORAX_COOKIE_PREFIX}gorax_refresh"
# Stays when somebody signs out: it says which browser this is, not who sits before it.
KNOWN_COOKIE = f"{settings.GORAX_COOKIE_PREFIX}gorax_known"
KNOWN_S = 400 * 86_400
CSRF_COOKIE = settings.CSRF_COOKIE_NAME
CSRF_HEADER = "X-CSRF-Token"
REFUSED_KEYS = Limit(burst=200, per_s=100 / 60)
# As long as Django's own secret: the operators' admin on the public host reads the same cookie.
CSRF_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Caller:
    """`request.user` of API views: enough for the browsable API and for logs."""

    id: UUID
    email: str = ""
    name: str = ""
    is_operator: bool = False
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True

    @property
    def pk(self) -> UUID:
        """Return the id, as Django's users have it."""
        return self.id

    def __str__(self) -> str:
        return self.email or "an API key"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer gx_<id>_<secret>`. Cookies beside it are ignored, so no forgery is possible."""

    def authenticate(self, request: Request) -> tuple[Caller, Principal] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        tenant_id = tenant_id_of(request)
        try:
            if tenant_id is None:
                raise ApiKeyRefusedError
            principal = facade.by_api_key(text.strip(), tenant_id, address=address_of(request))
        except GoraxError as refusal:
            raise AuthenticationRefusedError(_bounded(request, refusal)) from refusal
        return Caller(principal.user_id), principal

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gorax"'


class CookieAuthentication(BaseAuthentication):
    """The browser's access token; unsafe methods also need our CSRF token and this host as origin."""

    def authenticate(self, request: Request) -> tuple[Caller, Principal] | None:
        token = request.COOKIES.get(ACCESS_COOKIE)
        if not token:
            return None
        try:
            standing, principal = facade.by_access_token(token, tenant_id_of(request))
            if request.method not in SAFE_METHODS:
                refuse_forgery(request)
        except GoraxError as refusal:
            raise AuthenticationRefusedError(refusal) from refusal
        request_context.bind_principal(principal, standing.email)
        caller = Caller(standing.user_id, standing.email, standing.name, standing.is_operator)
        return caller, principal

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gorax"'


def _bounded(request: Request, refusal: GoraxError) -> GoraxError:
    """Return what to say of a key that is not good: how often an address may show such is limited; good ones are not counted."""
    wait_s = rate_limit.take("refused-keys", address_of(request), REFUSED_KEYS)
    if wait_s == 0:
        return refusal
    message = "Too many keys that are not good come from this address."
    return RateLimitedError(message, retry_after_s=wait_s, code="too_many_keys")


def tenant_id_of(request: HttpRequest | Request) -> UUID | None:
    """Return the id of the tenant whose host was called, None on the public host."""
    tenant = getattr(request, "tenant", None)
    return None if tenant is None else tenant.id


def origin_of(request: HttpRequest | Request) -> str:
    """Return the origin that our own pages on this host have."""
    return f"{request.scheme}://{request.get_host()}".lower()


def device_of(request: HttpRequest | Request) -> Device:
    """Return by what the owner of a session would know where it was opened."""
    return Device(address_of(request) or None, request.headers.get("User-Agent", ""))


def refuse_foreign_origin(request: HttpRequest | Request) -> None:
    """Refuse a browser on another site: for calls that need no cookie, such as signing in.

    Raises:
        CsrfRefusedError: the call names another origin, or says that it crosses sites.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != origin_of(request):
        raise CsrfRefusedError("its Origin is another one")
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise CsrfRefusedError("it crosses sites")


def refuse_forgery(request: HttpRequest | Request) -> None:
    """Refuse an unsafe call with cookies that our own page did not make.

    Tenants' hosts are siblings, so SameSite protects none from another: the Origin must be this very host, and the
    header must repeat a cookie that a sibling can neither read nor set (`__Host-`).

    Raises:
        CsrfRefusedError: no Origin or another one, no token, or one that is not the cookie's.
    """
    if request.headers.get("Origin") is None:
        raise CsrfRefusedError("it has no Origin")
    refuse_foreign_origin(request)
    cookie = request.COOKIES.get(CSRF_COOKIE, "")
    header = request.headers.get(CSRF_HEADER, "")
    if not cookie or not hmac.compare_digest(cookie.encode(), header.encode()):
        raise CsrfRefusedError(f"{CSRF_HEADER} does not repeat the cookie")


def set_cookies(response: HttpResponseBase, tokens: Tokens, *, csrf: str = "") -> None:
    """Give a browser its tokens, and a CSRF token that its scripts may read (`csrf`: the one it has)."""
    refresh_s = int(REFRESH_LIFE.total_seconds())
    values = (
        (ACCESS_COOKIE, tokens.access, int(ACCESS_LIFE.total_seconds()), True),
        (REFRESH_COOKIE, tokens.refresh, refresh_s, True),
        (CSRF_COOKIE, csrf or get_random_string(CSRF_LENGTH), refresh_s, False),
    )
    for name, value, life_s, is_hidden in values:
        response.set_cookie(
            name,
            value,
            max_age=life_s,
            path="/",
            secure=not settings.GORAX_INSECURE_COOKIES,
            httponly=is_hidden,
            samesite="Lax",
        )


def make_known(response: HttpResponseBase, email: str) -> None:
    """Let this browser show from now on that somebody signed in to this account here; it opens nothing by itself."""
    response.set_cookie(
        KNOWN_COOKIE,
        accounts.proof_for(email),
        max_age=KNOWN_S,
        path="/",
        secure=not settings.GORAX_INSECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


def clear_cookies(response: HttpResponseBase) -> None:
    """Take the tokens back from a browser."""
    for name in (ACCESS_COOKIE, REFRESH_COOKIE, CSRF_COOKIE):
        response.set_cookie(
            name,
            "",
            max_age=0,
            path="/",
            secure=not settings.GORAX_INSECURE_COOKIES,
            httponly=name != CSRF_COOKIE,
            samesite="Lax",
        )


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # ships no types
    """How the OpenAPI document calls an API key."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "gx_<id>_<secret>"}


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # ships no types
    """How the OpenAPI document calls a browser's session."""

    target_class = CookieAuthentication
    name = "cookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": ACCESS_COOKIE}
