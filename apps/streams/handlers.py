"""What streams do when others tell news."""

from apps.accounts import facade as accounts
from apps.core.events import subscribe
from apps.keys import facade as keys
from apps.streams.services import delivering, managing, telling
from apps.tenants.events import TenantDeleted


def forget(event: TenantDeleted) -> None:
    """Delete the streams of a tenant that is no more."""
    managing.forget(event.schema)


subscribe(TenantDeleted, forget)
accounts.composes(telling.KIND, telling.word)
keys.hold(keys.Holder("streams_stream", "sealed_secret", delivering.PLACE))
keys.hold(keys.Holder("streams_stream", "sealed_before", delivering.PLACE))
