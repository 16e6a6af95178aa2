"""A provider renews nothing any more: the account is marked, written down, and those who can connect it anew get a letter."""

from uuid import UUID

from django.conf import settings

from apps.accounts import facade as accounts
from apps.accounts.facade import Wording
from apps.audit import facade as audit
from apps.core import db
from apps.credentials.queries import Row
from apps.credentials.services import tokens
from apps.credentials.services.tokens import Held
from apps.tenants import facade as tenants

KIND = "connection_lost"


def note(
    schema: str, row: Row, connection: Held, *, problem: str, lease: UUID | None = None
) -> bool:
    """Mark an account as lost, once; False: it is another one by now, or somebody else has."""
    about = {
        "id": row.id,
        "generation": connection.generation,
        "problem": problem,
        "lease": lease,
    }

    def mark() -> bool:
        if db.execute(db.in_schema(tokens.LOSE, schema), about) != 1:
            return False
        target = audit.Target("credential", row.id, row.name)
        after = {"problem": problem}
        audit.record(
            "credential.connection_lost",
            target=target,
            after=after,
            severity="warning",
            outcome="failure",
            schema=schema,
        )
        _write_letters(schema, row.name, problem)
        return True

    return db.in_transaction(mark)


def word(tenant: str, name: str, url: str) -> Wording:
    """Return the letter to those who manage credentials."""
    return Wording(
        f"Connect “{name}” anew",
        (
            f"The provider of the account “{name}” in {accounts.tame(tenant)} no longer renews its access.",
            "Steps that use it fail until somebody connects it again.",
        ),
        "Open the credentials",
        url,
        "Somebody may have changed the password there, or have taken the consent back.",
    )


def _write_letters(schema: str, name: str, problem: str) -> None:
    tenant = tenants.by_schema(schema)
    if tenant is None:
        return
    host = tenants.host_of(tenant.id)
    origin = settings.GORAX_TENANT_ORIGIN.format(host=host)
    facts = {"tenant": tenant.name, "name": name, "url": f"{origin}/credentials"}
    for address in tenants.addresses_of_holders(tenant.id, "credential.update"):
        accounts.write_letter(KIND, address, facts=facts)
