"""Signing out from both sides, by a real provider's tokens and by forged ones."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from apps.sso.models import Connection
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.sso.providers import Liar, RealProvider, unsigned
from tests.sso.scene import Visitor, connected, known_at, visitor
from tests.tenants.browser import Browser, member, signed_in
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

ALICE = "alice@acme.test"
EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


def told(row: Connection, token: object):
    body = urlencode({"logout_token": token}).encode()
    return Browser("demo.localhost").post(
        f"/auth/sso/{row.pk}/logout",
        body,
        content_type="application/x-www-form-urlencoded",
        origin=None,
    )


def is_in(alice: Visitor) -> bool:
    return alice.browser.get("/api/v1/me").status_code == 200


def test_the_real_providers_own_logout_ends_our_session(
    demo: TenantInfo, real: RealProvider, liar: Liar
) -> None:
    real.person("alice", email=ALICE, email_verified=True)
    row = connected(demo, real)
    known_at(real, row, host="demo.localhost", backchannel_logout_uri=f"{liar.issuer}/caught")
    liar.documents["/caught"] = {}
    alice = visitor(row)
    alice.sign_in(ALICE)

    out = alice.browser.get("/api/v1/sso/way-out").json()["redirect"]
    form = alice.elsewhere.go(out)
    alice.elsewhere.confirm(real.issuer, form)
    token = next(form for path, form in liar.asked if path == "/caught")["logout_token"][0]
    still = is_in(alice)
    answer = told(row, token)

    asked = parse_qs(urlsplit(out).query)
    assert out.startswith(f"{real.issuer}/session/end?")
    assert asked["post_logout_redirect_uri"] == ["http://localhost/sign-in"]
    assert (still, answer.status_code, is_in(alice)) == (True, 200, False)
    reasons = set(Session.objects.filter(method="sso").values_list("revoked_because", flat=True))
    assert reasons == {"provider_logout"}


def let_in(row: Connection, liar: Liar, sub: str = "mallory", sid: str = "s1") -> Visitor:
    one = visitor(row)
    asked = parse_qs(urlsplit(one.start()["Location"]).query)
    liar.token = liar.sign(
        liar.claims(nonce=asked["nonce"][0], sub=sub, sid=sid, email=f"{sub}@acme.test")
    )
    callback = one.come_back(f"/auth/sso/{row.pk}/callback?code=c&state={asked['state'][0]}")
    one.come_back(callback["Location"])
    assert is_in(one)
    return one


def logout_claims(liar: Liar, **changes) -> dict:
    said = {
        "iss": liar.issuer,
        "aud": "gorax",
        "iat": int(time.time()),
        "jti": "1",
        "events": EVENT,
        "sub": "mallory",
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def test_a_session_or_all_of_a_person_are_named(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)
    first, second = let_in(row, liar, sid="s1"), let_in(row, liar, sid="s2")
    other = let_in(row, liar, sub="olga", sid="s3")

    told(row, liar.sign(logout_claims(liar, sub=None, sid="s1")))
    after_one = [is_in(each) for each in (first, second, other)]
    told(row, liar.sign(logout_claims(liar)))

    assert after_one == [False, True, True]
    assert [is_in(each) for each in (first, second, other)] == [False, False, True]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"iat": 1},
        {"iat": None},
        {"exp": 1},
        {"jti": None},
        {"events": None},
        {"events": {"x": {}}},
        {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
        {"nonce": "n"},
        {"sub": None},
    ],
)
def test_a_logout_that_is_not_right_ends_nothing(
    changes: dict, demo: TenantInfo, liar: Liar
) -> None:
    row = connected(demo, liar)
    alice = let_in(row, liar)

    answer = told(row, liar.sign(logout_claims(liar, **changes)))

    assert (answer.status_code, answer.json()["code"]) == (400, "logout_refused")
    assert is_in(alice)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_what_is_no_token_ends_nothing(token: str, demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)
    alice = let_in(row, liar)

    unsigned_one = unsigned(logout_claims(liar), {"alg": "none"})

    assert [told(row, each).status_code for each in (token, unsigned_one)] == [400, 400]
    assert is_in(alice)


def test_an_id_token_is_no_logout(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)
    alice = let_in(row, liar)

    assert told(row, liar.token).status_code == 400
    assert is_in(alice)


def test_a_logout_that_comes_again_ends_no_later_session(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)
    early = liar.sign(logout_claims(liar, iat=int(time.time()) - 60))
    alice = let_in(row, liar)

    answer = told(row, early)

    assert (answer.status_code, is_in(alice)) == (200, True)


def test_who_signed_in_by_a_password_has_no_other_way_out(demo: TenantInfo) -> None:
    browser = signed_in(member(demo, "viewer"), demo)
    found: list = []

    asked = statements(lambda: found.append(browser.get("/api/v1/sso/way-out").json()))

    assert found == [{"redirect": None}]
    assert len(asked) == 3


def test_deleting_or_switching_off_a_connection_signs_its_people_out(
    demo: TenantInfo, liar: Liar
) -> None:
    from apps.sso.services import connections
    from tests.sso.scene import ALL

    row = connected(demo, liar)
    first = let_in(row, liar)
    connections.update(demo, row.pk, {"is_enabled": False}, held=ALL)
    switched_off = is_in(first)
    connections.update(demo, row.pk, {"is_enabled": True}, held=ALL)
    second = let_in(row, liar)

    connections.delete(demo, row.pk)

    assert [switched_off, is_in(second)] == [False, False]
