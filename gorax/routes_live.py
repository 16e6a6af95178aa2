"""The sockets' routes. A context adds its consumer here, as urls_tenant.py includes its views."""

from collections.abc import Sequence

from django.urls import URLPattern, path, re_path

from apps.core.api.asgi import no_socket
from apps.executions.consumers import ExecutionNews

websocket_urlpatterns: Sequence[URLPattern] = (
    path("ws/executions", ExecutionNews.as_asgi()),
    path("ws/executions/<uuid:execution_id>", ExecutionNews.as_asgi()),
    re_path(r"", no_socket),  # type: ignore[arg-type]  # channels routes to ASGI applications
)
