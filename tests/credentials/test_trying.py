"""The test button over HTTP: who may press it, what is asked, what is answered, and what is written down."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.credentials.models import CredentialAccess
from apps.credentials.services import trying
from apps.tenants import facade as tenants
from tests.adapters.mail_servers import Box, RealServer
from tests.adapters.servers import Server, ok
from tests.callers import make_caller
from tests.counting import queries_on
from tests.credentials.keys import SECRET, at_rest, stored
from tests.entries import recorded

PLAIN = "s3cr3t-of-the-test"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback that an operator lets the tenant call; it takes one token."""

    def answer(seen: Any) -> bytes:
        is_good = seen.headers.get("authorization") == f"Bearer {PLAIN}"
        return ok(PLAIN.encode(), status="200 OK" if is_good else "401 Unauthorized")

    with Server(answer) as made:
        tenants.allow_egress("t_demo", "127.0.0.1", made.port)
        yield made


def bearer(owner: Any, server: Server, **changes: Any) -> str:
    values = {"token": PLAIN, "test_url": f"{server.url}/me"} | changes.pop("values", {})
    made = stored(owner, name="acme", type="bearer_token", values=values, **changes)
    return f"/credentials/{made['id']}"


def verdict(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"status", "code", "message"}
    assert PLAIN not in answer.content.decode()
    return answer.json()["status"], answer.json()["code"]


def test_a_stored_credential_is_sent_to_its_address_and_the_answer_tells_what_came_of_it(
    owner, server
) -> None:
    one = bearer(owner, server)

    assert verdict(owner.post(f"{one}/test")) == ("ok", "accepted")
    owner.patch(one, {"values": {"token": "another"}})
    assert verdict(owner.post(f"{one}/test")) == ("refused", "refused")

    assert [(seen.method, seen.target) for seen in server.seen] == [("GET", "/me")] * 2
    assert server.seen[1].headers["authorization"] == "Bearer another"


def test_who_tested_it_and_what_came_of_it_stands_in_the_trail_and_in_the_access_log(
    owner, server
) -> None:
    one = bearer(owner, server, values={"token": "another"})
    owner.post(f"{one}/test")

    entry = recorded("credential.tested")[0]
    assert (entry.target_name, entry.outcome, entry.actor_email) == (
        "acme",
        "failure",
        "owner@demo.test",
    )
    assert entry.after == {"type": "bearer_token", "verdict": "refused", "code": "refused"}
    read = CredentialAccess.objects.get(kind="read", credential_id=one.split("/")[-1])
    assert (read.reader, read.version, read.credential_name) == ("api", 1, "acme")
    assert read.user_id is not None


def test_values_are_tested_before_anybody_stores_them(owner, server) -> None:
    body = {"type": "bearer_token", "values": {"token": PLAIN, "test_url": server.url}}

    assert verdict(owner.post("/credentials/test", body)) == ("ok", "accepted")

    assert at_rest() == []
    entry = recorded("credential.tested")[0]
    assert (entry.target_id, entry.after["verdict"]) == ("", "ok")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "nothing"}, "/type"),
        ({"values": {"test_url": "https://a.b"}}, "/values/token"),
        ({"values": {"token": "t", "test_url": "ftp://a.b"}}, "/values/test_url"),
        ({"values": {"token": "t", "unheard": "x"}}, "/values/unheard"),
        ({"allowed_hosts": ["a.b:80"]}, "/allowed_hosts/0"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_what_does_not_fit_its_type_is_refused_by_its_place_and_asks_nobody(
    owner, change, path
) -> None:
    body = {"type": "bearer_token", "values": {"token": "t"}}

    answer = owner.post("/credentials/test", body | change)

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert recorded("credential.tested") == []


def test_an_address_inside_is_not_called(owner) -> None:
    with Server() as inside:
        values = {"token": PLAIN, "test_url": inside.url}
        answer = owner.post("/credentials/test", {"type": "bearer_token", "values": values})

        assert verdict(answer) == ("unreachable", "blocked_destination")
        assert inside.connections == 0


def test_it_is_sent_to_no_host_that_its_list_does_not_name(owner) -> None:
    body = {"type": "github", "values": {"token": PLAIN}, "allowed_hosts": ["other.example"]}

    assert verdict(owner.post("/credentials/test", body)) == ("unreachable", "credential_host")


def test_a_redirect_is_not_followed(owner, server) -> None:
    with Server(lambda _: ok(b"", f"Location: {server.url}", status="302 Found")) as front:
        tenants.allow_egress("t_demo", "127.0.0.1", front.port)
        values = {"token": PLAIN, "test_url": front.url}
        answer = owner.post("/credentials/test", {"type": "bearer_token", "values": values})

    assert verdict(answer) == ("unreachable", "redirected")
    assert server.seen == []


def test_a_server_that_does_not_answer_is_not_waited_for(owner, monkeypatch) -> None:
    monkeypatch.setattr(trying, "TIMEOUT_S", 0.2)
    released = []

    def silent(seen: Any) -> Iterator[bytes]:
        silence.stopped.wait(20)
        released.append(seen)
        yield b""

    with Server(silent) as silence:
        tenants.allow_egress("t_demo", "127.0.0.1", silence.port)
        values = {"token": PLAIN, "test_url": silence.url}
        answer = owner.post("/credentials/test", {"type": "bearer_token", "values": values})
        assert released == []

    assert verdict(answer) == ("unreachable", "timeout")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_disabled": True}, "It is disabled: enable it, or choose another one."),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "It expired on 2020-01-01 00:00 UTC"),
    ],
)
def test_what_no_step_would_get_is_not_sent_for_a_test_either(owner, server, facts, reason) -> None:
    one = bearer(owner, server)
    owner.patch(one, facts)

    answer = owner.post(f"{one}/test")

    assert verdict(answer) == ("untestable", "untestable")
    assert answer.json()["message"].startswith(reason)
    assert server.seen == []


