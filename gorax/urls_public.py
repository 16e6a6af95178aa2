"""Routes on the public host: sign-up, sign-in, health, the operators' admin."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
