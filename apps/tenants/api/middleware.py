from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from apps.core import db, request_context, tenancy
from apps.core.api.errors import plain_response, unavailable
from apps.core.errors import GoraxError, UnreadableError
from apps.tenants.api.views import closed
from apps.tenants.errors import TenantSuspendedError, UnknownHostError
from apps.tenants.errors.leaving import TenantLeavingError
from apps.tenants.queries import directory
from apps.tenants.queries.directory import TenantInfo

# Whoever asks for these calls an address, not a host: probes and Prometheus. They say nothing of any tenant.
HOSTLESS = frozenset({"/healthz", "/readyz", "/metrics"})
ADMIN = "/admin/"
PUBLIC_ROUTES = "gorax.urls_public"
TENANT_ROUTES = "gorax.urls_tenant"
SINGLE_ROUTES = "gorax.urls_single"


class TenantMiddleware:
    """Enters the schema of the tenant that lives on the called host. An unknown host never falls to `public`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: the host alone decides; who may do what is the views' matter."""
        try:
            tenant, routes = _resolve(request)
        except GoraxError as refusal:
            return closed.page(request, refusal) or plain_response(refusal)
        except db.DATABASE_ERRORS as lost:
            return plain_response(unavailable(lost))
        request.urlconf = routes
        if tenant is not None:
            request.tenant = tenant  # type: ignore[attr-defined]  # for the views of every context
        schema = tenancy.PUBLIC if tenant is None else tenant.schema
        with tenancy.entered(schema), request_context.bound(tenant=schema):
            return self.get_response(request)


ACTED_BY = "X-Acting-Operator"


class OperatorMiddleware:
    """Says on whose behalf the admin works, and in each answer to an operator who acts as a member, who that is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: nothing is decided; the admin asks for its operators itself."""
        if request.path_info.startswith(ADMIN):
            user = request.user
            if user.is_authenticated:
                request_context.bind_asker(kind="operator", user_id=user.pk, email=user.email)
        response = self.get_response(request)
        asker = request_context.asker()
        if asker.on_behalf_of:
            response[ACTED_BY] = asker.email
        return response


def _resolve(request: HttpRequest) -> tuple[TenantInfo | None, str]:
    """Return whose host was called and which routes it serves."""
    if request.path_info in HOSTLESS:
        return None, PUBLIC_ROUTES
    try:
        host, _ = split_domain_port(request.get_host())
    except DisallowedHost as reason:
        raise UnreadableError("The Host header names no host.", code="bad_host") from reason
    if settings.GORAX_SINGLE_HOST:
        return _resolve_single(host)
    if host == settings.GORAX_PUBLIC_HOST:
        return None, PUBLIC_ROUTES
    return _living(directory.by_host(host)), TENANT_ROUTES


def _resolve_single(host: str) -> tuple[TenantInfo | None, str]:
    if host != settings.GORAX_SINGLE_HOST:
        raise UnknownHostError
    tenant = directory.single()
    return (None if tenant is None else _living(tenant)), SINGLE_ROUTES


def _living(tenant: TenantInfo | None) -> TenantInfo:
    if tenant is None:
        raise UnknownHostError
    if tenant.gone_after is not None:
        raise TenantLeavingError(tenant.gone_after)
    if not tenant.is_active:
        raise TenantSuspendedError
    return tenant
