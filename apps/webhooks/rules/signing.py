"""How a sender proves itself under each scheme: the other side of `verification`, for deliveries of our own."""

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from apps.engine.secret import Secret
from apps.webhooks.rules import verification


@dataclass(frozen=True, slots=True)
class Unsigned:
    """What is about to be sent; `delivery_id` is how this delivery shall be known again."""

    body: bytes
    secret: Secret = field(repr=False)
    now_s: int
    delivery_id: str
    username: str = ""
    key_header: str = verification.DEFAULT_KEY_HEADER


def headers_of(scheme: str, sent: Unsigned) -> dict[str, str]:
    """Return the headers by which a delivery is genuine under `scheme`; none where nobody has to prove anything."""
    sign = SCHEMES.get(scheme)
    return {} if sign is None else sign(sent)


def _signature(sent: Unsigned) -> dict[str, str]:
    return {"x-webhook-signature": f"sha256={_hex(sent)}"}


def _github(sent: Unsigned) -> dict[str, str]:
    return {
        "x-github-delivery": sent.delivery_id,
        "x-hub-signature-256": f"sha256={_hex(sent)}",
    }


def _stripe(sent: Unsigned) -> dict[str, str]:
    mac = _hex(sent, f"{sent.now_s}.".encode())
    return {"stripe-signature": f"t={sent.now_s},v1={mac}"}


def _slack(sent: Unsigned) -> dict[str, str]:
    mac = _hex(sent, f"v0:{sent.now_s}:".encode())
    return {"x-slack-request-timestamp": str(sent.now_s), "x-slack-signature": f"v0={mac}"}


def _standard(sent: Unsigned) -> dict[str, str]:
    key = verification.standard_key(sent.secret) or b""
    begin = f"{sent.delivery_id}.{sent.now_s}.".encode()
    mac = hmac.digest(key, begin + sent.body, sha256)
    return {
        "webhook-id": sent.delivery_id,
        "webhook-timestamp": str(sent.now_s),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _basic(sent: Unsigned) -> dict[str, str]:
    proof = base64.b64encode(f"{sent.username}:{sent.secret.reveal()}".encode()).decode()
    return {"authorization": f"Basic {proof}"}


def _api_key(sent: Unsigned) -> dict[str, str]:
    return {sent.key_header: sent.secret.reveal()}


SCHEMES: Mapping[str, Callable[[Unsigned], dict[str, str]]] = {
    "signature": _signature,
    "github": _github,
    "stripe": _stripe,
    "slack": _slack,
    "standard": _standard,
    "basic": _basic,
    "api_key": _api_key,
}


def _hex(sent: Unsigned, begin: bytes = b"") -> str:
    return hmac.digest(sent.secret.reveal().encode(), begin + sent.body, sha256).hex()
