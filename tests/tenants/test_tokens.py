"""Access and refresh tokens: only what we signed, for this host, now; and a refresh token for one successor."""

import base64
import hmac
import json
import threading
from datetime import timedelta
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from apps.core import clock
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.errors import RefreshReusedError, SessionOverError
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from apps.tenants.services import sessions, tokens
from tests.tenants.browser import ACCESS, CSRF, REFRESH, Browser, follow, member, signed_in

ME = "/api/v1/me"
REFRESH_PATH = "/api/v1/auth/refresh"


@pytest.fixture
def browser(demo: TenantInfo) -> Browser:
    return signed_in(member(demo), demo)


def claims_of(browser: Browser) -> dict:
    return jwt.decode(browser.cookie(ACCESS), options={"verify_signature": False})


def answer_to(browser: Browser, token: str) -> tuple[int, str]:
    browser.client.cookies[ACCESS] = token
    response = browser.get(ME)
    return response.status_code, response.json().get("code", "")


def segment(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def signed(claims: dict, key: bytes | None = None, **headers: object) -> str:
    """Sign like us, with any header: what the library itself would refuse to make."""
    head = segment({"alg": "HS256", "typ": "JWT", **headers})
    body = f"{head}.{segment(claims)}"
    mac = hmac.digest(tokens._key() if key is None else key, body.encode(), "sha256")
    return f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.django_db
def test_an_honest_token_made_by_hand_is_good_so_the_forgeries_fail_for_their_reason(
    browser: Browser,
) -> None:
    assert answer_to(browser, signed(claims_of(browser))) == (200, "")


@pytest.mark.django_db
def test_a_token_says_who_where_and_until_when_and_no_more(
    browser: Browser, demo: TenantInfo
) -> None:
    claims = claims_of(browser)

    assert set(claims) == {"iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"}
    assert (claims["iss"], claims["aud"]) == ("gorax", str(demo.id))
    assert claims["exp"] - claims["iat"] == 900
    assert UUID(claims["sub"]) == Session.objects.get(pk=claims["sid"]).user_id


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"aud": "public"},
        {"aud": "00000000-0000-0000-0000-000000000000"},
        {"aud": None},
        {"iss": "gorax2"},
        {"iss": None},
        {"sub": "00000000-0000-7000-8000-000000000000"},
        {"sub": "x"},
        {"sub": None},
        {"sub": 7},
        {"sid": "00000000-0000-7000-8000-000000000000"},
        {"sid": "' OR 1=1 --"},
        {"sid": None},
        {"jti": None},
        {"nbf": 33_000_000_000},
        {"nbf": None},
        {"iat": None},
        {"iat": "x"},
        {"exp": None},
        {"exp": "tomorrow"},
    ],
)
def test_a_claim_that_is_changed_or_missing_is_401(change: dict, browser: Browser) -> None:
    claims = claims_of(browser) | change
    token = signed({name: value for name, value in claims.items() if value is not None})

    assert answer_to(browser, token) == (401, "session_over")


@pytest.mark.django_db
def test_several_audiences_at_once_are_none(browser: Browser, demo: TenantInfo) -> None:
    token = signed(claims_of(browser) | {"aud": [str(demo.id), "public"]})

    assert answer_to(browser, token) == (401, "session_over")


@pytest.mark.django_db
def test_other_algorithms_and_unknown_headers_are_401(browser: Browser) -> None:
    claims = claims_of(browser)
    pair = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    unsigned = f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(claims)}."
    forged = [
        unsigned,
        unsigned.replace("none", "None"),
        jwt.encode(claims, pair, algorithm="RS256"),
        jwt.encode(claims, tokens._key() * 2, algorithm="HS512"),
        jwt.encode(claims, "another key that is long enough, indeed", algorithm="HS256"),
        signed(claims, b""),
        signed(claims, settings.SECRET_KEY.encode()),
        signed(claims, alg="none"),
        signed(claims, crit=["b64"], b64=False),
        signed(claims, alg="RS256"),
    ]

    assert [answer_to(browser, token) for token in forged] == [(401, "session_over")] * len(forged)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kid", ["../../dev/null", "x' UNION SELECT '", "/etc/passwd", "http://evil.test/k"]
)
def test_a_key_id_leads_nowhere(kid: str, browser: Browser) -> None:
    assert answer_to(browser, signed(claims_of(browser), b"", kid=kid)) == (401, "session_over")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["x", "a.b.c", "..", "é", "a" * 8_000, '{"alg":"none"}'])
def test_what_is_no_token_is_401(text: str, browser: Browser) -> None:
    assert answer_to(browser, text) == (401, "session_over")


