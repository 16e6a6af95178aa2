"""Letters that development keeps: a list, and one of them. Where the settings name no folder, there is nothing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.adapters.letters import KeptPost
from apps.core.api.errors import not_found, plain_response
from apps.core.errors import NotFoundError

# The letter itself: nothing runs and nothing is loaded, but its own styles are shown.
SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"


@require_safe
@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """Public: only in development, where whoever reaches this host runs the installation."""
    if settings.GORAX_MAIL_FOLDER is None:
        return not_found(request)
    rows = [
        {"id": name, "to": message["To"], "subject": message["Subject"], "at": message["Date"]}
        for name, message in KeptPost(settings.GORAX_MAIL_FOLDER).newest()
    ]
    return render(request, "dev_mail/letters.html", {"letters": rows})


@require_safe
@never_cache
def letter(request: HttpRequest, letter_id: str, part: str = "") -> HttpResponse:
    """Public: only in development, as the list is."""
    if settings.GORAX_MAIL_FOLDER is None:
        return not_found(request)
    message = KeptPost(settings.GORAX_MAIL_FOLDER).one(str(letter_id))
    if message is None:
        return plain_response(NotFoundError("There is no such letter."))
    body = message.get_body(("html",) if part == "html" else ("plain",))
    content = "" if body is None else str(body.get_content())
    if part == "html":
        response = HttpResponse(content)
        response._csp_exempt = True  # type: ignore[attr-defined]  # noqa: SLF001 - how django-csp is told
        response["Content-Security-Policy"] = SANDBOX
        return response
    facts = {"id": letter_id, "message": message, "text": content}
    return render(request, "dev_mail/letter.html", facts)
