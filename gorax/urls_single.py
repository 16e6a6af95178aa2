"""Routes of a one-host install, which is the public host and the tenant's at once; also the whole of the OpenAPI."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from apps.accounts import urls as accounts
from apps.sso import urls as sso
from apps.tenants import urls as tenants
from gorax import routes
from gorax.urls_tenant import contexts

handler400 = routes.BAD_REQUEST
handler403 = routes.PERMISSION_DENIED
handler404 = routes.NOT_FOUND
handler500 = routes.SERVER_ERROR

urlpatterns: list[URLPattern | URLResolver] = [
    *routes.first,
    *tenants.everywhere,
    *tenants.public_only,
    *accounts.urlpatterns,
    *tenants.tenant_only,
    *sso.public_only,
    *sso.tenant_only,
    *contexts,
    path("admin/", admin.site.urls),
    *routes.last,
]
