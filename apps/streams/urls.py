from django.urls import path

from apps.streams.api import views

urlpatterns = [
    path("audit/streams", views.Streams.as_view()),
    path("audit/streams/<uuid:stream_id>", views.OneStream.as_view()),
    path("audit/streams/<uuid:stream_id>/test", views.TryOut.as_view()),
    path("audit/streams/<uuid:stream_id>/regenerate-secret", views.RenewSecret.as_view()),
]
