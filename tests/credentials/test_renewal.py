"""A token is renewed before it ends, by one of many, and what a death in the middle costs is known."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.accounts.models import Letter
from apps.core import tenancy
from apps.core.failpoints import hooked
from apps.credentials.models import Connection
from apps.credentials.services import connections, token_calls
from apps.credentials.services.opening import opened
from apps.engine.credential import Credential, Unusable
from apps.engine.secret import Secret
from tests.credentials.accounts import someone, step_gets, token_of
from tests.entries import recorded

# By one write: four of them share the pipe.
ONE = "os.write(1, f'{token_of(step_gets())}\\n'.encode())"
# To be set up takes seconds; they part afterwards, before one of them has a connection.
FOUR = f"""
children = [os.fork() for _ in range(2)]
{ONE}
if all(children):
    [os.waitpid(each, 0) for each in children]
"""
RECONNECT = "Connect it: open it among the credentials, and choose Connect."


@pytest.fixture
def connected(ann, server) -> str:
    made = ann.keeps(server)
    assert ann.connects(made).status_code == 200
    return made


def is_left(seconds: float) -> None:
    """Have the token end so many seconds from now, by the database's clock."""
    Connection.objects.update(
        good_until=Now() + timedelta(seconds=seconds),
        connected_at=Now() - timedelta(hours=1),
        renewed_at=None,
    )


def renewals(server) -> int:
    return [form["grant_type"] for form in server.told("/token")].count("refresh_token")


def test_a_token_that_has_more_than_five_minutes_left_is_used(connected, server) -> None:
    is_left(310)

    assert server.lives(token_of(step_gets()))
    assert renewals(server) == 0


def test_one_that_ends_soon_is_renewed_first_and_the_new_one_is_used(connected, server) -> None:
    old = token_of(step_gets())
    is_left(290)

    new = token_of(step_gets())

    assert new != old
    assert server.lives(new)
    row = Connection.objects.get()
    assert (row.generation, row.status, row.lease, row.renewing_since) == (2, "active", None, None)
    assert row.renewed_at is not None
    assert token_of(step_gets()) == new
    assert renewals(server) == 1


@pytest.mark.parametrize(("left_s", "renewed"), [(80, 0), (70, 1)])
def test_of_a_token_that_lives_for_five_minutes_the_last_quarter_is_not_used(
    connected, server, left_s, renewed
) -> None:
    since = Now() - timedelta(seconds=300 - left_s)
    Connection.objects.update(
        good_until=Now() + timedelta(seconds=left_s), connected_at=since, renewed_at=None
    )

    assert server.lives(token_of(step_gets()))
    assert renewals(server) == renewed


def test_each_renewal_uses_the_token_that_the_last_one_gave(connected, server) -> None:
    for _ in range(3):
        is_left(-1)
        assert server.lives(token_of(step_gets()))

    shown = [form["refresh_token"] for form in server.told("/token")[1:]]
    assert len(set(shown)) == 3
    assert Connection.objects.get().generation == 4


def test_a_server_that_gives_no_new_token_for_renewing_keeps_the_old_one(connected, server) -> None:
    is_left(-1)
    server.instead["/token"] = (200, {"access_token": "at-2", "expires_in": "60"})
    assert token_of(step_gets()) == "at-2"
    del server.instead["/token"]
    is_left(-1)

    assert server.lives(token_of(step_gets()))


def test_dry_runs_ask_no_provider(connected, server) -> None:
    is_left(-1)

    assert token_of(opened("t_demo", ["acct"])["acct"])
    assert renewals(server) == 0


