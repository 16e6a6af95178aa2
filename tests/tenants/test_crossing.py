"""The way from one host to another: a code that works once, for 30 seconds, for one person and one tenant."""

import hashlib
import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.tokens import hash_of
from apps.tenants import facade
from apps.tenants.errors import CrossingRefusedError
from apps.tenants.facade import TenantInfo
from apps.tenants.models import CrossingCode, Membership, Session
from apps.tenants.services import crossing
from tests.tenants.browser import (
    ACCESS,
    CSRF,
    REFRESH,
    Browser,
    cross,
    go,
    member,
    person,
    signed_in,
)

CROSS = "/api/v1/auth/cross"
COOKIE = "__Host-gorax_crossing"


def ask_way(browser: Browser, tenant: str, **body: str) -> str:
    response = browser.post(CROSS, {"tenant": tenant, **body})
    assert response.status_code == 200
    return response.json()["redirect"]


def code_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["code"][0]


def spend(host: str, code: str, asked: Browser, wanted: str = "/", **headers: str):
    """Bring a code to a host for the first time, as the browser that has asked for it or as another one."""
    query = urlencode({"code": code, "next": wanted})
    return cross(f"http://{host}/auth/cross?{query}", asked, Browser(host), **headers)


def assert_refused(response) -> None:
    assert (response.status_code, response.json()["code"]) == (401, "crossing_refused")
    assert response.cookies == {}


@pytest.mark.django_db
def test_a_code_opens_a_session_on_the_tenants_host_and_leads_on(demo: TenantInfo) -> None:
    user = member(demo)
    asked = signed_in(user, None)
    url = ask_way(asked, "demo", next="/executions?status=failed")

    browser, response = cross(url, asked, Browser("demo.localhost"))

    assert (response.status_code, response["Location"]) == (303, "/executions?status=failed")
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert {ACCESS, REFRESH, CSRF} <= set(response.cookies)
    assert browser.get("/api/v1/me").json()["id"] == str(user.pk)


@pytest.mark.django_db
def test_a_code_has_256_bits_and_only_its_hash_is_stored(demo: TenantInfo) -> None:
    code = code_in(ask_way(signed_in(member(demo), None), "demo"))

    row = CrossingCode.objects.get()
    assert len(code) == 43
    assert len(bytes(row.code_hash)) == 32
    assert code.encode() not in bytes(row.code_hash)


@pytest.mark.django_db
def test_a_code_works_once(demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)
    code = code_in(ask_way(asked, "demo"))
    browser, response = spend("demo.localhost", code, asked)
    assert response["Location"] == "/"
    before = Session.objects.count()

    assert_refused(spend("demo.localhost", code, asked)[1])
    assert_refused(browser.get(f"/auth/cross?code={code}"))
    assert Session.objects.count() == before


@pytest.mark.django_db
def test_who_only_looks_at_a_link_does_not_use_it_up(demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)
    code = code_in(ask_way(asked, "demo"))
    visitor = Browser("demo.localhost")

    looked = [
        visitor.send(method, f"/auth/cross?code={code}").status_code
        for method in ("HEAD", "OPTIONS")
    ]

    assert looked == [405, 405]
    assert visitor.get(f"/auth/cross?code={code}").status_code == 303
    assert spend("demo.localhost", code, asked)[1]["Location"] == "/"


@pytest.mark.django_db
def test_a_code_is_too_old_after_30_seconds(demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)
    code = code_in(ask_way(asked, "demo"))
    life = CrossingCode.objects.annotate(now=Now()).get()
    assert timedelta(0) < life.expires_at - life.created_at <= timedelta(seconds=30)

    CrossingCode.objects.update(expires_at=Now())

    assert_refused(spend("demo.localhost", code, asked)[1])
    assert CrossingCode.objects.get().used_at is None


