"""Provider's servers that say again what they were sent: as the code of a refusal, as a scope. None of it is kept or shown."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from apps.credentials.models import Connection
from apps.credentials.services.token_calls import Heard
from tests.credentials.accounts import Someone, agree, crossed, step_gets, token_of
from tests.entries import recorded
from tests.tenants.browser import member, signed_in

# All of it has the form that codes and scopes have, as GitHub's secrets do.
SECRET = "0b5e1c7d9f3a2b4c6d8e0f1a2b3c4d5e6f708192"


@pytest.fixture
def kept(ann, server, monkeypatch) -> str:
    from tests.credentials import authorization_server

    monkeypatch.setattr(authorization_server, "CLIENT_SECRET", SECRET)
    return ann.keeps(server, values={"client_secret": SECRET})


def everything_shown(ann: Someone, credential_id: str) -> str:
    """What the API says of an account, what its row holds in plain text, and what the trail says."""
    pages = [
        ann.call("GET", f"/credentials/{credential_id}{rest}").content.decode()
        for rest in ("", "/versions", "/access", "/users")
    ]
    row = Connection.objects.filter(credential_id=credential_id).values("scopes", "problem")
    entries = [(each.before, each.after, each.target_name) for each in recorded()]
    return f"{pages} {list(row)} {entries}"


def ends() -> None:
    Connection.objects.update(
        good_until=Now() - timedelta(seconds=1), connected_at=Now() - timedelta(hours=1)
    )


@pytest.mark.parametrize("echoed", ["secret", "code"])
def test_a_refusal_that_is_what_was_sent_is_told_by_its_status(ann, kept, server, echoed) -> None:
    back = crossed(agree(ann.sets_out(kept)))
    word = SECRET if echoed == "secret" else next(iter(server.codes))
    server.instead["/token"] = (400, {"error": word})

    answer = ann.comes_back(back)

    assert (answer.status_code, answer.json()["code"]) == (422, "code_refused")
    assert "(400)" in answer.json()["detail"]
    assert word not in answer.content.decode() + everything_shown(ann, kept)


@pytest.mark.parametrize("status", [400, 503])
@pytest.mark.parametrize("echoed", ["secret", "refresh token"])
def test_a_renewal_that_is_refused_so_keeps_nothing_of_it(
    ann, kept, server, echoed, status
) -> None:
    assert ann.connects(kept).status_code == 200
    ends()
    word = SECRET if echoed == "secret" else next(iter(server.refreshes))
    server.instead["/token"] = (status, {"error": word})

    found = step_gets()

    assert found.code == "credential_unavailable"
    assert word not in found.message + everything_shown(ann, kept)
    assert Connection.objects.get().problem == ("refused" if status == 400 else "unavailable")


def test_honest_codes_are_told_as_they_are(ann, kept, server) -> None:
    assert ann.connects(kept).status_code == 200
    ends()
    server.instead["/token"] = (400, {"error": "invalid_refresh_token"})

    assert step_gets().code == "credential_reconnect"
    assert Connection.objects.get().problem == "invalid_refresh_token"


def test_scopes_that_are_secrets_are_no_scopes(ann, kept, server) -> None:
    back = crossed(agree(ann.sets_out(kept)))
    code = next(iter(server.codes))
    said = {
        "access_token": "at-0123456789",
        "refresh_token": "rt-0123456789",
        "scope": f"read {SECRET} at-0123456789 rt-0123456789 {code} write",
    }
    server.instead["/token"] = (200, said)

    answer = ann.comes_back(back)

    assert answer.json()["connection"]["scopes"] == ["read", "[REDACTED]", "write"]
    shown = answer.content.decode() + everything_shown(ann, kept)
    assert [each for each in (SECRET, code, "at-0123456789") if each in shown] == []
    assert token_of(step_gets()) == "at-0123456789"


def test_what_is_no_text_is_looked_through_as_well() -> None:
    said: dict[str, Any] = {"error": {"message": [f"bad {SECRET}"]}, "scope": 1, "more": SECRET}

    heard = Heard(400, said).without([SECRET, "", "read"])

    assert heard.said == {
        "error": {"message": ["bad [REDACTED]"]},
        "scope": 1,
        "more": SECRET,
    }
    assert SECRET not in repr(heard)
    assert json.dumps(said).count(SECRET) == 2


def test_who_may_use_an_account_no_more_connects_nothing_to_it(ann, server) -> None:
    editor = member(ann.tenant, "editor")
    bob = Someone(signed_in(editor, ann.tenant), ann.tenant)
    made = ann.keeps(server)
    back = crossed(agree(bob.sets_out(made)))
    answer = ann.call("PUT", f"/credentials/{made}/users", {"is_restricted": True})
    assert answer.status_code == 200

    refused = bob.comes_back(back)

    assert (refused.status_code, refused.json()["code"]) == (404, "credential_not_found")
    assert not Connection.objects.exists()
    assert server.told("/token") == []
    assert bob.comes_back(back).json()["code"] == "consent_unknown"
