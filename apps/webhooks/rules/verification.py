"""Whether a delivery comes from whom it claims: one small function per scheme, over the raw bytes.

Every comparison of a secret is constant-time, and every doubt is a refusal. Headers are lower-case; a header that came
twice is joined by a comma and so matches nothing.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from apps.engine.secret import Secret
from apps.webhooks.rules.bodies import Body

# Both sides of now: an old delivery is a replay, one from the future is a clock nobody can trust.
TOLERANCE_S = 300
MOST_SIGNATURES = 8
DEFAULT_KEY_HEADER = "x-api-key"


@dataclass(frozen=True, slots=True)
class Signed:
    """What is judged: the delivery as it came, the live secrets, and the present second."""

    headers: Mapping[str, str]
    body: Body
    secrets: Sequence[Secret] = field(repr=False)
    now_s: float
    username: str = ""
    key_header: str = DEFAULT_KEY_HEADER


def refusal(scheme: str, signed: Signed) -> str | None:
    """Return None if the delivery is genuine under `scheme`, else the code of what is wrong with it."""
    if scheme == "none":
        return None
    check = SCHEMES.get(scheme)
    if check is None:
        return "scheme_unknown"
    if not signed.secrets:
        return "secret_missing"
    return check(signed)


def _signature(signed: Signed) -> str | None:
    return _hex_over_body(signed, signed.headers.get("x-webhook-signature"), is_prefix_needed=False)


def _github(signed: Signed) -> str | None:
    return _hex_over_body(signed, signed.headers.get("x-hub-signature-256"), is_prefix_needed=True)


def _hex_over_body(signed: Signed, given: str | None, *, is_prefix_needed: bool) -> str | None:
    if not given:
        return "signature_missing"
    if is_prefix_needed and not given.startswith("sha256="):
        return "signature_malformed"
    return _any_hex(signed, [given.removeprefix("sha256=")])


def _stripe(signed: Signed) -> str | None:
    """`Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>…]` over `<t>.<body>`."""
    given = signed.headers.get("stripe-signature")
    if not given:
        return "signature_missing"
    parts = [part.partition("=")[::2] for part in given.split(",")]
    times = [value for name, value in parts if name.strip() == "t"]
    signatures = [value for name, value in parts if name.strip() == "v1"]
    if len(times) != 1 or not signatures:
        return "signature_malformed"
    return _stale(times[0], signed.now_s) or _any_hex(signed, signatures, times[0].encode() + b".")


def _slack(signed: Signed) -> str | None:
    """`X-Slack-Signature: v0=<hex>` over `v0:<X-Slack-Request-Timestamp>:<body>`."""
    given = signed.headers.get("x-slack-signature")
    sent_at = signed.headers.get("x-slack-request-timestamp")
    if not given or not sent_at:
        return "signature_missing"
    if not given.startswith("v0="):
        return "signature_malformed"
    return _stale(sent_at, signed.now_s) or _any_hex(
        signed, [given.removeprefix("v0=")], b"v0:" + sent_at.encode() + b":"
    )


def _standard(signed: Signed) -> str | None:
    """Standard Webhooks: `webhook-signature` lists `v1,<base64>` over `<webhook-id>.<webhook-timestamp>.<body>`."""
    given = signed.headers.get("webhook-signature")
    identifier = signed.headers.get("webhook-id")
    sent_at = signed.headers.get("webhook-timestamp")
    if not given or not identifier or not sent_at:
        return "signature_missing"
    signatures = [part.removeprefix("v1,") for part in given.split(" ") if part.startswith("v1,")]
    if not signatures:
        return "signature_malformed"
    stale = _stale(sent_at, signed.now_s)
    if stale is not None:
        return stale
    begin = f"{identifier}.{sent_at}.".encode("latin-1", "replace")
    expected = [
        base64.b64encode(_mac(key, begin, signed.body)).decode()
        for secret in signed.secrets
        if (key := standard_key(secret)) is not None
    ]
    return _any_equal(signatures, expected)


def _basic(signed: Signed) -> str | None:
    scheme, _, encoded = signed.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic" or not encoded:
        return "credentials_missing"
    try:
        given = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return "credentials_malformed"
    expected = [f"{signed.username}:{secret.reveal()}".encode() for secret in signed.secrets]
    return None if _is_among(given, expected) else "credentials_wrong"


def _api_key(signed: Signed) -> str | None:
    given = signed.headers.get(signed.key_header)
    if not given:
        return "credentials_missing"
    wrong = _any_equal([given], [secret.reveal() for secret in signed.secrets])
    return None if wrong is None else "credentials_wrong"


SCHEMES: Mapping[str, Callable[[Signed], str | None]] = {
    "signature": _signature,
    "github": _github,
    "stripe": _stripe,
    "slack": _slack,
    "standard": _standard,
    "basic": _basic,
    "api_key": _api_key,
}

# Where each scheme's senders name a delivery; `Idempotency-Key` is understood besides, whatever the scheme.
DELIVERY_HEADERS: Mapping[str, str] = {"github": "x-github-delivery", "standard": "webhook-id"}

# What proves the sender is no business of the workflow, and must not lie in its history.
PROOF_HEADERS = frozenset(
    {
        "authorization",
        "cookie",
        "proxy-authorization",
        "stripe-signature",
        "webhook-signature",
        "x-api-key",
        "x-hub-signature",
        "x-hub-signature-256",
        "x-slack-signature",
        "x-webhook-signature",
    }
)


def standard_key(secret: Secret) -> bytes | None:
    """Return the signing key of a Standard Webhooks secret (`whsec_` + base64), or None if it is none."""
    try:
        return base64.b64decode(secret.reveal().removeprefix("whsec_"), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _stale(sent_at: str, now_s: float) -> str | None:
    # Digits only: int() would also take signs, blanks and underscores, which no sender writes.
    if not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12):
        return "timestamp_malformed"
    return "timestamp_stale" if abs(now_s - int(sent_at)) > TOLERANCE_S else None


def _any_hex(signed: Signed, given: Sequence[str], begin: bytes = b"") -> str | None:
    expected = [
        _mac(secret.reveal().encode(), begin, signed.body).hex() for secret in signed.secrets
    ]
    return _any_equal(given, expected)


def _mac(key: bytes, begin: bytes, body: Body) -> bytes:
    """Return the code of `begin` and the body; a large one is gone through in pieces."""
    if isinstance(body, bytes):
        return hmac.digest(key, begin + body, sha256)
    mac = hmac.new(key, begin, sha256)
    for piece in body.pieces():
        mac.update(piece)
    return mac.digest()


def _any_equal(given: Sequence[str], expected: Sequence[str]) -> str | None:
    if len(given) > MOST_SIGNATURES:
        return "signature_malformed"
    candidates = [one.encode() for one in expected]
    # Headers arrive as latin-1 text of whatever bytes were sent.
    matches = [_is_among(one.encode("latin-1", "replace"), candidates) for one in given]
    return None if True in matches else "signature_wrong"


def _is_among(given: bytes, candidates: Sequence[bytes]) -> bool:
    """Compare with every candidate, whichever fits, each in constant time."""
    matches = [hmac.compare_digest(given, candidate) for candidate in candidates]
    return True in matches
