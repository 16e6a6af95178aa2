"""Which pages of other origins may read our API, with an API key: exactly those that are listed, and never with cookies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from apps.core.api.errors import plain_response
from apps.core.errors import ForbiddenError

API = "/api/"
# Signing in is for our own pages: it works by cookies, and those never cross origins.
OWN_PAGES = "/api/v1/auth/"
EXPOSED = (
    "Content-Disposition, Content-Range, ETag, RateLimit, RateLimit-Policy, Retry-After, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may, and how long a browser may remember it."""

    origins: frozenset[str]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    max_age_s: int

    def with_tenants(self, own: Mapping[str, Any]) -> "Policy":
        """Return this policy as a tenant has it: more origins, and its own figures instead of the installation's."""
        return replace(
            self,
            origins=self.origins | set(own.get("origins", ())),
            methods=tuple(own.get("methods", self.methods)),
            headers=tuple(own.get("headers", self.headers)),
            max_age_s=own.get("max_age_s", self.max_age_s),
        )


def installations() -> Policy:
    """Return what the settings say."""
    return Policy(
        frozenset(settings.GORAX_CORS_ORIGINS),
        tuple(settings.GORAX_CORS_METHODS),
        tuple(settings.GORAX_CORS_HEADERS),
        settings.GORAX_CORS_MAX_AGE_S,
    )


class CorsMiddleware:
    """Answers browsers that ask for a page of another origin, and lets its scripts read what a listed one gets.

    The name of an origin comes from our list and never from the request; credentials are never allowed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: every request passes here; what a caller may, is decided by its key."""
        path = request.path_info
        if not path.startswith(API) or path.startswith(OWN_PAGES):
            return self.get_response(request)
        origin = request.headers.get("Origin")
        if origin is None:
            return self._varied(self.get_response(request))
        policy = policy_for(request)
        listed = next((each for each in policy.origins if each == origin), None)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return self._varied(_preflight(policy, listed))
        response = self._varied(self.get_response(request))
        if listed is not None:
            response["Access-Control-Allow-Origin"] = listed
            response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    def _varied(self, response: HttpResponse) -> HttpResponse:
        patch_vary_headers(response, ["Origin"])
        return response


def policy_for(request: HttpRequest) -> Policy:
    """Return what holds on the host that was called."""
    tenant = getattr(request, "tenant", None)
    own = None if tenant is None else tenant.cors
    return installations().with_tenants(own) if own else installations()


def _preflight(policy: Policy, listed: str | None) -> HttpResponse:
    if listed is None:
        message = "Pages of this origin may not call here."
        return plain_response(ForbiddenError(message, code="origin_refused"))
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Origin": listed,
            "Access-Control-Allow-Methods": ", ".join(policy.methods),
            "Access-Control-Allow-Headers": ", ".join(policy.headers),
            "Access-Control-Max-Age": str(policy.max_age_s),
        },
    )