@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        ("secret", {"value": PLAIN}, "It is a text alone"),
        ("bearer_token", {"token": PLAIN}, "It does not say where it is good"),
        ("api_key", {"key": PLAIN}, "It does not say where it is good"),
        ("custom", {"pin": PLAIN}, "Its values mean what you say"),
        ("database_sqlite", {"path": "/etc/passwd"}, "The file lies on a machine of yours"),
    ],
)
def test_where_nobody_can_be_asked_the_answer_says_why(owner, kind, values, reason) -> None:
    answer = owner.post("/credentials/test", {"type": kind, "values": values})

    assert verdict(answer) == ("untestable", "untestable")
    assert answer.json()["message"].startswith(reason)


def test_a_mail_server_is_greeted_and_gets_no_message(owner) -> None:
    box = Box()
    with RealServer(box) as server:
        tenants.allow_egress("t_demo", "127.0.0.1", server.port)
        values = {"host": "127.0.0.1", "port": str(server.port), "security": "none"}
        plain = owner.post("/credentials/test", {"type": "smtp", "values": values})
        named = {**values, "username": "ann", "password": PLAIN}
        open_ = owner.post("/credentials/test", {"type": "smtp", "values": named})

    assert verdict(plain) == ("ok", "accepted")
    assert verdict(open_) == ("refused", "mail_auth_failed")
    assert (box.taken, box.signed_in) == ([], [])


def test_whoever_tests_too_much_waits(owner) -> None:
    body = {"type": "secret", "values": {"value": "x"}}
    answers = [owner.post("/credentials/test", body) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 6
    assert len(recorded("credential.tested")) == 10


def test_who_may_only_look_tests_nothing(owner, server, tenant) -> None:
    one = bearer(owner, server)
    viewer = make_caller(tenant, "viewer")

    stored_one = viewer.post(f"{one}/test")
    body = {"type": "bearer_token", "values": {"token": PLAIN, "test_url": server.url}}
    before = viewer.post("/credentials/test", body)

    assert (stored_one.status_code, before.status_code) == (403, 403)
    assert server.seen == []


def test_a_test_asks_the_table_as_often_as_it_must(owner, server) -> None:
    one = bearer(owner, server)

    with queries_on("credentials_") as asked:
        owner.post(f"{one}/test")

    assert len(asked) == 2  # beside the raw statement that opens it


@pytest.mark.parametrize(
    ("kind", "values", "moved"),
    [
        ("bearer_token", {"token": SECRET}, {"test_url": "https://mine.example"}),
        ("openai", {"api_key": SECRET}, {"base_url": "https://mine.example"}),
        ("smtp", {"host": "mail.test", "password": SECRET}, {"host": "mine.example"}),
    ],
)
def test_whoever_leads_a_secret_to_another_server_has_to_know_it(
    owner, kind, values, moved
) -> None:
    made = stored(owner, name="k", type=kind, values=values, allowed_hosts=[])
    one = f"/credentials/{made['id']}"
    secret = made["secrets"][0]
    before = at_rest()

    refusal = owner.patch(one, {"values": moved})

    assert (refusal.status_code, refusal.json()["errors"][0]["code"]) == (422, "secret_needed")
    assert at_rest() == before
    assert owner.patch(one, {"values": {**moved, secret: SECRET}}).status_code == 200
    assert owner.patch(one, {"values": moved}).status_code == 200
