"""The API describes itself: the OpenAPI document, and a page to try it. Every route of both kinds of host.

Both only read. Whatever else is asked of them is refused before the framework does it, which would make a page of the refusal.
"""

from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.core.api.errors import safe_only
from apps.core.api.permissions import Public


@method_decorator(safe_only, name="dispatch")
class Schema(SpectacularAPIView):
    """Public: the document is the same for everybody, and says nothing of anybody's data."""

    permission_classes = [Public]
    authentication_classes = []


@method_decorator(safe_only, name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Public: as the document that it shows. Its script is a request of its own, so none is inline."""

    permission_classes = [Public]
    authentication_classes = []
    url_name = "schema"
