from django.urls import path

from apps.audit.api import views

urlpatterns = [
    path("audit", views.Entries.as_view()),
    path("audit/stats", views.Stats.as_view()),
    path("audit/export", views.Export.as_view()),
    path("audit/archives", views.Archives.as_view()),
    path("audit/archives/<uuid:archive_id>", views.OneArchive.as_view()),
    path("audit/archives/<uuid:archive_id>/content", views.ArchiveContent.as_view()),
    path("audit/<uuid:entry_id>", views.OneEntry.as_view()),
]
