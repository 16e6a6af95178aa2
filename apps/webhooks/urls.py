"""What `/api/v1` offers. The door itself (`/webhooks/…`) is no route: DoorMiddleware answers before any is looked for."""

from django.urls import URLPattern, path

from apps.webhooks.api.views import management, trying

ONE = "webhooks/<uuid:webhook_id>"
EVENT = "events/<uuid:event_id>"

urlpatterns: list[URLPattern] = [
    path("webhooks", management.Webhooks.as_view()),
    path(ONE, management.OneWebhook.as_view()),
    path(f"{ONE}/regenerate-secret", management.RenewSecret.as_view()),
    path(f"{ONE}/sample-delivery", management.SendSample.as_view()),
    path(f"{ONE}/test-delivery", trying.SendTest.as_view()),
    path(f"{ONE}/filters/judge", trying.JudgeFilters.as_view()),
    path(f"{ONE}/events", management.Events.as_view()),
    path(f"{ONE}/events/export", management.ExportEvents.as_view()),
    path(EVENT, management.OneEvent.as_view()),
    path(f"{EVENT}/replay", management.ReplayEvent.as_view()),
]
