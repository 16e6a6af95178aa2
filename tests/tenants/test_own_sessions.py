"""The list of one's sessions: a browser is one line, and ending it ends its access tokens at once."""

import pytest

from apps.accounts.models import User
from apps.core.ids import uuid7
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.tenants.browser import ACCESS, PASSWORD, Browser, follow, member, signed_in

pytestmark = pytest.mark.django_db

SESSIONS = "/api/v1/account/sessions"


def sign_in(user: User, agent: str) -> tuple[Browser, Browser]:
    """Return a browser on the public host, and the same one on the tenant's."""
    browser = Browser()
    body = {"email": user.email, "password": PASSWORD, "tenant": "demo"}
    said = browser.post("/api/v1/auth/sign-in", body, user_agent=agent).json()
    return browser, follow(said["redirect"], browser)


@pytest.fixture
def user(demo: TenantInfo) -> User:
    return member(demo)


def test_a_browser_is_one_line_however_many_hosts_it_has_been_on(user: User) -> None:
    public, _ = sign_in(user, "Firefox on Linux")
    sign_in(user, "Phone")

    listed = public.get(SESSIONS).json()["results"]

    assert sorted(
        (each["is_current"], each["tenants"], each["ip"] is not None) for each in listed
    ) == [
        (False, ["Demo"], True),
        (True, ["Demo"], True),
    ]


def test_a_refresh_notes_when_and_from_where(user: User) -> None:
    public, _ = sign_in(user, "Firefox")

    public.post("/api/v1/auth/refresh", user_agent="Firefox 2 " + "x" * 300)

    row = Session.objects.get(tenant=None)
    assert (row.user_agent[:9], len(row.user_agent), row.ip) == ("Firefox 2", 200, "127.0.0.1")


def test_ending_one_session_ends_it_on_every_host_at_once(user: User) -> None:
    public, inside = sign_in(user, "here")
    lost, lost_inside = sign_in(user, "lost phone")
    token = lost_inside.cookie(ACCESS)
    other = next(each for each in public.get(SESSIONS).json()["results"] if not each["is_current"])

    assert public.delete(f"{SESSIONS}/{other['id']}").status_code == 204

    assert [each.get("/api/v1/me").status_code for each in (lost, lost_inside)] == [401, 401]
    assert [each.get("/api/v1/me").status_code for each in (public, inside)] == [200, 200]
    stolen = Browser("demo.localhost")
    stolen.client.cookies[ACCESS] = token
    assert stolen.get("/api/v1/me").status_code == 401


def test_signing_out_everywhere_ends_all_of_them(user: User, demo: TenantInfo) -> None:
    browsers = [*sign_in(user, "a"), *sign_in(user, "b")]
    bystander = signed_in(member(demo), demo)

    assert browsers[0].delete(SESSIONS).status_code == 204

    assert [each.get("/api/v1/me").status_code for each in browsers] == [401] * 4
    assert browsers[0].cookie(ACCESS) is None
    assert bystander.get("/api/v1/me").status_code == 200


def test_the_session_of_somebody_else_is_not_mine_to_see_or_end(
    user: User, demo: TenantInfo
) -> None:
    other = member(demo)
    theirs = signed_in(other, None)
    mine = signed_in(user, None)
    root = Session.objects.get(user=other).root

    answers = [mine.delete(f"{SESSIONS}/{each}") for each in (root, uuid7())]

    assert [each.status_code for each in answers] == [404, 404]
    assert [each.json()["code"] for each in answers] == ["session_not_found"] * 2
    assert [each["id"] for each in mine.get(SESSIONS).json()["results"]] != [str(root)]
    assert theirs.get("/api/v1/me").status_code == 200


def test_a_session_from_before_signing_in_is_worth_nothing_after_it(user: User) -> None:
    fixed = Browser()
    fixed.client.cookies[ACCESS] = "chosen-by-a-thief"
    thief = fixed.copy()

    body = {"email": user.email, "password": PASSWORD}
    fixed.post("/api/v1/auth/sign-in", body)

    assert fixed.cookie(ACCESS) != "chosen-by-a-thief"
    assert (fixed.get("/api/v1/me").status_code, thief.get("/api/v1/me").status_code) == (200, 401)
