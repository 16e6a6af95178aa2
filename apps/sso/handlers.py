"""What single sign-on does when others tell news."""

from apps.core.events import subscribe
from apps.keys import facade as keys
from apps.sso.services import connections, enforcing, settling
from apps.tenants.events import EnteringByPassword, TenantDeleted


def judge(event: EnteringByPassword) -> None:
    """Keep out who must come by the tenant's provider."""
    enforcing.judge(event)


def forget(event: TenantDeleted) -> None:
    """Delete the connections of a tenant that is no more."""
    connections.forget_tenant(event.tenant_id)


subscribe(EnteringByPassword, judge)
subscribe(TenantDeleted, forget)
keys.hold(keys.Holder("sso_connection", "sealed_secret", connections.PLACE))
keys.hold(keys.Holder("sso_vouching", "sealed_id_token", settling.PLACE))
