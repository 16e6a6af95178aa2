"""Django's WSGI handler, for requests whose very headers are hostile."""

import re
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

from apps.engine import charsets

# `name*=utf-8''value`: no Content-Type needs that form (RFC 8187), and each strange charset in it is a lookup for ever.
_EXTENDED = re.compile(r";\s*[^=;*\s]+\*[0-9]*\*?\s*=")


class Request(WSGIRequest):
    """A request that can always be made: one with a broken Content-Type has none, and is not readable."""

    is_readable = True
    # A large body that nobody has taken in yet, as BodyMiddleware left it.
    unread_body: Any = None

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        header = meta.get("CONTENT_TYPE", "")
        self.content_type, self.content_params = "", {}
        try:
            if _EXTENDED.search(header):
                raise ValueError(header)
            self.content_type, self.content_params = parse_header_parameters(header)
        except (ValueError, LookupError):
            self.is_readable = False
        # Any other charset is left to whoever reads the body: for query and forms it means nothing.
        codec = charsets.codec_of(self.content_params.get("charset", ""))
        if codec is not None:
            self.encoding = codec


class Handler(WSGIHandler):
    """Makes requests of ours; `ReadableMiddleware` refuses those that are not readable."""

    request_class = Request
