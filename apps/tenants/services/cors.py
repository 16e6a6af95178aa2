"""Which pages of other origins may call a tenant's API, beside those of the installation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.core import tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.models import Tenant
from apps.tenants.queries import directory


def set_cors(tenant_id: UUID, own: Mapping[str, Any]) -> None:
    """Let these pages call; what is not said holds as the installation has it.

    Raises:
        NoTenantError: there is no living tenant with this id.
    """
    with tenancy.entered(tenancy.PUBLIC):
        rows = Tenant.objects.living().filter(pk=tenant_id)
        if not rows.update(cors=dict(own)):
            raise NoTenantError
    directory.forget()