@pytest.mark.django_db
def test_a_token_with_one_bit_changed_is_401(browser: Browser) -> None:
    head, body, mac = browser.cookie(ACCESS).split(".")
    flipped = bytearray(base64.urlsafe_b64decode(mac + "="))
    flipped[0] ^= 1
    other = base64.urlsafe_b64encode(bytes(flipped)).decode().rstrip("=")

    assert answer_to(browser, f"{head}.{body}.{other}") == (401, "session_over")


@pytest.mark.django_db
def test_a_second_after_its_end_a_token_is_expired_and_a_second_before_it_is_not(
    browser: Browser,
) -> None:
    session = Session.objects.get(pk=claims_of(browser)["sid"])

    def made_ago(life: timedelta) -> str:
        start = tokens.issued_at() - life
        return tokens.sign_access(session.user_id, session.pk, session.tenant_id, start)

    assert answer_to(browser, made_ago(tokens.ACCESS_LIFE - timedelta(seconds=30))) == (200, "")
    assert answer_to(browser, made_ago(tokens.ACCESS_LIFE + timedelta(seconds=1))) == (
        401,
        "access_expired",
    )


@pytest.mark.django_db
def test_a_token_of_one_host_is_worthless_on_every_other(demo: TenantInfo) -> None:
    user = member(demo)
    other = facade.provision(slug="other", name="Other", owner_id=user.pk)
    places = [None, demo, other]
    at_home = [signed_in(user, place) for place in places]

    seen = []
    for visited in at_home:
        for owner in at_home:
            guest = Browser(visited.host)
            guest.client.cookies[ACCESS] = owner.cookie(ACCESS)
            seen.append((visited is owner, guest.get(ME).status_code))

    assert sorted(set(seen)) == [(False, 401), (True, 200)]


@pytest.mark.django_db
def test_a_token_signed_with_the_key_before_last_is_401(browser: Browser, monkeypatch) -> None:
    old = browser.cookie(ACCESS)
    monkeypatch.setattr(settings, "SECRET_KEY", "another key that only this test uses, long enough")
    tokens._key.cache_clear()
    answer = answer_to(browser, old)
    monkeypatch.undo()
    tokens._key.cache_clear()

    assert answer == (401, "session_over")


@pytest.mark.django_db
def test_refreshing_gives_new_tokens_and_keeps_the_session(browser: Browser) -> None:
    before = {name: browser.cookie(name) for name in (ACCESS, REFRESH, CSRF)}
    session_id = claims_of(browser)["sid"]

    response = browser.post(REFRESH_PATH)

    assert response.status_code == 204
    assert browser.cookie(ACCESS) != before[ACCESS]
    assert browser.cookie(REFRESH) != before[REFRESH]
    assert browser.cookie(CSRF) == before[CSRF]
    assert claims_of(browser)["sid"] == session_id
    assert browser.get(ME).status_code == 200


def let_the_grace_pass() -> None:
    Session.objects.update(rotated_at=F("rotated_at") - sessions.REUSE_GRACE)


@pytest.mark.django_db
def test_two_tabs_that_refresh_with_one_token_get_the_same_successor(demo: TenantInfo) -> None:
    first = signed_in(member(demo), demo)
    second = first.copy()

    answers = [tab.post(REFRESH_PATH).status_code for tab in (first, second)]

    assert answers == [204, 204]
    assert second.cookie(REFRESH) == first.cookie(REFRESH)
    assert [tab.get(ME).status_code for tab in (first, second)] == [200, 200]
    let_the_grace_pass()
    assert second.post(REFRESH_PATH).status_code == 204


@pytest.mark.django_db
def test_a_refresh_token_that_comes_again_after_the_grace_ends_the_whole_family(
    demo: TenantInfo,
) -> None:
    user = member(demo)
    browser, bystander = signed_in(user, demo), signed_in(user, demo)
    thief = browser.copy()
    assert browser.post(REFRESH_PATH).status_code == 204
    let_the_grace_pass()

    reused = thief.post(REFRESH_PATH)

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_reused")
    assert reused.cookies[REFRESH]["max-age"] == 0
    assert [each.get(ME).status_code for each in (browser, thief)] == [401, 401]
    assert browser.post(REFRESH_PATH).json()["code"] == "session_over"
    assert bystander.get(ME).status_code == 200
    assert Session.objects.get(revoked_because="reused").revoked_at is not None


@pytest.mark.django_db
def test_the_grace_is_for_the_last_token_but_one_alone(browser: Browser) -> None:
    thief = browser.copy()
    assert [browser.post(REFRESH_PATH).status_code for _ in range(2)] == [204, 204]

    assert thief.post(REFRESH_PATH).json()["code"] == "refresh_reused"
    assert browser.get(ME).status_code == 401


