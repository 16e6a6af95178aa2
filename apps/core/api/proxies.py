"""Who called, when proxies stand in front: the one place that believes what they say, and only if they are trusted."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from apps.core import addresses

SCHEMES = frozenset({"http", "https"})


class ProxyMiddleware:
    """Puts the caller's address and scheme in the place of a trusted proxy's, for everything that comes after.

    Without GORAX_TRUSTED_PROXIES it is not there at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._trusted = settings.GORAX_TRUSTED_PROXIES
        if not self._trusted:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: every request passes here; nothing is decided but who it is from."""
        meta = request.META
        peer = address_of(request)
        if addresses.is_in(peer, self._trusted):
            forwarded_for = meta.get("HTTP_X_FORWARDED_FOR", "")
            meta["REMOTE_ADDR"] = addresses.caller_of(peer, forwarded_for, self._trusted)
            # The last one is our proxy's own; those before may be anybody's.
            scheme = meta.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in SCHEMES:
                meta["wsgi.url_scheme"] = scheme
        return self.get_response(request)


def address_of(request: HttpRequest | Request) -> str:
    """Return the caller's IP address, empty if the server knows none."""
    return str(request.META.get("REMOTE_ADDR", ""))
