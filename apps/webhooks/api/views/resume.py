"""`/webhooks/-/<token>`: where somebody comes back to a step that waits for him."""

from django.http import HttpRequest, HttpResponse

from apps.core import db
from apps.core.api.errors import plain_response, unavailable
from apps.core.errors import GoraxError
from apps.webhooks.api.views.door import delivery_of, not_allowed
from apps.webhooks.rules.reply import SANDBOX
from apps.webhooks.services import resuming


def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Public: nobody can guess the address, and each is good for one call."""
    try:
        waiting = resuming.find(token)
        if request.method not in waiting.methods:
            return not_allowed(waiting.methods)
        reply = resuming.resume(waiting, delivery_of(request, "-"))
    except GoraxError as refusal:
        return plain_response(refusal)
    except db.DATABASE_ERRORS as lost:
        return plain_response(unavailable(lost))
    response = HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)
    response["Content-Security-Policy"] = SANDBOX
    # The address is a secret: neither caches nor pages that are linked from the answer learn it.
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
