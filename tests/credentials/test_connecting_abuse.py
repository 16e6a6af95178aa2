"""What others do to the way to a provider and back: states, codes and answers that are not theirs, and servers that lie."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db.models.functions import Now

from apps.core import tenancy
from apps.credentials.models import Connection, Consent
from apps.credentials.services import token_calls
from tests.credentials.accounts import agree, crossed, someone, step_gets
from tests.credentials.authorization_server import authorization_server
from tests.tenants.browser import Browser, signed_in

UNKNOWN = (422, "consent_unknown")


def said(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def changed(url: str, **words: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode({**query, **words})).geturl()


def nothing_came_of_it(server, *, asked: int = 0) -> bool:
    return Connection.objects.count() == 0 and len(server.told("/token")) == asked


def test_a_state_is_good_once(ann, server) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    assert ann.comes_back(back).status_code == 200

    assert said(ann.comes_back(back)) == UNKNOWN
    assert len(server.told("/token")) == 1
    assert Connection.objects.get().generation == 1


def test_a_code_that_was_used_before_connects_nothing(ann, server) -> None:
    made = ann.keeps(server)
    used = parse_qs(urlsplit(agree(first := ann.sets_out(made))).query)
    ann.comes_back(crossed(changed(agree(first), code=used["code"][0])))
    fresh = agree(ann.sets_out(made))

    again = ann.comes_back(crossed(changed(fresh, code=used["code"][0])))

    assert said(again) == (422, "code_refused")
    assert again.json()["detail"] == "The provider gives no token (invalid_grant)."


def test_a_code_of_somebody_elses_way_is_refused_by_its_proof(ann, server) -> None:
    made = ann.keeps(server)
    eve = someone(ann.tenant, "editor")
    stolen = parse_qs(urlsplit(agree(ann.sets_out(made))).query)["code"][0]

    answer = eve.comes_back(crossed(changed(agree(eve.sets_out(made)), code=stolen)))

    assert said(answer) == (422, "code_refused")
    assert Connection.objects.count() == 0


def test_a_state_that_nobody_was_given_is_refused(ann, server) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    state = parse_qs(urlsplit(back).query)["state"][0]

    for wrong in (f"{state}x", state[:-1], state.partition(".")[2], "", "\ud800", "a" * 201):
        answer = ann.post(
            "/credentials/connected", {"path": urlsplit(back).path, "state": wrong, "code": "x"}
        )
        assert answer.status_code in {400, 422}
    assert nothing_came_of_it(server)
    assert Consent.objects.count() == 1


def test_in_another_browser_a_state_is_worth_nothing_and_is_not_used_up(ann, server) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    me = ann.browser.get("/api/v1/me").json()["id"]
    from apps.accounts.models import User

    others = [someone(ann.tenant, "owner"), someone(ann.tenant, "editor")]
    same_person = signed_in(User.objects.get(pk=me), ann.tenant)
    for thief in (*(other.browser for other in others), same_person):
        there = type(ann)(thief, ann.tenant)
        assert said(there.comes_back(back)) == UNKNOWN

    assert nothing_came_of_it(server)
    assert ann.comes_back(back).status_code == 200


def test_without_a_session_nothing_is_connected(ann, server) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    stranger = type(ann)(Browser("demo.localhost"), ann.tenant)

    assert stranger.comes_back(back).status_code in {401, 403}
    assert nothing_came_of_it(server)
    assert ann.comes_back(back).status_code == 200


def test_the_state_of_another_tenant_is_unknown_here(ann, server, other) -> None:
    bob = someone(other, "owner")
    with tenancy.entered(other.schema):
        theirs = bob.keeps(server)
        back = agree(bob.sets_out(theirs))
    assert urlsplit(crossed(back)).hostname == "other.localhost"

    assert said(ann.comes_back(crossed(back))) == UNKNOWN
    mine = f"{ann.tenant.id.hex}.{parse_qs(urlsplit(back).query)['state'][0].partition('.')[2]}"
    assert said(ann.comes_back(crossed(changed(back, state=mine)))) == UNKNOWN
    assert nothing_came_of_it(server)
    assert bob.comes_back(crossed(back)).status_code == 200


def test_the_account_of_another_tenant_is_not_here(ann, server, other) -> None:
    bob = someone(other, "owner")
    theirs = bob.keeps(server)

    for path in ("connect", "disconnect"):
        assert ann.post(f"/credentials/{theirs}/{path}").status_code == 404


def test_after_ten_minutes_a_state_is_too_old_by_the_databases_clock(ann, server) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    Consent.objects.update(ends_at=Now() - timedelta(seconds=1))

    assert said(ann.comes_back(back)) == UNKNOWN
    assert nothing_came_of_it(server)


def test_what_was_begun_and_left_is_cleared_away_by_the_next(ann, server) -> None:
    made = ann.keeps(server)
    ann.sets_out(made)
    Consent.objects.update(ends_at=Now() - timedelta(seconds=1))

    ann.sets_out(made)

    assert Consent.objects.count() == 1


def test_who_changes_the_client_meanwhile_gets_no_consent_that_was_given_to_another(
    ann, server
) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    assert ann.call("PATCH", f"/credentials/{made}", {"values": {"client_id": "eve"}}).status_code == 200  # fmt: skip

    answer = ann.comes_back(back)

    assert said(answer) == UNKNOWN
    assert answer.json()["detail"] == "The credential was changed meanwhile: connect it again."
    assert nothing_came_of_it(server)


def test_an_answer_names_its_own_issuer_or_is_refused(ann, server) -> None:
    server.metadata["names_itself"] = True
    made = ann.keeps(server)
    honest = agree(ann.sets_out(made))
    assert ann.comes_back(crossed(honest)).status_code == 200

    for issuer in ("https://evil.test", "", f"{server.issuer}/"):
        mixed_up = changed(agree(ann.sets_out(made)), iss=issuer)
        assert said(ann.comes_back(crossed(mixed_up))) == (422, "issuer_mismatch")
    assert len(server.told("/token")) == 1


def test_of_two_servers_none_gets_the_code_of_the_other(ann, server) -> None:
    #  the victim sets out for `evil`, which sends her on to `server` with evil's own state: the code comes back on the
    #  path of `server`, where no way to `evil` ends.
    honest = ann.keeps(server)
    with authorization_server() as evil:
        theirs = ann.keeps(evil, name="evil")
        trap = ann.sets_out(theirs)
        words = {name: values[0] for name, values in parse_qs(urlsplit(trap).query).items()}
        (uri,) = server.redirect_uris
        sent_on = f"{server.issuer}/authorize?{urlencode({**words, 'redirect_uri': uri})}"

        answer = ann.comes_back(crossed(agree(sent_on)))

        assert said(answer) == (422, "issuer_mismatch")
        assert evil.told("/token") == []
    assert nothing_came_of_it(server)
    assert ann.connects(honest).status_code == 200


@pytest.mark.parametrize(
    ("error", "word"),
    [("access_denied", "access_denied"), ("<script>", "no_code"), ("", "no_code")],
)
def test_who_says_no_connects_nothing(ann, server, error, word) -> None:
    made = ann.keeps(server)
    back = changed(agree(ann.sets_out(made)), error=error, code="")

    answer = ann.comes_back(crossed(back))

    assert said(answer) == (422, "consent_refused")
    assert (
        answer.json()["detail"] == f"The provider connects nothing ({word}): it, or you, said no."
    )
    assert nothing_came_of_it(server)


BAD_ANSWERS = {
    "no JSON": (200, b"<html>"),
    "no object": (200, [1]),
    "no token": (200, {}),
    "a number": (200, {"access_token": 1}),
    "a line break": (200, {"access_token": "a\r\nX: y"}),
    "a space": (200, {"access_token": "a b"}),
    "too long": (200, {"access_token": "a" * 16_385}),
    "another kind": (200, {"access_token": "a", "token_type": "mac"}),
    "Slack's no": (200, {"ok": False, "error": "bad_code", "access_token": "a"}),
    "twice": (200, b'{"access_token": "a", "access_token": "b"}'),
    "deep": (200, b'{"a":' * 40 + b"1" + b"}" * 40),
    "forbidden": (403, {"error": "no"}),
    "elsewhere": (307, "http://127.0.0.1:1/token"),
}


@pytest.mark.parametrize("what", sorted(BAD_ANSWERS))
def test_whatever_a_server_answers_nothing_is_connected(ann, server, what) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    server.instead["/token"] = BAD_ANSWERS[what]

    assert said(ann.comes_back(back)) == (422, "code_refused")
    assert nothing_came_of_it(server, asked=1)


@pytest.mark.parametrize("answer", [(500, {}), (429, {}), (200, b" " * (256 * 1024 + 1))])
def test_a_server_that_is_broken_or_says_too_much_is_told_so(ann, server, answer) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    server.instead["/token"] = answer

    assert said(ann.comes_back(back)) == (503, "provider_unavailable")
    assert nothing_came_of_it(server, asked=1)


def test_a_server_that_never_answers_is_left_in_time(ann, server, monkeypatch) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))
    monkeypatch.setattr(token_calls, "CALL_S", 0.3)
    server.is_talking.clear()

    assert said(ann.comes_back(back)) == (503, "provider_unavailable")
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://evil.test"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"token_endpoint": "http://127.0.0.1:6379/"},
        {"revocation_endpoint": "https://a@b.test/"},
        {"token_endpoint": None},
    ],
)
def test_an_issuer_that_lies_about_itself_leads_nowhere(ann, server, lie) -> None:
    server.metadata |= lie
    made = ann.keeps(server)

    assert said(ann.post(f"/credentials/{made}/connect")) == (503, "provider_unavailable")
    assert Consent.objects.count() == 0


def test_private_addresses_are_called_only_by_whom_an_operator_lets(ann, server, other) -> None:
    ann.keeps(server)
    bob = someone(other, "owner")
    said_by_bob = bob.post(
        "/credentials",
        {"name": "a", "type": "oauth2", "values": {"provider": "generic", "client_id": "x", "issuer": server.issuer}},
    )  # fmt: skip

    assert said_by_bob.json()["errors"][0]["path"] == "/values/issuer"


@pytest.mark.parametrize(
    "place", ["https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/", "https://localhost/"]
)
def test_an_encrypted_private_address_is_no_way_in_either(ann, place) -> None:
    values = {"provider": "generic", "client_id": "x", "issuer": place}
    made = ann.post("/credentials", {"name": "a", "type": "oauth2", "values": values}).json()

    assert said(ann.post(f"/credentials/{made['id']}/connect")) == (503, "provider_unavailable")


def test_while_it_is_connected_neither_client_nor_servers_nor_more_hosts_can_be_put_in(
    ann, server
) -> None:
    made = ann.keeps(server, allowed_hosts=["api.acme.test"])
    ann.connects(made)
    before = step_gets()

    for change, path in (
        ({"values": {"client_id": "eve"}}, "/values/client_id"),
        ({"values": {"issuer": "https://evil.test", "client_secret": "x"}}, "/values/issuer"),
        ({"values": {"token_url": "https://evil.test"}}, "/values/token_url"),
        ({"allowed_hosts": ["evil.test"]}, "/allowed_hosts"),
        ({"allowed_hosts": []}, "/allowed_hosts"),
    ):
        answer = ann.call("PATCH", f"/credentials/{made}", change)
        (problem,) = answer.json()["errors"]
        assert (answer.status_code, problem["path"], problem["code"]) == (422, path, "connected")

    assert step_gets() == before
    assert before.allowed_hosts == ("api.acme.test",)
    for change in ({"values": {"client_secret": "n3w"}}, {"values": {"scopes": "read"}}):
        assert ann.call("PATCH", f"/credentials/{made}", change).status_code == 200
    assert step_gets().values["access_token"] == before.values["access_token"]


def test_the_clients_secret_goes_to_no_other_server_than_it_was_entered_for(ann, server) -> None:
    made = ann.keeps(server)
    evil = {"values": {"token_url": "https://evil.test/token"}}

    answer = ann.call("PATCH", f"/credentials/{made}", evil)

    (problem,) = answer.json()["errors"]
    assert (problem["path"], problem["code"]) == ("/values/client_secret", "secret_needed")
    evil["values"]["client_secret"] = "known"
    assert ann.call("PATCH", f"/credentials/{made}", evil).status_code == 200
