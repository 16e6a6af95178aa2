"""What a tenant is called. Where it is found, its slug and its hosts, stays."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.models import Tenant
from apps.tenants.queries import directory


def rename(tenant_id: UUID, name: str) -> None:
    """Call a tenant by another name; to call it as it is called changes nothing.

    Raises:
        NoTenantError: there is no living tenant with this id.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = Tenant.objects.living().select_for_update(no_key=True).filter(pk=tenant_id).first()
        if tenant is None:
            raise NoTenantError
        if tenant.name == name:
            return
        before = tenant.name
        Tenant.objects.filter(pk=tenant.pk).update(name=name, updated_at=Now())
        audit.record(
            "tenant.renamed",
            target=audit.Target("tenant", tenant.pk, tenant.slug),
            before={"name": before},
            after={"name": name},
            schema=tenant.schema_name,
        )
    directory.forget()
