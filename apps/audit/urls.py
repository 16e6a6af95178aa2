from django.urls import path

from apps.audit.api import views

urlpatterns = [
    path("audit", views.Entries.as_view()),
    path("audit/stats", views.Stats.as_view()),
    path("audit/export", views.Export.as_view()),
    path("audit/<uuid:entry_id>", views.OneEntry.as_view()),
]
