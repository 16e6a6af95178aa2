"""The door to tenants: which one this is, which exist, and making one."""

from uuid import UUID

from apps.core import tenancy
from apps.core.principals import Principal
from apps.tenants.errors import NoTenantError
from apps.tenants.queries import access
from apps.tenants.queries.directory import (
    Allowance,
    MembershipInfo,
    TenantInfo,
    by_host,
    by_schema,
    by_slug,
    egress_allowances,
    forget,
    host_of,
    living_schemas,
    memberships_of,
    single,
    stale_schemas,
)
from apps.tenants.queries.holders import addresses_of_holders
from apps.tenants.queries.roles import members_called, roles_called
from apps.tenants.queries.used import Month, by_month
from apps.tenants.rules import safe_path
from apps.tenants.rules.plans import Limits
from apps.tenants.services.api_keys import create as create_api_key
from apps.tenants.services.crossing import COOKIE as CROSSING_COOKIE
from apps.tenants.services.crossing import COOKIE_S as CROSSING_COOKIE_S
from apps.tenants.services.departure import delete
from apps.tenants.services.egress import allow as allow_egress
from apps.tenants.services.entering import by_access_token, by_api_key
from apps.tenants.services.federation import Let, end_password_sessions, let_in, root_of
from apps.tenants.services.federation import end as end_sessions
from apps.tenants.services.lifecycle import resume, suspend
from apps.tenants.services.members import follow_provider, is_member, join
from apps.tenants.services.migrations import (
    migrate_stale,
    newer_migrations,
    newest_state,
    refuse_newer_database,
)
from apps.tenants.services.plans import calls_used, set_plan
from apps.tenants.services.provisioning import provision
from apps.tenants.services.rounds import in_each
from apps.tenants.services.usage import Day as UsedDay
from apps.tenants.services.usage import counted_until as usage_counted_until
from apps.tenants.services.usage import note as note_usage

__all__ = [
    "CROSSING_COOKIE",
    "CROSSING_COOKIE_S",
    "Allowance",
    "Let",
    "Limits",
    "MembershipInfo",
    "Month",
    "TenantInfo",
    "UsedDay",
    "acting",
    "addresses_of_holders",
    "allow_egress",
    "by_access_token",
    "by_api_key",
    "by_host",
    "by_month",
    "by_schema",
    "by_slug",
    "calls_used",
    "create_api_key",
    "current",
    "delete",
    "egress_allowances",
    "end_password_sessions",
    "end_sessions",
    "follow_provider",
    "forget",
    "host_of",
    "in_each",
    "is_member",
    "join",
    "let_in",
    "limits",
    "living_schemas",
    "members_called",
    "memberships_of",
    "migrate_stale",
    "newer_migrations",
    "newest_state",
    "note_usage",
    "provision",
    "refuse_newer_database",
    "resume",
    "roles_called",
    "root_of",
    "safe_path",
    "set_plan",
    "single",
    "stale_schemas",
    "suspend",
    "usage_counted_until",
]


def limits() -> Limits:
    """Return what the tenant whose schema this thread has entered may use; a schema without a tenant has no limits."""
    tenant = by_schema(tenancy.current_schema())
    return Limits() if tenant is None else tenant.limits


def acting(schema: str, user_id: UUID) -> Principal | None:
    """Return what a member of a tenant may right now, for what happens in their name; None: they belong to it no more."""
    tenant = by_schema(schema)
    return None if tenant is None else access.in_the_name_of(user_id, tenant.id)


def current() -> TenantInfo:
    """Return the tenant whose schema this thread has entered.

    Raises:
        NoTenantError: this is the public schema, or a schema without a living tenant.
    """
    tenant = by_schema(tenancy.current_schema())
    if tenant is None:
        raise NoTenantError
    return tenant
