"""Handing entries over, once: to a webhook that is signed, or to a syslog server; by the guarded way out."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.adapters.syslog import GuardedSyslog
from apps.audit.facade import Line
from apps.core import tenancy
from apps.core.ids import uuid7
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.keys.facade import Sealed
from apps.streams.rules import wording
from apps.streams.rules.places import Place, place_of
from apps.tenants import facade as tenants

# What a stream's secrets are bound to, the one before as well: it moves along as it lies.
PLACE = "{chain}|stream|{id}|secret"
CALL_S = 10.0
MOST_REPLY_BYTES = 65_536
# In the place of what a name leads to, which is asked for when something is sent and not before.
PUBLIC_ADDRESS = IPv4Address("8.8.8.8")


class NotTakenError(Exception):
    """The webhook answered something else than that it has taken the entries."""

    code = "not_taken"

    def __init__(self, status: int) -> None:
        self.message = f"it answered {status}"
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a trail goes, what may be called for it, and by which secrets it is signed: two while one takes the other's place."""

    chain: str
    stream_id: UUID
    place: Place
    policy: Policy
    secrets: tuple[Secret, ...]


def way_of(chain: str, stream_id: UUID, url: str, sealed: Iterable[Any]) -> Way:
    """Return how a stream is served, and signed by those of its `sealed` secrets that are there.

    One without an address is the installation's own, by its settings.

    Raises:
        HttpError, ValueError: the address is none.
        SealError, KeyAwayError: a secret does not open.
    """
    if not url:
        place = place_of(settings.GORAX_AUDIT_STREAM_URL)
        # The operator's own choice: it may well be on a private network.
        policy = Policy(trusted={(place.url.name, place.url.port)})
        own = None if place.is_syslog else settings.GORAX_AUDIT_STREAM_SECRET
        return Way(chain, stream_id, place, policy, () if own is None else (own,))
    aad = PLACE.format(chain=chain, id=stream_id)
    secrets = tuple(
        keys.open_sealed(Sealed.from_json(each), aad=aad) for each in sealed if each is not None
    )
    return Way(chain, stream_id, place_of(url), _policy(chain), secrets)


def refuse_known(place: Place, schema: str) -> None:
    """Refuse what can be seen to lead nowhere without asking anybody: names and numbers of private networks, odd ports.

    Raises:
        BlockedDestinationError: it may not be called.
    """
    _policy(schema).addresses(place.url, lambda _name, _port: (PUBLIC_ADDRESS,))


def deliver(way: Way, entries: Sequence[Line]) -> None:
    """Hand entries over, in their order.

    Raises:
        HttpError, NotTakenError: the other side has not taken all of them, or nobody knows.
    """
    if way.place.is_syslog:
        _log(way, [wording.message(_host_of(way.chain), entry) for entry in entries])
    else:
        message_id = f"{way.stream_id}.{entries[0].seq}-{entries[-1].seq}"
        _post(way, message_id, wording.body(way.chain, entries))


def try_out(way: Way, now: datetime) -> None:
    """Hand something over that is no entry; else as `deliver`."""
    if way.place.is_syslog:
        text = '{"type":"audit.test"}'
        _log(way, [wording.trial(_host_of(way.chain), now, text)])
    else:
        _post(way, f"{way.stream_id}.test.{uuid7()}", wording.body(way.chain, ()))


def _log(way: Way, messages: list[bytes]) -> None:
    url = way.place.url
    host = f"[{url.name}]" if ":" in url.name else url.name
    GuardedSyslog(way.policy).send(
        host, url.port, messages, is_encrypted=way.place.is_encrypted, timeout_s=CALL_S
    )


def _post(way: Way, message_id: str, content: bytes) -> None:
    instant = int(time.time())
    signed = {}
    if way.secrets:
        # The newest first; Standard Webhooks puts spaces between several.
        made = (wording.signature(each, message_id, instant, content) for each in way.secrets)
        signed = {"webhook-signature": " ".join(made)}
    request = HttpRequest(
        "POST",
        way.place.text,
        {
            "Content-Type": "application/json",
            "User-Agent": "gorax",
            "webhook-id": message_id,
            "webhook-timestamp": str(instant),
            **signed,
        },
        content,
        timeout_s=CALL_S,
        follow_redirects=False,
        max_reply_bytes=MOST_REPLY_BYTES,
    )
    reply = GuardedHttp(way.policy, owner=way.chain).send(request)
    if not 200 <= reply.status < 300:
        raise NotTakenError(reply.status)


def _policy(schema: str) -> Policy:
    found = tenants.egress_allowances(schema)
    return Policy(
        allowances=tuple(Allowance(str(each.address), each.port) for each in found),
        # Entries that make entries would never end.
        refused_hosts=(f".{settings.GORAX_PUBLIC_HOST}", settings.GORAX_SINGLE_HOST),
    )


def _host_of(chain: str) -> str:
    tenant = None if chain == tenancy.PUBLIC else tenants.by_schema(chain)
    found = None if tenant is None else tenants.host_of(tenant.id)
    return found or settings.GORAX_PUBLIC_HOST
