from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.core import tenancy
from apps.webhooks.api.views import door, resume

PREFIX = "/webhooks/"
# No path of a webhook begins so.
WAITING_PREFIX = "-/"
WITHOUT_LENGTH = frozenset({204, 304})


class DoorMiddleware:
    """Takes deliveries out of the chain as soon as their tenant is known.

    They have no session, no cookies and no forms; what the rest of the chain does for pages would cost a third of an
    accept. On the public host there are no webhooks, and the path is a 404 like any other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Public: the webhook's own verification says who may call."""
        path = request.path_info
        if not path.startswith(PREFIX) or tenancy.current_schema() == tenancy.PUBLIC:
            return self.get_response(request)
        rest = path[len(PREFIX) :]
        if rest.startswith(WAITING_PREFIX):
            return _measured(resume.resume(request, rest[len(WAITING_PREFIX) :]))
        return _measured(door.deliver(request, rest))


def _measured(answer: HttpResponseBase) -> HttpResponseBase:
    """Let an answer say its length; without one the server sends it in chunks: more to send, and more for senders to read."""
    # A file that is sent in pieces says it already; what never has a body has no length either.
    if isinstance(answer, HttpResponse) and answer.status_code not in WITHOUT_LENGTH:
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
    return answer
