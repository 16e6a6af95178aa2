"""Everything that a provider, a browser or a bystander may try: nobody comes in, and nothing changes."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from apps.sso.models import Attempt, Connection, Identity
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.sso.providers import Liar, unsigned
from tests.sso.scene import Visitor, connected, visitor
from tests.tenants.browser import ACCESS, person

pytestmark = pytest.mark.django_db


def asked_of(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def set_out(row: Connection) -> tuple[Visitor, dict[str, str]]:
    mallory = visitor(row)
    return mallory, asked_of(mallory.start()["Location"])


def back(mallory: Visitor, asked: dict[str, str], **more: str):
    query = {"code": "a-code", "state": asked["state"], **more}
    return mallory.browser.get(
        f"/auth/sso/{mallory.row.pk}/callback?" + "&".join(f"{k}={v}" for k, v in query.items())
    )


def come_with(liar: Liar, row: Connection, **changes):
    mallory, asked = set_out(row)
    liar.token = liar.sign(liar.claims(**{"nonce": asked["nonce"], **changes}))
    return back(mallory, asked)


def refused(answer, code: str, status: int = 401) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ACCESS not in answer.cookies
    assert Session.objects.filter(method="sso").count() == 0
    assert Identity.objects.count() == 0


def test_what_the_others_change_lets_somebody_in_as_it_is(demo: TenantInfo, liar: Liar) -> None:
    answer = come_with(liar, connected(demo, liar))

    assert answer.status_code == 303
    assert answer["Location"].startswith("/auth/cross?code=")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": []},
        {"aud": ["gorax", "another-client"]},
        {"aud": ["gorax", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": 1},
        {"exp": None},
        {"iat": 1},
        {"iat": 4_000_000_000},
        {"iat": "now"},
        {"nbf": 4_000_000_000},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "a\x00b"},
    ],
)
def test_a_token_with_a_claim_that_is_not_right_is_refused(
    changes: dict, demo: TenantInfo, liar: Liar
) -> None:
    refused(come_with(liar, connected(demo, liar), **changes), "sso_misconfigured")


def forged(kind: str, liar: Liar, claims: dict) -> object:
    public = liar.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "alg none": lambda: unsigned(claims, {"alg": "none", "kid": "one"}),
        "alg None": lambda: unsigned(claims, {"alg": "None"}),
        "no alg": lambda: unsigned(claims, {"kid": "one"}),
        "HS256 with the public key": lambda: hmac_signed(claims, public),
        "another key of the same name": lambda: jwt.encode(
            claims, other, algorithm="RS256", headers={"kid": "one"}
        ),
        "a key that it brings itself": lambda: jwt.encode(
            claims,
            other,
            algorithm="RS256",
            headers={"jwk": jwt.algorithms.RSAAlgorithm.to_jwk(other.public_key(), as_dict=True)},
        ),
        "a key from elsewhere": lambda: jwt.encode(
            claims, other, algorithm="RS256", headers={"jku": "https://evil.example/jwks"}
        ),
        "an unknown critical header": lambda: liar.sign(claims, crit=["x"], x=1),
        "an unknown key": lambda: liar.sign(claims, kid="../../etc/passwd"),
        "cut off": lambda: liar.sign(claims)[:-4],
        "no token": lambda: "token",
        "too long": lambda: liar.sign({**claims, "x": "y" * 20_000}),
        "a number": lambda: 7,
        "nothing": lambda: None,
    }[kind]()


def hmac_signed(claims: dict, key: bytes) -> str:
    import base64
    import hmac
    import json

    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "kid": "one", "typ": "JWT"}, claims)
    ]
    signature = hmac.digest(key, b".".join(parts), hashlib.sha256)
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


@pytest.mark.parametrize(
    "kind",
    [
        "alg none",
        "alg None",
        "no alg",
        "HS256 with the public key",
        "another key of the same name",
        "a key that it brings itself",
        "a key from elsewhere",
        "an unknown critical header",
        "an unknown key",
        "cut off",
        "no token",
        "too long",
        "a number",
        "nothing",
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    kind: str, demo: TenantInfo, liar: Liar
) -> None:
    mallory, asked = set_out(connected(demo, liar))
    liar.token = forged(kind, liar, liar.claims(nonce=asked["nonce"]))

    refused(back(mallory, asked), "sso_misconfigured")


def test_a_key_that_is_too_short_signs_nothing(demo: TenantInfo, liar: Liar) -> None:
    liar.key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the point of it

    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        answer = come_with(liar, connected(demo, liar))

    refused(answer, "sso_misconfigured")


def test_a_state_is_good_once_and_the_code_is_sent_once(demo: TenantInfo, liar: Liar) -> None:
    mallory, asked = set_out(connected(demo, liar))
    liar.token = liar.sign(liar.claims(nonce=asked["nonce"]))
    first = back(mallory, asked)

    second = back(mallory, asked)

    assert first.status_code == 303
    assert (second.status_code, second.json()["code"]) == (401, "sso_refused")
    assert [path for path, _ in liar.asked].count("/token") == 1


def test_the_code_goes_with_the_verifier_of_its_challenge_and_the_exact_redirect_uri(
    demo: TenantInfo, liar: Liar
) -> None:
    import base64

    row = connected(demo, liar)
    mallory, asked = set_out(row)
    liar.token = liar.sign(liar.claims(nonce=asked["nonce"]))

    back(mallory, asked)

    form = next(form for path, form in liar.asked if path == "/token")
    digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
    assert form["redirect_uri"] == [asked["redirect_uri"]]
    assert asked["redirect_uri"] == f"http://demo.localhost/auth/sso/{row.pk}/callback"
    assert form["code"] == ["a-code"]


def test_another_browser_cannot_finish_what_this_one_began(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)
    _, asked = set_out(row)
    liar.token = liar.sign(liar.claims(nonce=asked["nonce"]))
    victim, _ = set_out(row)
    bare = visitor(row)

    refused(back(victim, asked), "sso_refused")
    refused(back(bare, asked), "sso_refused")
    assert [path for path, _ in liar.asked].count("/token") == 0


@pytest.mark.parametrize("state", ["", "x", "x" * 43, "x" * 5000, "%00" * 43])
def test_a_state_that_nobody_was_given_is_refused(state: str, demo: TenantInfo, liar: Liar) -> None:
    mallory, _ = set_out(connected(demo, liar))

    refused(back(mallory, {"state": state}), "sso_refused")


def test_a_way_is_good_for_ten_minutes(demo: TenantInfo, liar: Liar) -> None:
    from datetime import timedelta

    from django.db.models import F

    mallory, asked = set_out(connected(demo, liar))
    Attempt.objects.update(expires_at=F("expires_at") - timedelta(minutes=10))

    refused(back(mallory, asked), "sso_refused")


def test_an_answer_of_another_issuer_is_refused(demo: TenantInfo, liar: Liar) -> None:
    mallory, asked = set_out(connected(demo, liar))

    answer = back(mallory, asked, iss="https%3A%2F%2Fhonest.example")

    refused(answer, "sso_misconfigured")
    assert [path for path, _ in liar.asked].count("/token") == 0


def test_an_issuer_that_says_it_names_itself_must_do_so(demo: TenantInfo, liar: Liar) -> None:
    liar.documents["/.well-known/openid-configuration"] = liar.metadata(
        authorization_response_iss_parameter_supported=True
    )

    refused(come_with(liar, connected(demo, liar)), "sso_misconfigured")


def test_one_connections_state_is_none_of_anothers(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)
    mallory, asked = set_out(row)
    mallory.row = connected(demo, liar, domain="", name="Another")

    refused(back(mallory, asked), "sso_refused")


def test_another_tenants_connection_is_not_offered(demo: TenantInfo, liar: Liar) -> None:
    other = tenants.provision(slug="other", name="Other", owner_id=person().pk)
    row = connected(other, liar)
    mallory, asked = set_out(row)
    mallory.browser.host = "demo.localhost"

    begun = mallory.start()
    answer = back(mallory, asked)

    assert (begun.status_code, begun.json()["code"]) == (404, "sso_not_offered")
    refused(answer, "sso_not_offered", 404)


def test_a_connection_that_is_switched_off_is_not_offered(demo: TenantInfo, liar: Liar) -> None:
    mallory, asked = set_out(connected(demo, liar))
    Connection.objects.update(is_enabled=False)

    assert mallory.start().json()["code"] == "sso_not_offered"
    refused(back(mallory, asked), "sso_not_offered", 404)


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "%0d%0aX: y", "evil"]
)
def test_nobody_is_sent_elsewhere(wanted: str, demo: TenantInfo, liar: Liar) -> None:
    mallory = visitor(connected(demo, liar))
    asked = asked_of(mallory.start(wanted=wanted)["Location"])
    liar.token = liar.sign(liar.claims(nonce=asked["nonce"]))

    assert back(mallory, asked)["Location"].endswith("&next=%2F")


def test_userinfo_of_another_person_is_refused(demo: TenantInfo, liar: Liar) -> None:
    liar.documents["/me"] = {"sub": "somebody else", "email": "ceo@acme.test"}

    refused(come_with(liar, connected(demo, liar), email=None), "sso_misconfigured")


def test_proof_of_one_address_is_none_of_another(demo: TenantInfo, liar: Liar) -> None:
    liar.documents["/me"] = {
        "sub": "mallory",
        "email": "mallory@evil.test",
        "email_verified": True,
    }
    row = connected(demo, liar)

    answer = come_with(liar, row, email="ceo@acme.test", email_verified=None)

    refused(answer, "sso_not_linked", 403)


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:{port}1/x",
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "https://[::1]/x",
        "https://10.0.0.1/x",
        "https://2130706433/x",
        "https://demo.localhost/api/v1/me",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user@127.0.0.1/x",
        7,
        None,
    ],
)
@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint"])
def test_a_provider_leads_us_nowhere_inside(
    name: str, place: object, demo: TenantInfo, liar: Liar
) -> None:
    url = place.format(port=liar.port) if isinstance(place, str) else place
    liar.documents["/.well-known/openid-configuration"] = liar.metadata(**{name: url})
    mallory = visitor(connected(demo, liar))
    begun = mallory.start()
    if begun.status_code == 303:
        asked = asked_of(begun["Location"])
        liar.token = liar.sign(liar.claims(nonce=asked["nonce"]))
        begun = back(mallory, asked)

    assert (begun.status_code, begun.json()["code"]) == (401, "sso_misconfigured")
    assert Session.objects.filter(method="sso").count() == 0


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<html>", "sso_misconfigured"),
        (b"[]", "sso_misconfigured"),
        (b"{", "sso_misconfigured"),
        (b"[" * 100_000, "sso_misconfigured"),
        (b'{"a":"' + b"x" * 600_000 + b'"}', "sso_misconfigured"),
        ((302, b"http://169.254.169.254/"), "sso_misconfigured"),
        ((404, b"{}"), "sso_misconfigured"),
        ((500, b"{}"), "sso_unreachable"),
        ((429, b"{}"), "sso_unreachable"),
        ({"issuer": "https://other.example"}, "sso_misconfigured"),
    ],
)
def test_a_provider_that_answers_nonsense_is_told_from_one_that_is_away(
    document: object, code: str, demo: TenantInfo, liar: Liar
) -> None:
    liar.documents["/.well-known/openid-configuration"] = document

    answer = visitor(connected(demo, liar)).start()

    assert answer.json()["code"] == code


def test_a_provider_that_is_slow_is_not_waited_for(
    demo: TenantInfo, liar: Liar, monkeypatch
) -> None:
    from apps.sso.services import provider

    monkeypatch.setattr(provider, "CALL_S", 0.2)
    mallory = visitor(connected(demo, liar))
    liar.is_talking.clear()

    answer = mallory.start()

    liar.is_talking.set()
    assert (answer.status_code, answer.json()["code"]) == (503, "sso_unreachable")
