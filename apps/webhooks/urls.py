"""The door itself (`/webhooks/…`), and what `/api/v1` offers. Included at the root."""

from django.urls import URLPattern, path

from apps.webhooks.api.views import door, management

ONE = "api/v1/webhooks/<uuid:webhook_id>"
EVENT = "api/v1/events/<uuid:event_id>"

urlpatterns: list[URLPattern] = [
    path("webhooks/<path:path>", door.deliver),
    path("api/v1/webhooks", management.Webhooks.as_view()),
    path(ONE, management.OneWebhook.as_view()),
    path(f"{ONE}/regenerate-secret", management.RenewSecret.as_view()),
    path(f"{ONE}/sample-delivery", management.SendSample.as_view()),
    path(f"{ONE}/events", management.Events.as_view()),
    path(EVENT, management.OneEvent.as_view()),
    path(f"{EVENT}/replay", management.ReplayEvent.as_view()),
]
