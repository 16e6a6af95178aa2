"""Letters before a credential expires: a week before, and a day before, once each.

What was written is noted by the transaction that writes the letters, so a death between the two sends neither none nor two. A new
expiry begins anew. Whoever may change credentials gets them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts import facade as accounts
from apps.accounts.facade import Wording
from apps.core import db, tenancy
from apps.credentials import queries
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo

KIND = "credential_expires"
# So many credentials of a tenant in one round; the next round goes on.
MOST = 1_000

CLAIM = """
UPDATE {s}.credentials_credential SET reminded_for = expires_at,
       reminded_days = CASE WHEN expires_at <= clock_timestamp() + interval '1 day' THEN 1 ELSE 7 END
WHERE id = (
    SELECT id FROM {s}.credentials_credential
    WHERE expires_at > clock_timestamp() AND expires_at <= clock_timestamp() + interval '7 days' AND NOT is_disabled
      AND (reminded_for IS DISTINCT FROM expires_at
           OR reminded_days > 1 AND expires_at <= clock_timestamp() + interval '1 day')
    ORDER BY expires_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, name, expires_at, reminded_days
"""


def remind() -> int:
    """Write the letters that are due in this tenant, and return for how many credentials."""
    schema = tenancy.current_schema()
    tenant = tenants.by_schema(schema)
    if tenant is None:
        return 0
    for done in range(MOST):
        if not db.in_transaction(lambda: _reminded_of_one(tenant)):
            return done
    return MOST


def word(credential_id: UUID, facts: Mapping[str, Any]) -> Wording | None:
    """Return the letter; None if the credential is gone, was given another expiry, is disabled, or has expired by now."""
    tenant = tenants.by_schema(facts["schema"])
    if tenant is None:
        return None
    expires_at = datetime.fromisoformat(facts["expires_at"])
    with tenancy.entered(tenant.schema):
        if not queries.is_to_expire(credential_id, expires_at):
            return None
    name, when = facts["name"], f"{expires_at:%Y-%m-%d %H:%M} UTC"
    host = tenants.host_of(tenant.id)
    return Wording(
        f"“{name}” expires {'within a day' if facts['days'] == 1 else 'within a week'}",
        (
            f"The credential “{name}” in {accounts.tame(tenant.name)} expires on {when}.",
            "Steps that need it fail from then on, until it has new secrets or a later date.",
        ),
        "Open the credentials",
        f"{settings.GORAX_TENANT_ORIGIN.format(host=host)}/credentials",
        "You get this letter because you may change credentials there.",
    )


def _reminded_of_one(tenant: TenantInfo) -> bool:
    claimed = db.fetch(db.in_schema(CLAIM, tenant.schema), {})
    for credential_id, name, expires_at, days in claimed:
        facts = {
            "schema": tenant.schema,
            "name": name,
            "expires_at": expires_at.isoformat(),
            "days": days,
        }
        for address in tenants.addresses_of_holders(tenant.id, "credential.update"):
            accounts.write_letter(KIND, address, about=credential_id, facts=facts)
    return bool(claimed)