@pytest.mark.django_db
def test_a_code_for_one_tenant_is_worthless_on_another_and_not_used_up_there(
    demo: TenantInfo,
) -> None:
    user = member(demo)
    facade.provision(slug="other", name="Other", owner_id=user.pk)
    asked = signed_in(user, None)
    code = code_in(ask_way(asked, "demo"))

    assert_refused(spend("other.localhost", code, asked)[1])

    assert spend("demo.localhost", code, asked)[1]["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "another person", "the same person elsewhere"])
def test_a_code_opens_nothing_in_a_browser_that_has_not_asked_for_it(
    who: str, demo: TenantInfo
) -> None:
    owner = member(demo)
    code = code_in(ask_way(signed_in(owner, None), "demo"))
    thief = {
        "nobody": Browser(),
        "another person": signed_in(member(demo, "viewer"), None),
        "the same person elsewhere": signed_in(owner, None),
    }[who]
    before = Session.objects.count()

    browser, response = spend("demo.localhost", code, thief)

    assert (response.status_code, response.json()["code"]) == (401, "crossing_refused")
    assert browser.cookie(ACCESS) is None
    assert Session.objects.count() == before
    assert CrossingCode.objects.get().browser_hash is None


@pytest.mark.django_db
def test_nobody_is_signed_in_as_whoever_sent_them_a_link(demo: TenantInfo) -> None:
    attacker = signed_in(member(demo), None)
    victim = signed_in(member(demo, "viewer"), demo)
    mine = victim.get("/api/v1/me").json()["id"]
    links = [ask_way(attacker, "demo") for _ in range(3)]
    # One as it came, one whose code the attacker has bound to a cookie of their own, one bound to no cookie at all.
    go(attacker, go(Browser("demo.localhost"), links[1])["Location"])
    nothing = hashlib.sha256(b"").hexdigest()
    assert attacker.get(f"/auth/cross/bind?code={code_in(links[2])}&browser={nothing}").status_code == 303  # fmt: skip

    answers = [cross(link, signed_in(person(), None), victim)[1] for link in links]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert victim.get("/api/v1/me").json()["id"] == mine


@pytest.mark.django_db
def test_a_code_that_is_bound_opens_nothing_without_its_cookie(demo: TenantInfo) -> None:
    asked, first = signed_in(member(demo), None), Browser("demo.localhost")
    url = ask_way(asked, "demo")
    back = go(asked, go(first, url)["Location"])["Location"]
    guessing = Browser("demo.localhost")
    guessing.client.cookies[COOKIE] = "a" * 43

    for thief in (Browser("demo.localhost"), guessing):
        assert_refused(go(thief, back))
    assert_refused(go(asked, f"http://localhost/auth/cross/bind?code={code_in(url)}&browser={'0' * 64}"))  # fmt: skip

    assert go(first, back)["Location"] == "/"


@pytest.mark.django_db
def test_two_ways_of_one_browser_at_once_do_not_disturb_each_other(demo: TenantInfo) -> None:
    asked, there = signed_in(member(demo), None), Browser("demo.localhost")
    ways = [go(there, ask_way(asked, "demo", next=path))["Location"] for path in ("/a", "/b")]

    backs = [go(asked, way)["Location"] for way in ways]

    assert [go(there, back)["Location"] for back in backs] == ["/a", "/b"]


@pytest.mark.django_db
def test_the_cookie_of_the_way_is_this_hosts_alone_and_short_lived(demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)
    there = Browser("demo.localhost")
    answer = go(there, ask_way(asked, "demo", next="//evil.test"))

    cookie, parts = answer.cookies[COOKIE], urlsplit(answer["Location"])
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"], cookie["domain"]) == (
        60,
        True,
        "Lax",
        "",
    )
    assert (parts.netloc, parts.path) == ("localhost", "/auth/cross/bind")
    assert parse_qs(parts.query)["browser"] == [hashlib.sha256(cookie.value.encode()).hexdigest()]
    assert parse_qs(parts.query)["next"] == ["/"]
    assert cookie.value not in answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("browser", ["", "x", "a" * 63, "A" * 64, "%00" * 64, "a" * 4_000])
def test_a_code_is_bound_to_nothing_that_is_no_hash(browser: str, demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)
    code = code_in(ask_way(asked, "demo"))

    assert_refused(asked.get(f"/auth/cross/bind?code={code}&browser={browser}"))
    assert CrossingCode.objects.get().browser_hash is None


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "x", "a" * 43, "é", "%00", "a" * 5_000])
def test_a_guess_is_refused(code: str, demo: TenantInfo) -> None:
    assert_refused(spend("demo.localhost", code, Browser())[1])


