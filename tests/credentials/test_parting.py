"""The end of an account: nobody uses it any more, and the provider takes its tokens back if it can."""

import pytest

from apps.core.failpoints import FailpointError
from apps.credentials.models import Connection, Credential
from apps.credentials.rules import providers
from apps.credentials.services import parting
from apps.engine.credential import Unusable
from tests.credentials.accounts import step_gets, token_of
from tests.entries import recorded

GONE = "It was disconnected. Connect it: open it among the credentials, and choose Connect."


@pytest.fixture
def connected(ann, server) -> str:
    made = ann.keeps(server)
    assert ann.connects(made).status_code == 200
    return made


def test_who_disconnects_gives_the_tokens_back_and_they_are_forgotten(
    ann, connected, server
) -> None:
    token = token_of(step_gets())

    answer = ann.post(f"/credentials/{connected}/disconnect")

    assert (answer.status_code, answer.json()) == (200, {"is_revoked_at_provider": True})
    assert not server.lives(token)
    assert [form["token_type_hint"] for form in server.told("/revoke")] == [
        "refresh_token",
        "access_token",
    ]
    row = Connection.objects.get()
    assert (row.status, row.dek, row.sealed) == ("revoked", None, {})
    assert step_gets() == Unusable(GONE, "credential_reconnect")
    assert [entry.actor_email for entry in recorded("credential.disconnected")] == ["ann@demo.test"]
    again = ann.post(f"/credentials/{connected}/disconnect")
    assert (again.status_code, again.json()["code"]) == (409, "not_connectable")
    assert ann.connects(connected).status_code == 200


@pytest.mark.parametrize("answer", [(500, {}), (400, {"error": "unsupported_token_type"})])
def test_a_provider_that_does_not_take_them_back_keeps_nobody_from_leaving(
    ann, connected, server, answer
) -> None:
    server.instead["/revoke"] = answer

    told = ann.post(f"/credentials/{connected}/disconnect").json()

    assert told == {"is_revoked_at_provider": False}
    assert Connection.objects.get().dek is None


def test_a_provider_without_such_an_address_is_not_asked(ann, server) -> None:
    server.metadata["revocation_endpoint"] = None
    made = ann.keeps(server)
    ann.connects(made)

    assert ann.post(f"/credentials/{made}/disconnect").json() == {"is_revoked_at_provider": False}


def test_what_is_deleted_is_given_back_first(ann, connected, server) -> None:
    token = token_of(step_gets())

    assert ann.call("DELETE", f"/credentials/{connected}").status_code == 204

    assert not server.lives(token)
    assert (Credential.objects.count(), Connection.objects.count()) == (0, 0)


def test_while_a_workflow_uses_it_it_is_neither_deleted_nor_given_back(
    ann, owner, connected, server
) -> None:
    from tests.credentials.test_api import calling, published

    published(owner, "uses", calling("acct"))

    assert ann.call("DELETE", f"/credentials/{connected}").status_code == 409
    assert server.lives(token_of(step_gets()))


def test_who_dies_while_giving_back_leaves_tokens_that_nobody_uses_and_that_can_be_given_back(
    ann, connected, server, monkeypatch
) -> None:
    token = token_of(step_gets())

    def die(*_) -> None:
        raise FailpointError("dead")

    with monkeypatch.context() as patched:
        patched.setattr(parting, "_asked", die)
        with pytest.raises(FailpointError):
            parting.disconnect(connected)
    assert step_gets() == Unusable(GONE, "credential_reconnect")
    assert server.lives(token)

    told = ann.post(f"/credentials/{connected}/disconnect").json()

    assert told == {"is_revoked_at_provider": True}
    assert not server.lives(token)


@pytest.mark.parametrize(
    ("way", "answer"),
    [
        ("github", (204, b"")),
        ("github", (404, {})),
        ("slack", (200, {"ok": True})),
        ("slack", (200, {"ok": False, "error": "token_revoked"})),
    ],
)
def test_github_and_slack_take_tokens_back_in_their_own_ways(
    ann, connected, server, monkeypatch, way, answer
) -> None:
    token = token_of(step_gets())
    odd = providers.Provider(name="generic", title="Odd", revocation=way, is_own=True)
    monkeypatch.setitem(providers.PROVIDERS, "generic", odd)
    server.instead["/revoke"] = answer

    told = ann.post(f"/credentials/{connected}/disconnect").json()

    assert told == {"is_revoked_at_provider": answer in [(204, b""), (200, {"ok": True})]}
    (_, form, headers) = next(each for each in server.asked if each[0] == "/revoke")
    if way == "slack":
        assert headers["authorization"] == f"Bearer {token}"
    else:
        assert headers["authorization"].startswith("Basic ")
        assert form == {}
