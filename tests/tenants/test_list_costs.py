"""Lists of people and programs cost as many statements for eleven rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core import clock
from apps.tenants.facade import TenantInfo
from apps.tenants.services import sessions
from tests.tenants.browser import Browser, member, signed_in

pytestmark = pytest.mark.django_db


def cost(browser: Browser, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len([each for each in asked if not each["sql"].startswith("SET ")])


@pytest.fixture
def user(demo: TenantInfo) -> User:
    user = member(demo)
    User.objects.filter(pk=user.pk).update(email_verified_at=clock.now())
    return user


def test_invitations_and_service_accounts_are_read_with_all_they_show(
    user: User, demo: TenantInfo
) -> None:
    browser = signed_in(user, demo)

    own = {"name": "Auditors", "permissions": ["audit.read"]}
    role_id = browser.post("/api/v1/roles", own).json()["id"]

    def add(number: int) -> None:
        invited = {"email": f"n{number}@x.test", "role": "viewer", "roles": [role_id]}
        assert browser.post("/api/v1/invitations", invited).status_code == 201
        named = {"name": f"n{number}", "role": "viewer", "roles": [role_id]}
        assert browser.post("/api/v1/service-accounts", named).status_code == 201

    def costs() -> list[int]:
        return [cost(browser, f"/api/v1/{path}") for path in ("invitations", "service-accounts")]

    add(0)
    few = costs()
    for number in range(1, 11):
        add(number)

    assert costs() == few == [3, 4]


def test_sessions_are_read_with_the_tenants_they_have_been_in(user: User, demo: TenantInfo) -> None:
    browser = signed_in(user, None)
    few = cost(browser, "/api/v1/account/sessions")
    for _ in range(10):
        sessions.open_session(user.pk, demo.id)

    assert cost(browser, "/api/v1/account/sessions") == few == 2


def test_an_account_is_read_by_four_statements(user: User) -> None:
    assert cost(signed_in(user, None), "/api/v1/account") == 4