@pytest.mark.django_db
def test_a_second_use_does_not_lengthen_the_grace(browser: Browser) -> None:
    session_id = claims_of(browser)["sid"]
    second = browser.copy()
    browser.post(REFRESH_PATH)
    before = Session.objects.values("rotated_at", "refresh_hash", "expires_at").get(pk=session_id)

    assert second.post(REFRESH_PATH).status_code == 204

    after = Session.objects.values("rotated_at", "refresh_hash", "expires_at").get(pk=session_id)
    assert after == before


@pytest.mark.django_db
def test_a_thief_who_is_quick_is_seen_when_the_next_token_is_used_by_both(browser: Browser) -> None:
    thief = browser.copy()
    assert [each.post(REFRESH_PATH).status_code for each in (browser, thief)] == [204, 204]
    let_the_grace_pass()
    assert thief.post(REFRESH_PATH).status_code == 204
    let_the_grace_pass()

    assert browser.post(REFRESH_PATH).json()["code"] == "refresh_reused"
    assert thief.get(ME).status_code == 401


@pytest.mark.django_db
def test_signing_out_while_another_tab_has_just_refreshed_ends_the_session(
    browser: Browser,
) -> None:
    other = browser.copy()
    browser.post(REFRESH_PATH)

    assert other.post("/api/v1/auth/sign-out").status_code == 204

    assert browser.get(ME).status_code == 401
    assert browser.post(REFRESH_PATH).json()["code"] == "session_over"


@pytest.mark.django_db
def test_reuse_ends_the_sessions_that_the_family_crossed_to(demo: TenantInfo) -> None:
    user = member(demo)
    public = signed_in(user, None)
    stolen = public.copy()
    redirect = public.post("/api/v1/auth/cross", {"tenant": "demo"}).json()["redirect"]
    inside = follow(redirect, public)
    assert inside.get(ME).status_code == 200

    stolen.post(REFRESH_PATH)
    let_the_grace_pass()
    public.post(REFRESH_PATH)

    assert [each.get(ME).status_code for each in (stolen, public, inside)] == [401, 401, 401]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "x", ".", "00000000000070008000000000000000.x", "é.é", "' OR 1=1.x", "a" * 4_000]
)
def test_what_is_no_refresh_token_is_401_and_clears_the_cookies(
    text: str, browser: Browser
) -> None:
    browser.client.cookies[REFRESH] = text

    response = browser.post(REFRESH_PATH)

    assert (response.status_code, response.json()["code"]) == (401, "session_over")
    assert {response.cookies[name]["max-age"] for name in (ACCESS, REFRESH, CSRF)} == {0}


@pytest.mark.django_db
def test_a_session_ends_by_itself_after_its_time(browser: Browser) -> None:
    Session.objects.update(expires_at=Now())

    assert browser.get(ME).status_code == 401
    assert browser.post(REFRESH_PATH).json()["code"] == "session_over"


@pytest.mark.django_db
def test_a_refresh_token_of_one_host_is_worthless_on_another(demo: TenantInfo) -> None:
    user = member(demo)
    public, inside = signed_in(user, None), signed_in(user, demo)
    inside.client.cookies[REFRESH] = public.cookie(REFRESH)

    assert inside.post(REFRESH_PATH).json()["code"] == "session_over"
    assert public.post(REFRESH_PATH).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_of_two_that_refresh_at_once_both_are_served_and_stay_signed_in() -> None:
    demo = facade.by_slug("demo")
    token = sessions.open_session(member(demo).pk, demo.id).refresh
    line_up, results = threading.Barrier(2), []

    def refresh() -> None:
        line_up.wait(10)
        try:
            results.append(sessions.refresh(token, demo.id))
        except SessionOverError as refusal:
            results.append(refusal)
        connection.close()

    threads = [threading.Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert [type(result).__name__ for result in results] == ["Tokens", "Tokens"]
    first, second = results
    assert (first.refresh == second.refresh, first.refresh == token) == (True, False)
    standings = [facade.by_access_token(each.access, demo.id)[0] for each in results]
    assert standings[0] == standings[1]
    let_the_grace_pass()
    with pytest.raises(RefreshReusedError):
        sessions.refresh(token, demo.id)


def test_tokens_carry_no_clock_but_the_one_they_are_given() -> None:
    user, session = uuid7(), uuid7()
    now = clock.now().replace(microsecond=0)

    access = tokens.read_access(tokens.sign_access(user, session, None, now), None)

    assert (access.user_id, access.session_id) == (user, session)
