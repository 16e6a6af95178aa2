from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core import request_context

HEADER = "X-Request-Id"


class RequestContextMiddleware:
    """Gives each request its id, lets every log line carry it, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: every request passes here; nothing is decided."""
        request_id = request_context.accepted_request_id(request.headers.get(HEADER))
        with request_context.bound(request_id=request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        if request.path_info.startswith("/api/") and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response
