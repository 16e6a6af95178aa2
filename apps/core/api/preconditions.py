"""Headers by which a caller makes a repetition harmless, or says on which state it decided."""

from rest_framework.request import Request

from apps.core.errors import FieldProblem, UnreadableError

LONGEST_KEY = 255


def idempotency_key(request: Request) -> str | None:
    """Return the key by which a repetition is known, None if the caller sent none.

    Raises:
        UnreadableError: the key is empty, too long or not printable.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise _unreadable(
            "Idempotency-Key", f"An Idempotency-Key is 1 to {LONGEST_KEY} printable characters."
        )
    return key


def revision(request: Request) -> int | None:
    """Return the revision that If-Match names (`"7"`), None if there is no such header.

    Raises:
        UnreadableError: the header names no revision.
    """
    given = request.headers.get("If-Match")
    if given is None:
        return None
    text = given.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise _unreadable("If-Match", 'If-Match holds one revision in quotes, as in "7".')
    return int(text)


def _unreadable(header: str, sentence: str) -> UnreadableError:
    return UnreadableError(sentence, errors=[FieldProblem(f"/{header}", "malformed", sentence)])
