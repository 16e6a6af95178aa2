"""Which pages of other origins may call a tenant's API, beside those of the installation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.models import Tenant
from apps.tenants.queries import directory


def set_cors(tenant_id: UUID, own: Mapping[str, Any]) -> None:
    """Let these pages call; what is not said holds as the installation has it.

    Raises:
        NoTenantError: there is no living tenant with this id.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = Tenant.objects.living().select_for_update().filter(pk=tenant_id).first()
        if tenant is None:
            raise NoTenantError
        before, tenant.cors = tenant.cors, dict(own)
        tenant.save(update_fields=["cors"])
        audit.record(
            "cors.changed",
            target=audit.Target("tenant", tenant.pk, tenant.slug),
            before=before,
            after=dict(own),
            schema=tenant.schema_name,
        )
    directory.forget()
