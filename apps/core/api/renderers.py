from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer


class JsonRenderer(JSONRenderer):
    """JSON at the speed of orjson; what it does not know (lazy strings, huge ints) goes the long way."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes of `data`; indented when a person asked for that."""
        if data is None:
            return b""
        if self.get_indent(accepted_media_type or "", dict(renderer_context or {})) is None:
            try:
                return orjson.dumps(data, option=orjson.OPT_UTC_Z)
            except TypeError:
                pass
        rendered: bytes = super().render(data, accepted_media_type, renderer_context)
        return rendered


class BrowsableRenderer(BrowsableAPIRenderer):
    """The browsable API under our policy: no inline script, and our own CSRF token in its forms."""

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the page's values; its script sends `csrf_token` back in the header of every unsafe call."""
        context: dict[str, Any] = super().get_context(data, accepted_media_type, renderer_context)
        context["csrf_token"] = renderer_context["request"].COOKIES.get(
            settings.CSRF_COOKIE_NAME, ""
        )
        return context

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """Return none: filters are plain query parameters, documented in the OpenAPI document."""
