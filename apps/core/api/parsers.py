from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from apps.core import strict_json
from apps.core.api.renderers import JsonRenderer
from apps.core.errors import TooLargeError


class StrictJsonParser(BaseParser):
    """Reads `application/json` by `strict_json`: hostile text is a 400 or 413 at the door."""

    media_type = "application/json"
    renderer_class = JsonRenderer
    max_bytes = strict_json.MAX_BYTES
    max_keys = strict_json.MAX_KEYS

    def parse(  # type: ignore[override]  # a JSON body may be any JSON value
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> strict_json.Json:
        """Return the body's value; an empty body is an empty object.

        Raises:
            TooLargeError: by its announced or by its real length.
            UnreadableError: as `strict_json.loads`.
        """
        request = (parser_context or {}).get("request")
        announced = int(request.META.get("CONTENT_LENGTH") or 0) if request is not None else 0
        if announced > self.max_bytes:
            raise TooLargeError(f"At most {self.max_bytes} bytes are accepted here.")
        raw = stream.read(self.max_bytes + 1)
        if not raw:
            return {}
        return strict_json.loads(raw, max_bytes=self.max_bytes, max_keys=self.max_keys)
