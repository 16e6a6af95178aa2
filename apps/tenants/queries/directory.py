"""Which tenant lives where. Asked on every request, so answers are kept in the process for a few seconds."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery

from apps.core import db, tenancy
from apps.tenants.models import Domain, Membership, Tenant
from apps.tenants.rules import plans
from apps.tenants.rules.plans import Limits

# How long another process may go on with an old answer; the one that changes something forgets at once.
KNOWN_FOR_S = 5.0
UNKNOWN_FOR_S = 1.0
# Hosts come from strangers: the memory of them is bounded.
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class TenantInfo:
    """A tenant as the rest of the product knows it."""

    id: UUID
    schema: str
    slug: str
    name: str
    status: str
    plan: str = plans.UNLIMITED
    # What holds instead of the plan's own figures, by the operators or as agreed, as JSON text: a value like the others.
    agreed: str = "{}"
    cors_text: str = ""
    # Marked for deletion: not before then.
    gone_after: datetime | None = None

    @property
    def limits(self) -> Limits:
        """What it may use at most."""
        return _limits(self.plan, self.agreed)

    @property
    def cors(self) -> dict[str, Any] | None:
        """Which pages of other origins may call; None: those of the installation alone."""
        return json.loads(self.cors_text) if self.cors_text else None

    @property
    def is_active(self) -> bool:
        """Say whether it may be used: neither suspended nor marked for deletion."""
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class MembershipInfo:
    """A user's tenant, what the user is there, and the host where it is found."""

    tenant: TenantInfo
    role: str
    host: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """A private address and port that a tenant's nodes may call."""

    address: str
    port: int


@lru_cache(maxsize=1_000)
def _limits(plan: str, agreed: str) -> Limits:
    return plans.limits_of(plan, json.loads(agreed))


class _Kept:
    """Answers by key, each until its time is over."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[float, TenantInfo | None]] = {}
        self._lock = Lock()

    def get(self, key: str, look: Callable[[], TenantInfo | None]) -> TenantInfo | None:
        kept = self._answers.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        answer = look()
        until = time.monotonic() + (UNKNOWN_FOR_S if answer is None else KNOWN_FOR_S)
        with self._lock:
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            self._answers[key] = (until, answer)
        return answer

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()

    def known(self) -> list[TenantInfo | None]:
        with self._lock:
            return [info for _, info in self._answers.values()]


_kept = _Kept()


def forget() -> None:
    """Ask the database again next time: called by whatever changes tenants or domains."""
    _kept.forget()


def remembered() -> list[TenantInfo | None]:
    """Return every answer that this process has kept, also of hosts where nobody lives (None)."""
    return _kept.known()


# Asked on each request and turn of a tenant that was not met for a while; with a thousand in turn that is every one, and
# the ORM took a third of a worker's time (measured). Hence statements by hand.
LOOK_UP = """
SELECT id, schema_name, slug, name, status, plan,
       (coalesce((SELECT figures FROM public.tenants_planfigures f WHERE f.plan = tenants_tenant.plan), '{{}}')
        || coalesce(agreed_limits, '{{}}'))::text,
       coalesce(cors::text, ''), gone_after
