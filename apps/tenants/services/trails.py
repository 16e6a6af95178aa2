"""How long the audit trails are kept: by the installation's terms, and within what a tenant's plan says."""

import logging

from django.conf import settings

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.queries import directory
from apps.tenants.services import rounds

log = logging.getLogger(__name__)


def terms() -> audit.Terms:
    """Return until which age entries are hot, warm and cold in the schema of now."""
    tenant = directory.by_schema(tenancy.current_schema())
    return audit.Terms(
        settings.GORAX_AUDIT_HOT_DAYS,
        settings.GORAX_AUDIT_WARM_DAYS,
        settings.GORAX_AUDIT_COLD_DAYS,
    ).within(None if tenant is None else tenant.limits.audit_days)


def retain() -> audit.Retained:
    """Archive and let go what is old of the trail of the schema of now."""
    return audit.retain(terms())


def retain_each() -> int:
    """Do that with each trail, the platform's first; return of how many tenants."""
    try:
        tenancy.run_in(tenancy.PUBLIC, retain)
    except Exception:  # what is wrong with one trail keeps no other from its turn
        log.exception("trail.not_retained", extra={"schema": tenancy.PUBLIC})
    return rounds.in_each(retain)


def chosen(*, slug: str | None = None, is_platform: bool = False) -> list[str]:
    """Return the schemas of the trails that a command names: one tenant's, the platform's, or with neither all of them.

    Raises:
        NoTenantError: no living tenant is called so.
    """
    if is_platform:
        return [tenancy.PUBLIC]
    if slug is None:
        return [tenancy.PUBLIC, *directory.living_schemas()]
    tenant = directory.by_slug(slug)
    if tenant is None:
        raise NoTenantError
    return [tenant.schema]