@pytest.mark.django_db
def test_nobody_crosses_to_where_they_do_not_belong(demo: TenantInfo) -> None:
    stranger = person()
    facade.provision(slug="mine", name="Mine", owner_id=stranger.pk)
    browser = signed_in(stranger, None)

    answers = [
        browser.post(CROSS, {"tenant": tenant}) for tenant in ("demo", str(demo.id), "nowhere", "x")
    ]

    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert {
        (answer.status_code, body["code"]) for answer, body in zip(answers, bodies, strict=True)
    } == {(404, "no_tenant")}
    assert bodies == [bodies[0]] * 4
    assert CrossingCode.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["left", "closed", "signed out", "suspended"])
def test_what_changes_after_the_code_was_made_still_counts(change: str, demo: TenantInfo) -> None:
    user = member(demo)
    browser = signed_in(user, None)
    code = code_in(ask_way(browser, "demo"))

    match change:
        case "left":
            Membership.objects.filter(user=user).delete()
        case "closed":
            User.objects.filter(pk=user.pk).update(is_active=False)
        case "signed out":
            assert browser.post("/api/v1/auth/sign-out").status_code == 204
        case "suspended":
            facade.suspend(demo.id)
    there, response = spend("demo.localhost", code, browser)

    assert response.status_code in {401, 403}
    assert there.cookie(ACCESS) is None
    assert not Session.objects.filter(tenant_id=demo.id, user=user).exists()


@pytest.mark.django_db
def test_the_switcher_on_a_tenants_host_uses_the_same_door(demo: TenantInfo) -> None:
    user = member(demo)
    facade.provision(slug="other", name="Other", owner_id=user.pk)
    browser = signed_in(user, demo)

    url = ask_way(browser, "other")

    there, response = cross(url, browser, Browser("other.localhost"))
    assert url.startswith("http://other.localhost/auth/cross?code=")
    assert response.status_code == 303
    assert there.get("/api/v1/me").json()["tenant"]["slug"] == "other"
    assert browser.get("/api/v1/me").json()["tenant"]["slug"] == "demo"


@pytest.mark.django_db
def test_the_way_keeps_the_port_of_the_call(demo: TenantInfo) -> None:
    browser = signed_in(member(demo), None)
    browser.host = "localhost:8123"

    assert ask_way(browser, "demo").startswith("http://demo.localhost:8123/auth/cross?")


@pytest.mark.django_db
def test_a_browser_that_navigates_with_a_spent_code_is_led_back_to_sign_in(
    demo: TenantInfo,
) -> None:
    _, response = spend("demo.localhost", "spent", Browser(), sec_fetch_mode="navigate")

    assert (response.status_code, response.cookies) == (302, {})
    assert response["Location"] == "http://localhost/sign-in?notice=crossing_refused"


OPEN_REDIRECTS = [
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "https://evil.test",
    "https:evil.test",
    "http:///evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.test",
    "%2f%2fevil.test",
    " //evil.test",
    "/ok\r\nSet-Cookie: a=b",
    "/ok\x00",
    "/\u2028/evil.test",
    "\uff0f\uff0fevil.test",
    "@evil.test",
    "?x",
    "",
    "/" + "a" * 2_000,
]


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", OPEN_REDIRECTS)
def test_nobody_is_sent_elsewhere(wanted: str, demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)

    _, response = spend("demo.localhost", code_in(ask_way(asked, "demo")), asked, wanted)

    assert (response.status_code, response["Location"]) == (303, "/")


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["/", "/a/b?c=d&e=%2f%2f#f", "/%2f%2fevil.test", "/a//b", "/@x"])
def test_paths_on_the_same_host_are_kept(wanted: str, demo: TenantInfo) -> None:
    asked = signed_in(member(demo), None)
    code = code_in(ask_way(asked, "demo"))

    assert spend("demo.localhost", code, asked, wanted)[1]["Location"] == wanted


@pytest.mark.django_db(transaction=True)
def test_of_ten_that_bring_one_code_at_once_one_comes_in() -> None:
    demo = facade.by_slug("demo")
    user = member(demo)
    browser = signed_in(user, None)
    code = code_in(ask_way(browser, "demo"))
    CrossingCode.objects.update(browser_hash=hash_of("b" * 43))
    line_up, results = threading.Barrier(10), []

    def bring() -> None:
        line_up.wait(10)
        try:
            results.append(type(crossing.spend_code(code, demo.id, "b" * 43)).__name__)
        except CrossingRefusedError:
            results.append("refused")
        connection.close()

    threads = [threading.Thread(target=bring) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(results) == ["Tokens"] + ["refused"] * 9
    assert Session.objects.filter(tenant_id=demo.id, user=user).count() == 1
