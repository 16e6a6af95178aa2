"""The door itself (`/webhooks/…`), and what `/api/v1` offers. Included at the root."""

from django.urls import URLPattern, path

from apps.webhooks.api.views import door

urlpatterns: list[URLPattern] = [
    path("webhooks/<path:path>", door.deliver),
]
