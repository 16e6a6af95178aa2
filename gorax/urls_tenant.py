"""Routes on a tenant's host. A context adds its line to `contexts`."""

from django.urls import URLPattern, URLResolver, include, path

from apps.sso import urls as sso
from apps.tenants import urls as tenants
from gorax import routes

handler400 = routes.BAD_REQUEST
handler403 = routes.PERMISSION_DENIED
handler404 = routes.NOT_FOUND
handler500 = routes.SERVER_ERROR

contexts: list[URLPattern | URLResolver] = [
    path("api/v1/", include("apps.workflows.urls")),
    path("api/v1/", include("apps.executions.urls")),
    path("api/v1/", include("apps.webhooks.urls")),
    path("api/v1/", include("apps.schedules.urls")),
    path("api/v1/", include("apps.credentials.urls")),
    path("api/v1/", include("apps.audit.urls")),
    path("api/v1/", include("apps.streams.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *routes.first,
    *tenants.everywhere,
    *tenants.tenant_only,
    *sso.tenant_only,
    *contexts,
    *routes.last,
]
