"""Addresses of waiting steps: nobody can guess one, each fits one step of one execution of one tenant, and none is stored."""

import base64
import binascii
import hmac
from functools import cache, lru_cache
from time import monotonic
from uuid import UUID

from django.conf import settings

from apps.engine.links import Address
from apps.engine.value import StepKey
from apps.executions.errors import WaitNotFoundError
from apps.tenants import facade as tenants

# Beside the webhooks; no path of a webhook begins with a hyphen.
PATH = "/webhooks/-/"
ID_BYTES, MAC_BYTES = 16, 20
LONGEST_TOKEN = 4_096
# How long another host of a tenant may be unknown.
HOST_AGE_S = 60.0


def address_of(tenant_id: UUID, schema: str, execution_id: UUID) -> Address:
    """Return what makes the addresses of the steps of one execution.

    The host is read here, and not when an expression asks: a database that is away would be that step's failure.
    """
    origin = _origin(tenant_id, int(monotonic() / HOST_AGE_S))

    def address(key: StepKey) -> str:
        return f"{origin}{PATH}{token_of(schema, execution_id, key)}"

    return address


def token_of(schema: str, execution_id: UUID, key: StepKey) -> str:
    """Return the last part of a step's address; the same whenever it is asked for."""
    name = key.encode()
    raw = execution_id.bytes + _mac(schema, execution_id, name) + name
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_token(schema: str, token: str) -> tuple[UUID, StepKey]:
    """Return the execution and the step that an address of this tenant leads to.

    Raises:
        WaitNotFoundError: we have not made it, or for another tenant.
    """
    try:
        if len(token) > LONGEST_TOKEN:
            raise WaitNotFoundError
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        name = raw[ID_BYTES + MAC_BYTES :]
        execution_id = UUID(bytes=raw[:ID_BYTES])
        mac = raw[ID_BYTES : ID_BYTES + MAC_BYTES]
        # One spelling only: the last digit has bits to spare.
        is_ours = hmac.compare_digest(mac, _mac(schema, execution_id, name))
        if not is_ours or token_of(schema, execution_id, StepKey(name.decode())) != token:
            raise WaitNotFoundError
        return execution_id, StepKey(name.decode())
    except (binascii.Error, ValueError) as reason:
        raise WaitNotFoundError from reason


def _mac(schema: str, execution_id: UUID, name: bytes) -> bytes:
    return hmac.digest(_key(), b"\0".join((schema.encode(), execution_id.bytes, name)), "sha256")[
        :MAC_BYTES
    ]


@cache
def _key() -> bytes:
    """Derive the signing key, so that no other use of SECRET_KEY makes an address."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"gorax.resume.v1", "sha256")


@lru_cache(maxsize=1024)
def _origin(tenant_id: UUID, _age: int) -> str:
    origin: str = settings.GORAX_TENANT_ORIGIN
    return origin.replace("{host}", tenants.host_of(tenant_id) or "")
