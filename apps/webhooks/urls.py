"""Two lists: the door itself (`/webhooks/…`) and what `/api/v1` offers."""

from django.urls import URLPattern, path

from apps.webhooks.api.views import door

doors = [
    path("webhooks/<path:path>", door.deliver),
]

urlpatterns: list[URLPattern] = []
