"""The way out of tests and lookups: guarded like every call of a workflow, bounded in time, and only to hosts that the credential allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.adapters.mail import GuardedMail
from apps.adapters.transport import Transport
from apps.core import strict_json
from apps.core.errors import GoraxError
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.tenants import facade as tenants

# The longest lists that a vendor sends to a harmless question are a tenth of this.
MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Way:
    """Where the calls of a tenant may go; `allowed_hosts` empty: wherever the tenant may call."""

    schema: str
    policy: Policy
    allowed_hosts: tuple[str, ...] = ()
    transport: Transport | None = None
    timeout_s: float = 10.0

    def send(
        self,
        method: str,
        url: str | Secret,
        headers: Mapping[str, str | Secret] | None = None,
        body: str | Secret | None = None,
    ) -> HttpReply:
        """Make one call, whose redirects are not followed.

        Raises:
            HttpError: no reply came.
        """
        http = GuardedHttp(self.policy, owner=self.schema, transport=self.transport)
        return http.send(
            HttpRequest(
                method=method,
                url=url,
                headers={"Accept": "application/json", "User-Agent": "gorax", **(headers or {})},
                body=body,
                timeout_s=self.timeout_s,
                follow_redirects=False,
                allowed_hosts=(self.allowed_hosts,) if self.allowed_hosts else (),
                max_reply_bytes=MOST_BYTES,
            )
        )

    def mail(self) -> GuardedMail:
        """Return the way to mail servers."""
        return GuardedMail(self.policy, transport=self.transport)


def way_of(schema: str, allowed_hosts: tuple[str, ...] = (), *, timeout_s: float) -> Way:
    """Return the way out of a tenant."""
    policy = Policy(
        allowances=tuple(
            Allowance(str(each.address), each.port) for each in tenants.egress_allowances(schema)
        ),
        refused_hosts=(f".{settings.GORAX_PUBLIC_HOST}", settings.GORAX_SINGLE_HOST),
    )
    return Way(schema, policy, allowed_hosts, timeout_s=timeout_s)


def said(reply: HttpReply) -> dict[str, Any]:
    """Return the JSON object of a reply; empty if it is none."""
    try:
        found = strict_json.loads(reply.body, max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    except GoraxError:
        return {}
    return found if isinstance(found, dict) else {}
