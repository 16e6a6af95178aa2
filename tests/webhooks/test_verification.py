"""Whether a delivery is genuine: every scheme, over the raw bytes, failing closed."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator

import pytest

from apps.engine.secret import Secret
from apps.webhooks.rules.verification import SCHEMES, Signed, refusal

SECRET = Secret("s3cret-of-this-webhook")
STANDARD = Secret("whsec_" + base64.b64encode(b"a key of 32 bytes, as they have.").decode())
BODY = b'{"a": 1}'
NOW = 1_800_000_000.0

Headers = dict[str, str]


def hexed(secret: Secret, message: bytes) -> str:
    return hmac.new(secret.reveal().encode(), message, hashlib.sha256).hexdigest()


def sign_generic(secret: Secret, body: bytes, at: float) -> Headers:
    return {"x-webhook-signature": hexed(secret, body)}


def sign_github(secret: Secret, body: bytes, at: float) -> Headers:
    return {"x-hub-signature-256": f"sha256={hexed(secret, body)}"}


def sign_stripe(secret: Secret, body: bytes, at: float) -> Headers:
    return {"stripe-signature": f"t={at:.0f},v1={hexed(secret, b'%d.' % at + body)}"}


def sign_slack(secret: Secret, body: bytes, at: float) -> Headers:
    signature = hexed(secret, b"v0:%d:" % at + body)
    return {"x-slack-request-timestamp": f"{at:.0f}", "x-slack-signature": f"v0={signature}"}


def sign_standard(secret: Secret, body: bytes, at: float) -> Headers:
    key = base64.b64decode(secret.reveal().removeprefix("whsec_"))
    digest = hmac.new(key, b"msg_1.%d." % at + body, hashlib.sha256).digest()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": f"{at:.0f}",
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def sign_basic(secret: Secret, body: bytes, at: float) -> Headers:
    return {
        "authorization": "Basic " + base64.b64encode(f"ann:{secret.reveal()}".encode()).decode()
    }


def sign_api_key(secret: Secret, body: bytes, at: float) -> Headers:
    return {"x-api-key": secret.reveal()}


SIGNERS: dict[str, Callable[[Secret, bytes, float], Headers]] = {
    "signature": sign_generic,
    "github": sign_github,
    "stripe": sign_stripe,
    "slack": sign_slack,
    "standard": sign_standard,
    "basic": sign_basic,
    "api_key": sign_api_key,
}
OVER_BYTES = ["signature", "github", "stripe", "slack", "standard"]
TIMED = ["stripe", "slack", "standard"]


def secret_of(scheme: str) -> Secret:
    return STANDARD if scheme == "standard" else SECRET


def verdict(scheme: str, headers: Headers, body: bytes = BODY, *secrets: Secret) -> str | None:
    live = secrets or (secret_of(scheme),)
    return refusal(scheme, Signed(headers, body, live, NOW, username="ann"))


def signed(
    scheme: str, body: bytes = BODY, at: float = NOW, secret: Secret | None = None
) -> Headers:
    return SIGNERS[scheme](secret or secret_of(scheme), body, at)


def test_every_scheme_is_tested_here() -> None:
    assert set(SIGNERS) == set(SCHEMES)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_genuine_delivery_is_let_in(scheme) -> None:
    assert verdict(scheme, signed(scheme)) is None


class Large:
    """A body that comes in pieces."""

    size_bytes = len(BODY)

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def pieces(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_large_body_is_judged_as_one_that_is_held(scheme) -> None:
    old = STANDARD if scheme == "standard" else Secret("another-one-of-this-webhook")

    def verdict_of(*pieces: bytes) -> str | None:
        live = (old, secret_of(scheme))
        return refusal(scheme, Signed(signed(scheme), Large(*pieces), live, NOW, username="ann"))

    assert verdict_of(BODY[:3], b"", BODY[3:]) is None
    assert verdict_of(BODY[:3], BODY[4:]) == ("signature_wrong" if scheme in OVER_BYTES else None)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_without_proof_nobody_is_let_in(scheme) -> None:
    assert verdict(scheme, {}) is not None


@pytest.mark.parametrize("scheme", SCHEMES)
def test_without_a_secret_nobody_is_let_in(scheme) -> None:
    nobody = Signed(signed(scheme), BODY, (), NOW, username="ann")

    assert refusal(scheme, nobody) == "secret_missing"


def test_a_scheme_that_does_not_exist_lets_nobody_in() -> None:
    assert verdict("nonsense", signed("github")) == "scheme_unknown"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_secret_of_another_webhook_opens_nothing(scheme) -> None:
    other = Secret("whsec_" + base64.b64encode(b"another key").decode())

    assert verdict(scheme, signed(scheme, secret=other)) in {"signature_wrong", "credentials_wrong"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_live_secrets_are_both_good_and_a_third_is_not(scheme) -> None:
    old = Secret("whsec_" + base64.b64encode(b"the old key").decode())
    third = Secret("whsec_" + base64.b64encode(b"a third key").decode())
    new = secret_of(scheme)

    assert verdict(scheme, signed(scheme), BODY, new, old) is None
    assert verdict(scheme, signed(scheme, secret=old), BODY, new, old) is None
    assert verdict(scheme, signed(scheme, secret=third), BODY, new, old) is not None


@pytest.mark.parametrize("scheme", OVER_BYTES)
@pytest.mark.parametrize(
    "body",
    [BODY + b" ", BODY[:-1], b'{"a":1}', b"\xef\xbb\xbf" + BODY, b"", BODY.replace(b"1", b"2")],
    ids=["a byte more", "a byte less", "encoded again", "with a mark", "empty", "another value"],
)
def test_a_body_that_is_not_the_signed_one_is_refused(scheme, body) -> None:
    assert verdict(scheme, signed(scheme), body) == "signature_wrong"


@pytest.mark.parametrize("scheme", ["signature", "github", "slack", "standard"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text + "0",
        lambda text: text.upper(),
        lambda text: "md5=" + text,
        lambda text: text.replace("=", ":", 1) if "=" in text else "x",
        lambda text: f"{text},{text}",
        lambda text: "ü" * 64,
    ],
    ids=["empty", "cut", "longer", "upper case", "prefixed", "garbled", "twice", "no ascii"],
)
def test_a_spoilt_signature_is_refused(scheme, spoil) -> None:
    headers = signed(scheme)
    name = next(name for name in headers if "signature" in name)

    assert verdict(scheme, {**headers, name: spoil(headers[name])}) is not None


@pytest.mark.parametrize("scheme", TIMED)
@pytest.mark.parametrize(
    ("age_s", "is_good"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)]
)
def test_a_delivery_is_good_for_five_minutes_on_both_sides_of_now(scheme, age_s, is_good) -> None:
    found = verdict(scheme, signed(scheme, at=NOW - age_s))

    assert found == (None if is_good else "timestamp_stale")


@pytest.mark.parametrize("scheme", TIMED)
def test_a_fresh_time_on_an_old_signature_is_refused(scheme) -> None:
    old, new = signed(scheme, at=NOW - 1000), signed(scheme)
    name = "stripe-signature" if scheme == "stripe" else next(n for n in new if "timestamp" in n)
    forged = {
        **old,
        name: new[name].split(",")[0] + old[name][12:] if scheme == "stripe" else new[name],
    }

    assert verdict(scheme, forged) == "signature_wrong"


@pytest.mark.parametrize(
    "time", ["", "x", "-1", "1e9", " 1800000000", "1_800_000_000", "٣", "9" * 13]
)
def test_a_time_that_is_no_plain_number_is_refused(time) -> None:
    headers = {**signed("slack"), "x-slack-request-timestamp": time}

    assert verdict("slack", headers) in {"timestamp_malformed", "signature_missing"}


def test_a_list_of_signatures_needs_one_that_is_good() -> None:
    good = signed("standard")
    bad = "v1," + base64.b64encode(b"x" * 32).decode()

    several = {**good, "webhook-signature": f"{bad} {good['webhook-signature']} v2,other"}
    assert verdict("standard", several) is None
    assert verdict("standard", {**good, "webhook-signature": f"{bad} {bad}"}) == "signature_wrong"


def test_stripe_may_send_several_signatures_but_one_time() -> None:
    header = signed("stripe")["stripe-signature"]

    assert verdict("stripe", {"stripe-signature": header + ",v1=00,v0=11"}) is None
    assert verdict("stripe", {"stripe-signature": f"t=1,{header}"}) == "signature_malformed"


def test_nobody_makes_us_compare_a_thousand_signatures() -> None:
    header = signed("stripe")["stripe-signature"]

    crowd = header + ",v1=00" * 1000
    assert verdict("stripe", {"stripe-signature": crowd}) == "signature_malformed"


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Bearer abc", "Basic " + base64.b64encode(b"bob:x").decode()],
)
def test_basic_credentials_that_are_none_are_refused(header) -> None:
    assert verdict("basic", {"authorization": header}) is not None


def test_the_user_of_basic_credentials_counts() -> None:
    header = "Basic " + base64.b64encode(f"bob:{SECRET.reveal()}".encode()).decode()

    assert verdict("basic", {"authorization": header}) == "credentials_wrong"


def test_a_secret_beyond_ascii_works_as_the_bytes_it_is() -> None:
    secret = Secret("geheim-schlüssel")
    # Servers hand headers over as latin-1 text of the bytes that were sent.
    sent = secret.reveal().encode().decode("latin-1")

    assert verdict("api_key", {"x-api-key": sent}, BODY, secret) is None
    assert verdict("basic", sign_basic(secret, BODY, NOW), BODY, secret) is None


def test_no_secret_shows_when_a_delivery_is_printed() -> None:
    shown = repr(Signed(signed("github"), BODY, (SECRET,), NOW))

    assert SECRET.reveal() not in shown
