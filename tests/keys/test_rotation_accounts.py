"""The tokens of connected accounts go along when the installation's key is replaced, also those that are renewed meanwhile."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.core import tenancy
from apps.core.failpoints import hooked
from apps.credentials.models import Connection, Consent
from apps.keys.services import ring, rotation
from apps.tenants import facade as tenants
from tests.credentials.accounts import Someone, agree, crossed, someone, step_gets, token_of
from tests.credentials.authorization_server import AuthorizationServer, authorization_server
from tests.keys.test_rotation import rotated, sealed_anywhere_under
from tests.keys.test_rotation_load import KILLS, rotate_dying

ACCOUNTS = ("acct-a", "acct-b", "acct-c")


@pytest.fixture
def provider() -> Iterator[AuthorizationServer]:
    with authorization_server() as one:
        yield one


@pytest.fixture
def ann(transactional_db, redis_server) -> Iterator[Someone]:
    with tenancy.entered("t_demo"):
        tenants.forget()
        yield someone(tenants.current())


@pytest.fixture
def connected(ann, provider) -> str:
    made = ann.keeps(provider)
    assert ann.connects(made).status_code == 200
    return made


@pytest.fixture
def first(connected) -> str:
    return ring.id_of(ring.writer())


def ends(**which: Any) -> None:
    """Have the tokens of accounts be over."""
    Connection.objects.filter(**which).update(
        good_until=Now() - timedelta(seconds=1), connected_at=Now() - timedelta(hours=1)
    )


def test_tokens_and_a_consent_under_way_go_along_and_the_old_key_may_go(
    ann, provider, connected, first, second, settings
) -> None:
    token = token_of(step_gets())
    back = crossed(agree(ann.sets_out(connected)))
    before = Connection.objects.values("sealed", "generation", "updated_at").get()
    assert sorted(sealed_anywhere_under(first)) == [
        "t_demo.credentials_connection",
        "t_demo.credentials_consent",
        "t_demo.credentials_credential",
    ]

    settings.GORAX_KEKS = (second, "local")
    assert rotated().startswith("3 sealed anew")

    assert sealed_anywhere_under(first) == []
    assert Connection.objects.values("sealed", "generation", "updated_at").get() == before
    settings.GORAX_KEKS = (second,)
    assert token_of(step_gets()) == token
    assert ann.comes_back(back).status_code == 200
    assert not Consent.objects.exists()
    ends()
    assert provider.lives(token_of(step_gets()))


def test_a_token_that_is_renewed_while_its_key_is_replaced_is_the_one_that_stays(
    provider, connected, first, second, settings
) -> None:
    settings.GORAX_KEKS = (second, "local")
    renewed: list[str] = []

    def meanwhile() -> None:
        if renewed:
            return
        # By a process that has not been told of the new key yet.
        settings.GORAX_KEKS = ("local", second)
        ends()
        renewed.append(token_of(step_gets()))
        settings.GORAX_KEKS = (second, "local")

    with hooked("reseal.before_write", meanwhile):
        rotated()

    settings.GORAX_KEKS = (second,)
    assert sealed_anywhere_under(first) == []
    assert [token_of(step_gets())] == renewed
    assert provider.lives(renewed[0])
    assert Connection.objects.get().generation == 2


def test_the_answer_of_a_provider_that_comes_after_a_rotation_is_kept_and_found_by_the_next_one(
    provider, connected, first, second, settings
) -> None:
    ends()

    def meanwhile() -> None:
        settings.GORAX_KEKS = (second, "local")
        assert rotation.go_on(rotation.begin("kek")).is_ended
        assert sealed_anywhere_under(first) == []

    # Its box was sealed before anybody was asked, under the key of then.
    with hooked("token.after_answer", meanwhile):
        token = token_of(step_gets())

    assert sealed_anywhere_under(first) == ["t_demo.credentials_connection"]
    assert rotated().startswith("1 sealed anew")
    settings.GORAX_KEKS = (second,)
    assert token_of(step_gets()) == token
    assert provider.lives(token)


def test_no_renewal_fails_while_the_key_is_replaced_by_somebody_who_is_killed_again_and_again(
    ann, provider, first, second, settings
) -> None:
    for name in ACCOUNTS:
        assert ann.connects(ann.keeps(provider, name=name)).status_code == 200
    settings.GORAX_KEKS = (second, "local")
    over = threading.Event()
    got: dict[str, list[str]] = {name: [] for name in ACCOUNTS}
    faults: list[BaseException] = []

    def renew(name: str) -> None:
        try:
            while not over.is_set():
                ends(credential__name=name)
                got[name].append(token_of(step_gets(name)))
        except BaseException as fault:  # noqa: BLE001 - told by the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=renew_in_tenant, args=(renew, name)) for name in ACCOUNTS]
    for thread in threads:
        thread.start()
    codes = rotate_dying(f"{second},local")
    over.set()
    for thread in threads:
        thread.join(60)

    assert codes == [-9] * KILLS + [0]
    assert faults == []
    assert [len(set(tokens)) == len(tokens) > KILLS for tokens in got.values()] == [True] * 3
    settings.GORAX_KEKS = (second,)
    assert sealed_anywhere_under(first) == []
    assert [token_of(step_gets(name)) for name in ACCOUNTS] == [
        tokens[-1] for tokens in got.values()
    ]
    assert {row.status for row in Connection.objects.all()} == {"active"}


def renew_in_tenant(renew: Any, name: str) -> None:
    with tenancy.entered("t_demo"):
        renew(name)
