"""Routes on the public host: sign-up, sign-in, health, the operators' admin."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from apps.accounts import urls as accounts
from apps.credentials import urls as credentials
from apps.sso import urls as sso
from apps.tenants import urls as tenants
from gorax import routes

handler400 = routes.BAD_REQUEST
handler403 = routes.PERMISSION_DENIED
handler404 = routes.NOT_FOUND
handler500 = routes.SERVER_ERROR

urlpatterns: list[URLPattern | URLResolver] = [
    *routes.first,
    *tenants.everywhere,
    *tenants.public_only,
    *sso.public_only,
    *credentials.public_only,
    *accounts.urlpatterns,
    path("admin/", admin.site.urls),
    *routes.last,
]
