"""The private addresses that a tenant's nodes may call; all others stay refused."""

from django.db import transaction

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.models import EgressAllowance, Tenant


def allow(schema: str, address: str, port: int) -> None:
    """Let the nodes of a tenant call one private address and port; twice is once.

    Raises:
        NoTenantError: no living tenant has this schema.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = Tenant.objects.living().filter(schema_name=schema).first()
        if tenant is None:
            raise NoTenantError
        _, is_new = EgressAllowance.objects.get_or_create(tenant=tenant, address=address, port=port)
        if is_new:
            facts = {"address": address, "port": port}
            target = audit.Target("tenant", tenant.pk, tenant.slug)
            audit.record("egress_allowance.added", target=target, after=facts, schema=schema)
