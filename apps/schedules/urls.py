"""What `/api/v1` offers of schedules."""

from django.urls import URLPattern, path

from apps.schedules.api import views

ONE = "schedules/<uuid:schedule_id>"

urlpatterns: list[URLPattern] = [
    path("schedules", views.Schedules.as_view()),
    path("schedules/preview", views.PreviewTimes.as_view()),
    path(ONE, views.OneSchedule.as_view()),
    path(f"{ONE}/firings", views.Firings.as_view()),
]
