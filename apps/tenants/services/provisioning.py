"""Making a tenant: its rows, its schema with this month's partitions, its host; all of it or nothing."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from psycopg import sql

from apps.audit import facade as audit
from apps.core import events, owner, partitions, tenancy
from apps.core.errors import UnavailableError
from apps.tenants import rules
from apps.tenants.errors import ScriptUnavailableError, SlugRefusedError, SlugTakenError
from apps.tenants.events import TenantProvisioned
from apps.tenants.models import Domain, Membership, Role, Tenant
from apps.tenants.queries import directory
from apps.tenants.queries.directory import TenantInfo
from apps.tenants.rules.hosts import HostProof
from apps.tenants.services import grants, migrations, plans, template

log = logging.getLogger(__name__)

NO_SCRIPT = "Tenants cannot be made here until somebody has run migrate."


def provision(*, slug: str, name: str, owner_id: UUID) -> TenantInfo:
    """Make a tenant with its schema, host and owner in one transaction; it can be used when this returns.

    Raises:
        SlugRefusedError: `slug` is no host label, or reserved.
        SlugTakenError: another tenant, even a deleted one, is called so.
        UnavailableError: nobody has rendered the script, and this role may make no schema without it.
    """
    if not rules.is_slug(slug) or slug in rules.RESERVED_SLUGS:
        raise SlugRefusedError
    schema = rules.schema_of(slug)
    with tenancy.entered(tenancy.PUBLIC):
        script = _script(schema)
        with transaction.atomic():
            tenant = _insert(slug, name, schema, owner_id)
            _make_schema(schema, script)
            # The script brings this month's partitions, unless the month has turned since it was rendered.
            if script is not None and any(
                month.suffix not in script for month in partitions.months()
            ):
                partitions.ensure([schema])
            events.announce(TenantProvisioned(tenant.pk, schema))
            target = audit.Target("tenant", tenant.pk, slug)
            for chain in (tenancy.PUBLIC, schema):
                audit.record(
                    "tenant.created", target=target, after={"owner_id": owner_id}, schema=chain
                )
            plans.announce(tenant)
        made = directory.by_id(tenant.pk)
    directory.forget()
    return made or directory.info_of(tenant)


def warm_up() -> None:
    """Render the template's script now if there is none: inside a transaction it would be too late."""
    _script(tenancy.TEMPLATE)


def _script(schema: str) -> str | None:
    try:
        return template.script(schema)
    except ScriptUnavailableError as reason:
        log.warning(
            "tenant.provisioned_by_migrations", extra={"schema": schema, "reason": str(reason)}
        )
        return None


def _insert(slug: str, name: str, schema: str, owner_id: UUID) -> Tenant:
    tenant = Tenant(
        slug=slug,
        name=name,
        schema_name=schema,
        plan=settings.GORAX_PLAN,
        migration_state=migrations.newest_state(),
    )
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
            host = f"{slug}.{settings.GORAX_PUBLIC_HOST}"
            known = {"verified_at": Now(), "proof": HostProof.INSTALLATION}
            Domain(tenant=tenant, domain=host, **known).save()
    except (IntegrityError, ValidationError) as reason:  # django-tenants looks before it inserts
        raise SlugTakenError from reason
    Membership(tenant=tenant, user_id=owner_id, role=Role.OWNER).save(force_insert=True)
    return tenant


def _make_schema(schema: str, script: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = 0"
        )  # a web process bounds what it reads, not this
        if script is not None:
            # As who owns the tables, and by the script that lies in the database.
            state = migrations.newest_state()
            cursor.execute("SELECT public.tenants_make_schema(%s, %s)", [schema, state])
            return
        if not owner.is_at_work():
            raise UnavailableError(NO_SCRIPT, code="no_script")
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)).as_string(None))
    migrations.migrate_schema(schema)
    grants.apply([schema])
