"""The sockets' routes. A context adds its consumer here, as urls_tenant.py includes its views."""

from collections.abc import Sequence

from django.urls import URLPattern

websocket_urlpatterns: Sequence[URLPattern] = ()
