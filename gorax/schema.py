"""The API describes itself: the OpenAPI document, and a page to try it. Every route of both kinds of host."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.core.api.permissions import Public


class Schema(SpectacularAPIView):
    """Public: the document is the same for everybody, and says nothing of anybody's data."""

    permission_classes = [Public]
    authentication_classes = []
    http_method_names = ["get", "head"]


class Docs(SpectacularSwaggerSplitView):
    """Public: as the document that it shows. Its script is a request of its own, so none is inline."""

    permission_classes = [Public]
    authentication_classes = []
    # The page cannot show what OPTIONS says.
    http_method_names = ["get", "head"]
    url_name = "schema"
