"""The one page of the screen: a shell that loads the built front end and tells it where it is."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django_vite.core.exceptions import DjangoViteAssetNotFoundError

from apps.core.api.errors import plain_response, safe_only
from apps.core.errors import UnavailableError

log = logging.getLogger(__name__)

THEMES = frozenset({"system", "light", "dark"})
THEME_COOKIE = "gorax_theme"


def live_url(request: HttpRequest) -> str:
    """Return the URL of the sockets: the live process's port when the browser calls ours directly.

    Behind an ingress both are one origin, and the browser's port is not ours.
    """
    scheme = "wss" if request.is_secure() else "ws"
    host = request.get_host().lower()
    name, colon, port = host.rpartition(":")
    if colon and port == str(settings.GORAX_PORT):
        return f"{scheme}://{name}:{settings.GORAX_LIVE_PORT}"
    return f"{scheme}://{host}"


@safe_only
@never_cache
def screen(request: HttpRequest) -> HttpResponse:
    """Public: the shell holds no data of anybody; what it shows, it asks the API for."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    tenant = getattr(request, "tenant", None)
    facts: dict[str, Any] = {
        "is_public_host": tenant is None and not settings.GORAX_SINGLE_HOST,
        "public_url": public_url(request),
        "live_url": live_url(request),
        "csrf_cookie_name": settings.CSRF_COOKIE_NAME,
        "theme": chosen if chosen in THEMES else "system",
        "tenant": None if tenant is None else {"slug": tenant.slug, "name": tenant.name},
    }
    try:
        response = render(request, "editor.html", {"facts": facts})
    except DjangoViteAssetNotFoundError as reason:
        log.warning("screen.not_built", extra={"reason": str(reason)})
        return plain_response(
            UnavailableError(
                "The screen is not built; `make build` does it.", code="screen_not_built"
            )
        )
    # How django-csp is told of one page's needs.
    response._csp_update = {"connect-src": [facts["live_url"]]}  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def public_url(request: HttpRequest) -> str:
    """Return where people sign in: the public host, by the scheme and port of this call."""
    if settings.GORAX_SINGLE_HOST:
        return f"{request.scheme}://{request.get_host()}"
    _, colon, port = request.get_host().rpartition(":")
    suffix = f":{port}" if colon and port.isdigit() else ""
    return f"{request.scheme}://{settings.GORAX_PUBLIC_HOST}{suffix}"
