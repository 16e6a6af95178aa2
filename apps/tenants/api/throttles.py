"""How fast a tenant may call, by its plan: one bucket of the tenant, one more of the caller for what costs more."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core.api import pacing
from apps.core.api.permissions import principal_of
from apps.core.errors import RateLimitedError
from apps.core.principals import Principal
from apps.core.rate_limit import Want, take_each
from apps.tenants.queries.directory import TenantInfo
from apps.tenants.rules import classes
from apps.tenants.services import calls

if TYPE_CHECKING:
    # The framework's views name this class as a default while they are being imported.
    from rest_framework.views import APIView

PREFIX = "/api/v1/"


class PlanPace(BaseThrottle):
    """Asked after permissions, so that only who may do something spends what the tenant has. What it admits is counted.

    A tenant without a limit of calls costs no look at Redis, and its answers say nothing of limits.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Return True, or refuse and say when to come back.

        Raises:
            RateLimitedError: a bucket is empty.
        """
        tenant: TenantInfo | None = getattr(request, "tenant", None)
        principal = principal_of(request)
        if tenant is None or principal is None:
            return True
        wants = wants_of(request, tenant, principal)
        if not wants:
            calls.note(tenant.id)
            return True
        states = take_each(wants)
        pacing.note(request._request, states)  # noqa: SLF001 - the middleware sees Django's own
        short = max(states, key=lambda state: state.wait_s)
        if short.wait_s > 0:
            raise RateLimitedError(
                f"More calls than allowed ({short.want.name}). Come back later.",
                retry_after_s=short.wait_s,
            )
        calls.note(tenant.id)
        return True


def wants_of(request: Request, tenant: TenantInfo, principal: Principal) -> list[Want]:
    """Return the buckets from which a call is taken, none if the tenant's plan has no limit of calls."""
    most = tenant.limits.api_calls_per_min
    if most is None:
        return []
    wants = [classes.calls_of(tenant.schema, most)]
    path = request.path_info.removeprefix(PREFIX)
    kind = classes.class_of(
        request.method or "", path, is_search=bool(request.query_params.get("q"))
    )
    if kind is not None:
        caller = principal.api_key_id or principal.user_id
        wants.append(Want(kind.name, f"{tenant.schema} {caller}", kind.limit(most)))
    return wants