FROM public.tenants_tenant
WHERE status <> 'deleted' AND {which} ORDER BY id LIMIT 1
"""
BY_HOST = "id IN (SELECT tenant_id FROM public.tenants_domain WHERE domain = %(value)s AND verified_at IS NOT NULL)"
BY_SCHEMA = "schema_name = %(value)s"
BY_SLUG = "slug = %(value)s"
BY_ID = "id = %(value)s::uuid"
EVERY = "true"

ALLOWANCES = """
SELECT host(a.address), a.port FROM public.tenants_egressallowance a JOIN public.tenants_tenant t ON t.id = a.tenant_id
WHERE t.schema_name = %(schema)s ORDER BY a.id
"""


def by_host(host: str) -> TenantInfo | None:
    """Return the living tenant of a host (lower case, no port); None: nobody lives there."""
    return _kept.get(f"host {host}", lambda: _look_up(BY_HOST, host))


def by_schema(schema: str) -> TenantInfo | None:
    """Return the living tenant of a schema."""
    return _kept.get(f"schema {schema}", lambda: _look_up(BY_SCHEMA, schema))


def by_slug(slug: str) -> TenantInfo | None:
    """Return the living tenant that is called so."""
    return _kept.get(f"slug {slug}", lambda: _look_up(BY_SLUG, slug))


def single() -> TenantInfo | None:
    """Return the tenant of a one-host install: the oldest living one; None: nobody has signed up."""
    return _kept.get("single", lambda: _look_up(EVERY))


def has_anybody() -> bool:
    """Say whether a tenant lives here: as the database sees it now, whatever is remembered."""
    return _look_up(EVERY) is not None


def _look_up(which: str, value: str = "") -> TenantInfo | None:
    rows = db.fetch(LOOK_UP.format(which=which), {"value": value})
    return TenantInfo(*rows[0]) if rows else None


def by_id(tenant_id: UUID) -> TenantInfo | None:
    """Return a living tenant as the database has it now, whatever is remembered."""
    return _look_up(BY_ID, str(tenant_id))


def info_of(tenant: Tenant) -> TenantInfo:
    """Return the facts of a row; of its limits only what was agreed with this tenant."""
    return TenantInfo(
        tenant.pk,
        tenant.schema_name,
        tenant.slug,
        tenant.name,
        str(tenant.status),
        str(tenant.plan),
        json.dumps(tenant.agreed_limits or {}),
        "" if tenant.cors is None else json.dumps(tenant.cors),
        tenant.gone_after,
    )


def host_of(tenant_id: UUID) -> str | None:
    """Return the primary host of a tenant, without port."""
    if settings.GORAX_SINGLE_HOST:
        return str(settings.GORAX_SINGLE_HOST)
    with tenancy.entered(tenancy.PUBLIC):
        return (
            Domain.objects.filter(tenant_id=tenant_id, verified_at__isnull=False)
            .order_by("-is_primary", "id")
            .values_list("domain", flat=True)
            .first()
        )


def memberships_of(user_id: UUID) -> list[MembershipInfo]:
    """Return a user's living tenants with their hosts, by name; one query, at most 200."""
    with tenancy.entered(tenancy.PUBLIC):
        rows = (
            Membership.objects.filter(user_id=user_id)
            .exclude(tenant__status="deleted")
            .select_related("tenant")
            .annotate(host=_primary_host())
            .order_by("tenant__name", "tenant_id")[:200]
        )
        return [
            MembershipInfo(info_of(row.tenant), row.role, settings.GORAX_SINGLE_HOST or row.host)
            for row in rows
        ]


def _primary_host() -> Subquery:
    rows = Domain.objects.filter(tenant_id=OuterRef("tenant_id"), verified_at__isnull=False)
    domains = rows.order_by("-is_primary", "id")
    return Subquery(domains.values("domain")[:1])


def egress_allowances(schema: str) -> tuple[Allowance, ...]:
    """Return the only private addresses that this schema's nodes may call."""
    return tuple(Allowance(*row) for row in db.fetch(ALLOWANCES, {"schema": schema}))


def living_schemas() -> list[str]:
    """Return the schemas of all living tenants, oldest first."""
    with tenancy.entered(tenancy.PUBLIC):
        return list(Tenant.objects.living().order_by("id").values_list("schema_name", flat=True))


def stale_schemas(migration_state: str) -> list[str]:
    """Return the schemas that are not yet at `migration_state`, by one query and without opening any."""
    with tenancy.entered(tenancy.PUBLIC):
        return list(
            Tenant.objects.living()
            .exclude(migration_state=migration_state)
            .order_by("id")
            .values_list("schema_name", flat=True)
        )
