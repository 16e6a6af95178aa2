"""What both kinds of host have in common: health, the API's description, honest 404s, and the screen at the end."""

from django.urls import path, re_path

from apps.core.api.errors import not_found
from apps.core.api.screen import screen
from gorax import health, schema

# Paths below these are never the screen's: an unknown one is their 404, not a page that looks like success.
REGISTERED = (
    r"(?:(?:api|admin|dev|static|webhooks|ws|auth)/|(?:graphql|healthz|mcp|metrics|readyz)(?:/|$))"
)

first = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("api/schema", schema.Schema.as_view(), name="schema"),
    path("api/docs", schema.Docs.as_view()),
]
last = [
    re_path(rf"^{REGISTERED}", not_found),
    re_path(r"", screen),
]
BAD_REQUEST = "apps.core.api.errors.bad_request"
PERMISSION_DENIED = "apps.core.api.errors.permission_denied"
NOT_FOUND = "apps.core.api.errors.not_found"
SERVER_ERROR = "apps.core.api.errors.server_error"
