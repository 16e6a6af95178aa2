"""Whoever makes a tenant is killed anywhere: all of it is there or nothing, and whoever asked knows how to go on."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from apps.accounts import facade as accounts
from apps.accounts.errors import EmailTakenError
from apps.accounts.models import User
from apps.core.failpoints import NAMES
from apps.tenants import facade
from apps.tenants.services import onboarding
from tests.tenants.browser import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

WHO = {
    "email": "new@x.test",
    "password": PASSWORD,
    "name": "New",
    "tenant_name": "Killed",
    "slug": "killed",
}
SIGN_UP = f"""
import django
django.setup()
from apps.tenants.services import onboarding
onboarding.sign_up(**{WHO!r})
"""


def killed_at(place: str) -> None:
    given = os.environ | {"GORAX_FAILPOINTS": f"{place}:kill"}
    done = subprocess.run(
        [sys.executable, "-c", SIGN_UP], env=given, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr


def has_schema() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('t_killed') IS NOT NULL")
        (found,) = cursor.fetchone()
    return bool(found)


@pytest.fixture
def _gone_afterwards():
    yield
    facade.forget()
    tenant = facade.by_slug("killed")
    if tenant is not None:
        facade.delete(tenant.id)


@pytest.mark.usefixtures("_gone_afterwards")
def test_before_the_commit_nothing_is_there_and_the_same_again_makes_all_of_it() -> None:
    killed_at("sign_up.before_commit")

    assert (has_schema(), User.objects.filter(email="new@x.test").exists()) == (False, False)
    done = onboarding.sign_up(**WHO)
    assert (has_schema(), done.tenant.slug, done.tenant.status) == (True, "killed", "active")


@pytest.mark.usefixtures("_gone_afterwards")
def test_after_the_commit_all_is_there_and_whoever_lost_the_answer_signs_in() -> None:
    killed_at("sign_up.after_commit")

    with pytest.raises(EmailTakenError):
        onboarding.sign_up(**WHO)
    user = accounts.authenticate(email="new@x.test", password=PASSWORD, address="127.0.0.1")
    [mine] = facade.memberships_of(user.id)
    assert (mine.tenant.slug, mine.role, has_schema()) == ("killed", "owner", True)


def test_every_place_at_which_one_may_be_killed_has_its_test() -> None:
    places = {name for name in NAMES if name.startswith("sign_up.")}

    assert places == {"sign_up.before_commit", "sign_up.after_commit"}