def test_of_four_at_once_one_asks_and_all_get_the_new_token(demo_at_work, server) -> None:
    is_left(-1)
    got: list[str] = []

    def work() -> None:
        try:
            got.append(token_of(step_gets()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(got) == 4
    assert len(set(got)) == 1
    assert server.lives(got[0])
    assert renewals(server) == 1


def test_of_four_processes_one_asks_and_all_get_the_new_token(demo_at_work, server) -> None:
    is_left(-1)

    out, problems = process(FOUR).communicate(timeout=120)

    tokens = out.split()
    assert (len(tokens), len(set(tokens))) == (4, 1), problems
    assert server.lives(tokens[0])
    assert renewals(server) == 1


def test_who_finds_it_taken_uses_a_token_that_is_still_good(connected, server) -> None:
    is_left(100)
    old = token_of(step_gets_while_asking(server))

    assert server.lives(old)
    assert renewals(server) == 1


def step_gets_while_asking(server):
    """Return what a second step gets while the first one has its answer in hand."""
    got = []
    with hooked("token.after_answer", lambda: got.append(step_gets())):
        step_gets()
    return got[0]


def test_nobody_waits_for_ever_for_one_that_is_slow(connected, server, monkeypatch) -> None:
    is_left(-1)
    monkeypatch.setattr(connections, "_WAIT_S", 0.3)

    assert step_gets_while_asking(server) == Unusable(
        "Its token is being renewed, and that takes long.",
        "credential_unavailable",
        is_retryable=True,
    )


def test_who_dies_with_the_answer_in_hand_lets_go_after_thirty_seconds(
    demo_at_work, server
) -> None:
    is_left(-1)
    killed = process(GORAX_FAILPOINTS="token.after_answer:kill")
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    row = Connection.objects.get()
    lease_s = (row.leased_until - row.renewing_since).total_seconds()
    assert (row.generation, round(lease_s)) == (1, 30)
    Connection.objects.update(leased_until=Now())

    # What it was given is lost. This server takes a token for renewing once, and thinks that it was stolen.
    found = step_gets()

    assert found == Unusable(
        f"Its account has to be connected anew (renewal_lost). {RECONNECT}", "credential_reconnect"
    )
    assert Connection.objects.get().status == "lost"


def test_a_server_that_gives_the_same_answer_twice_loses_nothing_by_such_a_death(
    demo_at_work, server
) -> None:
    is_left(-1)
    process(GORAX_FAILPOINTS="token.after_answer:kill").communicate(timeout=60)
    Connection.objects.update(leased_until=Now())
    server.spent.clear()

    assert server.lives(token_of(step_gets()))
    assert Connection.objects.get().renewing_since is None


def test_an_answer_that_comes_after_its_lease_is_stored_if_nobody_else_was_given_one(
    connected, server
) -> None:
    is_left(-1)

    def late() -> None:
        Connection.objects.update(leased_until=Now() - timedelta(seconds=1))

    with hooked("token.after_answer", late):
        assert server.lives(token_of(step_gets()))
    assert Connection.objects.get().generation == 2


def test_a_token_that_comes_after_somebody_has_disconnected_is_not_kept(ann, connected) -> None:
    is_left(-1)

    def meanwhile() -> None:
        assert ann.post(f"/credentials/{connected}/disconnect").status_code == 200

    with hooked("token.after_answer", meanwhile):
        found = step_gets()

    assert found == Unusable(f"It was disconnected. {RECONNECT}", "credential_reconnect")
    row = Connection.objects.get()
    assert (row.status, row.dek, row.sealed) == ("revoked", None, {})


def test_what_the_provider_takes_back_is_marked_written_down_and_told_by_letter(
    ann, connected, server
) -> None:
    editor = someone(ann.tenant, "editor", "ed@demo.test")
    someone(ann.tenant, "viewer", "vi@demo.test")
    with tenancy.entered(tenancy.PUBLIC):
        from apps.accounts.models import User

        User.objects.filter(email__in=["ed@demo.test", "vi@demo.test"]).update(email_verified_at=Now())  # fmt: skip
    Letter.objects.all().delete()
    is_left(-1)
    server.forget_grants()

    found = [step_gets(), step_gets()]

    sentence = f"Its account has to be connected anew (invalid_grant). {RECONNECT}"
    assert found == [Unusable(sentence, "credential_reconnect")] * 2
    shown = editor.call("GET", f"/credentials/{connected}").json()["connection"]
    assert (shown["status"], shown["problem"]) == ("lost", "invalid_grant")
    assert Connection.objects.get().dek is None
    (entry,) = recorded("credential.connection_lost")
    assert (entry.after, entry.outcome, entry.severity) == (
        {"problem": "invalid_grant"},
        "failure",
        "warning",
    )
    letters = list(Letter.objects.filter(kind="connection_lost").order_by("to"))
    assert "ed@demo.test" in [each.to for each in letters]
    assert "vi@demo.test" not in [each.to for each in letters]
    assert {tuple(sorted(each.facts.items())) for each in letters} == {
        (("name", "acct"), ("tenant", "Demo"), ("url", "http://demo.localhost:8000/credentials"))
    }
    assert renewals(server) == 1

    assert ann.connects(connected).status_code == 200
    assert server.lives(token_of(step_gets()))


def test_the_letter_says_which_account_and_what_to_do() -> None:
    from apps.credentials.services import losses

    wording = losses.word("Acme", "mail", "https://acme.test/credentials")

    assert wording.subject == "Connect “mail” anew"
    assert wording.url == "https://acme.test/credentials"
    assert "Steps that use it fail until somebody connects it again." in wording.lines


@pytest.mark.parametrize(
    ("answer", "problem", "is_retryable"),
    [
        ((503, {}), "unavailable", True),
        ((429, {}), "unavailable", True),
        ((401, {"error": "invalid_client"}), "invalid_client", False),
        ((200, b"<html>"), "refused", False),
        ((200, b" " * (256 * 1024 + 1)), "unreachable", True),
    ],
)
def test_other_refusals_lose_nothing(connected, server, answer, problem, is_retryable) -> None:
    is_left(-1)
    server.instead["/token"] = answer

    found = step_gets()

    assert isinstance(found, Unusable)
    assert (found.code, found.is_retryable) == ("credential_unavailable", is_retryable)
    row = Connection.objects.get()
    assert (row.status, row.problem, row.lease, row.generation) == ("active", problem, None, 1)
    del server.instead["/token"]
    assert server.lives(token_of(step_gets()))
    assert Connection.objects.get().problem == ""


def test_a_provider_that_is_away_costs_nothing_while_the_token_is_good(
    connected, server, monkeypatch
) -> None:
    monkeypatch.setattr(token_calls, "CALL_S", 0.3)
    is_left(100)
    server.is_talking.clear()

    assert server.lives(token_of(step_gets()))

    server.is_talking.set()
    row = Connection.objects.get()
    assert (row.problem, row.lease) == ("unreachable", None)
    # Nobody knows whether it heard the question.
    assert row.renewing_since is not None


def test_an_account_without_a_token_for_renewing_has_to_be_connected_anew(ann, server) -> None:
    made = ann.keeps(server)
    from tests.credentials.accounts import agree, crossed

    back = crossed(agree(ann.sets_out(made)))
    server.instead["/token"] = (200, {"access_token": "at", "expires_in": 600})
    ann.comes_back(back)
    is_left(10)
    assert token_of(step_gets()) == "at"
    is_left(-1)

    found = step_gets()

    assert found == Unusable(
        f"Its token has ended, and there is none to renew it. {RECONNECT}", "credential_reconnect"
    )
    assert Connection.objects.get().status == "lost"


def refused(found: object) -> object:
    """Return what a step is given whose token a server has refused (401)."""
    assert isinstance(found, Credential)
    assert found.renew is not None
    return found.renew()


def test_of_four_that_are_refused_at_once_one_asks_and_all_get_the_new_token(
    demo_at_work, server
) -> None:
    is_left(3_000)
    old, got = step_gets(), []

    def work() -> None:
        try:
            got.append(refused(old).reveal())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (len(got), len(set(got))) == (4, 1)
    assert server.lives(got[0])
    assert got[0] != token_of(old)
    assert renewals(server) == 1


def test_who_was_refused_with_a_token_that_is_no_more_the_newest_gets_the_newest(
    connected, server
) -> None:
    is_left(3_000)
    old = step_gets()
    is_left(10)
    new = token_of(step_gets())

    assert refused(old).reveal() == new
    assert renewals(server) == 1


def test_a_token_that_was_given_just_now_is_not_renewed_because_a_server_refuses_it(
    connected, server
) -> None:
    is_left(3_000)
    assert isinstance(refused(step_gets()), Secret)

    assert refused(step_gets()) is None
    assert renewals(server) == 1


def test_what_was_disconnected_meanwhile_is_not_renewed(ann, connected, server) -> None:
    is_left(3_000)
    old = step_gets()
    ann.post(f"/credentials/{connected}/disconnect")

    assert refused(old) == Unusable(f"It was disconnected. {RECONNECT}", "credential_reconnect")
    assert renewals(server) == 0


def test_a_dry_run_and_a_trial_can_have_nothing_renewed(connected) -> None:
    found = opened("t_demo", ["acct"])["acct"]

    assert isinstance(found, Credential)
    assert found.renew is None


@pytest.fixture
def demo_at_work(transactional_db, redis_server, server) -> str:
    """A connected account of the tenant `demo`, with real commits, so that others see it."""
    from apps.tenants import facade as tenants

    with tenancy.entered("t_demo"):
        tenants.forget()
        ann = someone(tenants.current())
        made = ann.keeps(server)
        assert ann.connects(made).status_code == 200
        yield made


def process(does: str = ONE, **environment: str) -> subprocess.Popen[str]:
    """Start another process that gets the token as a step does, and prints it."""
    setup = "import os, django; django.setup()\nfrom tests.credentials.accounts import step_gets, token_of\n"
    return subprocess.Popen(
        [sys.executable, "-c", f"{setup}{does}"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
