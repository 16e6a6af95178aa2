"""Telling those who manage a trail that it is sent on no longer."""

from typing import Any
from uuid import UUID

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import tenancy
from apps.streams.models import Stream
from apps.tenants import facade as tenants

KIND = "stream_disabled"
MANAGES = "audit.manage"


def disabled(chain: str, stream_id: UUID, name: str, error: str) -> None:
    """Write down that a stream has ended, and a letter to everybody who manages it; in the transaction of that."""
    audit.record(
        "stream.disabled",
        target=audit.Target("stream", stream_id, name),
        after={"error": error},
        severity="error",
        outcome="failure",
        schema=chain,
    )
    tenant = tenants.by_schema(chain)
    if tenant is None:
        return
    facts = {"tenant": tenant.name, "stream": name, "error": error}
    for email in tenants.addresses_of_holders(tenant.id, MANAGES):
        accounts.write_letter(KIND, email, about=stream_id, facts=facts)


def word(letter: Any) -> accounts.Wording | None:
    """Return such a letter; None: the stream is gone, or goes on."""
    with tenancy.entered(tenancy.PUBLIC):
        is_off = Stream.objects.filter(pk=letter.subject_id, disabled_at__isnull=False).exists()
    if not is_off:
        return None
    name, tenant = accounts.tame(letter.facts["stream"]), accounts.tame(letter.facts["tenant"])
    return accounts.Wording(
        f"The audit trail of {tenant} is no longer sent to “{name}”",
        (
            f"For days “{name}” has not taken the entries of the audit trail of “{tenant}”, so gorax has stopped sending"
            f" them. The last word was: {accounts.tame(letter.facts['error'])}.",
            "Nothing is lost: it waits in the trail. Mend the receiver, try the stream, and let it go on; it begins with"
            " the first entry that was not taken.",
        ),
        "Open gorax",
        accounts.front_door("/"),
        "You get this letter because you manage the audit trail there.",
    )
