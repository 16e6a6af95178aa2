"""A person connects an account: to the provider and back, and a step gets a token that the provider takes."""

from urllib.parse import parse_qs, urlsplit

import pytest

from apps.core.failpoints import FailpointError, hooked
from apps.credentials.models import Connection, Consent
from apps.engine.credential import Unusable
from apps.engine.secret import Secret
from tests.counting import queries_on
from tests.credentials.accounts import account, agree, crossed, someone, step_gets, token_of
from tests.credentials.authorization_server import CLIENT, CLIENT_SECRET
from tests.entries import recorded
from tests.tenants.browser import Browser


def test_a_step_gets_a_token_that_the_provider_takes(ann, server) -> None:
    made = ann.keeps(server)

    answer = ann.connects(made)

    assert answer.status_code == 200, answer.content
    shown = answer.json()["connection"]
    assert (shown["status"], shown["scopes"], shown["problem"]) == ("active", ["read", "write"], "")
    found = step_gets()
    assert server.lives(token_of(found))
    assert dict(found.values) == {
        "provider": "generic",
        "client_id": CLIENT,
        "issuer": server.issuer,
        "scopes": "read write",
        "directory": "common",
        "access_token": Secret(token_of(found)),
    }
    assert found.main == Secret(token_of(found))


def test_the_question_carries_state_and_proof_and_the_code_is_traded_by_the_client(
    ann, server
) -> None:
    made = ann.keeps(server)

    url = ann.sets_out(made)
    ann.comes_back(crossed(agree(url)))

    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    host = f"127.0.0.1:{server.port}"
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": f"http://localhost:8000/oauth/callback/{host}",
        "state": asked["state"],
        "scope": "read write",
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    (form,) = server.told("/token")
    assert (len(form["code_verifier"]), form["redirect_uri"]) == (64, asked["redirect_uri"])
    assert {"client_id", "client_secret"} & set(form) == set()
    assert Consent.objects.count() == 0


def test_the_client_proves_itself_in_the_body_if_it_is_told_to(ann, server) -> None:
    made = ann.keeps(server, values={"auth_style": "body"})

    assert ann.connects(made).status_code == 200

    (form,) = server.told("/token")
    assert (form["client_id"], form["client_secret"]) == (CLIENT, CLIENT_SECRET)


def test_addresses_that_are_given_are_asked_and_the_issuer_is_not(ann, server) -> None:
    own = {
        "issuer": "",
        "authorization_url": f"{server.issuer}/authorize?prompt=x",
        "token_url": f"{server.issuer}/token",
    }
    made = ann.keeps(server, values=own)

    assert ann.connects(made).status_code == 200

    assert [path for path, _, _ in server.asked] == ["/authorize", "/token"]
    assert server.asked[0][1]["prompt"] == "x"


def test_connecting_again_asks_also_for_what_was_granted_before(ann, server) -> None:
    made = ann.keeps(server)
    ann.connects(made, scopes=["admin"])
    first = token_of(step_gets())

    url = ann.sets_out(made, scopes=["more"])
    answer = ann.comes_back(crossed(agree(url)))

    assert parse_qs(urlsplit(url).query)["scope"] == ["read write admin more"]
    assert answer.json()["connection"]["scopes"] == ["read", "write", "admin", "more"]
    assert token_of(step_gets()) != first
    assert Connection.objects.get().generation == 2


def test_what_is_shown_is_what_was_granted_and_not_what_was_asked_for(ann, server) -> None:
    server.grants_scope = "read"

    answer = ann.connects(ann.keeps(server))

    assert answer.json()["connection"]["scopes"] == ["read"]


def test_a_token_without_an_end_is_good_until_it_is_taken_back(ann, server) -> None:
    server.life_s = None

    answer = ann.connects(ann.keeps(server))

    assert answer.json()["connection"]["good_until"] is None
    assert server.lives(token_of(step_gets()))


def test_nobody_who_has_not_connected_it_gets_anything(ann, server) -> None:
    made = ann.keeps(server)

    assert step_gets() == Unusable(
        "Nobody has connected it yet. Connect it: open it among the credentials, and choose Connect.",
        "credential_reconnect",
    )
    shown = ann.call("GET", f"/credentials/{made}").json()["connection"]
    assert (shown["status"], shown["connected_at"], shown["scopes"]) == ("new", None, [])


def test_no_answer_row_or_entry_holds_a_token_or_a_secret(ann, server, caplog) -> None:
    from django.db import connection

    made = ann.keeps(server)
    answers = [ann.connects(made)]
    answers += [ann.call("GET", path) for path in ("/credentials", f"/credentials/{made}")]

    kept = caplog.text + repr([vars(each) for each in caplog.records])
    with connection.cursor() as cursor:
        for schema in ("t_demo", "public"):
            cursor.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type = 'BASE TABLE'",
                [schema],
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT row_to_json(r)::text FROM "{schema}"."{table}" AS r')  # noqa: S608 - names of the catalog
                kept += "".join(text for (text,) in cursor.fetchall())
    kept += "".join(answer.content.decode() for answer in answers)
    proof = server.told("/token")[0]["code_verifier"]
    planted = [*server.tokens, *server.refreshes, proof, CLIENT_SECRET]
    assert len(planted) == 4
    assert [secret for secret in planted if secret in kept] == []


def test_who_connected_what_is_written_down(ann, server) -> None:
    made = ann.keeps(server)
    ann.connects(made)

    entries = [entry for entry in recorded() if entry.action.startswith("credential.c")]
    assert [(entry.action, entry.after) for entry in entries[1:]] == [
        ("credential.connecting_began", {"scopes": ["read", "write"]}),
        ("credential.connected", {"scopes": ["read", "write"], "provider": "generic"}),
    ]
    assert {entry.actor_email for entry in entries} == {"ann@demo.test"}


def test_the_public_host_sends_people_on_to_the_tenant_that_the_state_names(tenant) -> None:
    browser = Browser("localhost")
    state = f"{tenant.id.hex}.abc"

    there = browser.get(f"/oauth/callback/login.acme.test?state={state}&code=a%2Bb")

    home = "http://demo.localhost:8000/oauth/callback/login.acme.test"
    assert (there.status_code, there["Location"]) == (303, f"{home}?state={state}&code=a%2Bb")
    assert there["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert there["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=",
        "state=x.y",
        f"state={'0' * 32}.y",
        "error=access_denied",
        f"state={'a' * 9000}",
    ],
)
def test_who_comes_with_a_state_of_nobody_is_sent_to_no_tenant(tenant, query) -> None:
    answer = Browser("localhost").get(f"/oauth/callback?{query}")

    assert (answer.status_code, answer["Location"]) == (303, "/not-connected")


def test_who_dies_with_the_answer_in_hand_has_connected_nothing_and_connects_again(
    ann, server
) -> None:
    made = ann.keeps(server)
    back = crossed(agree(ann.sets_out(made)))

    def die() -> None:
        raise FailpointError("dead")

    with hooked("consent.after_answer", die), pytest.raises(FailpointError):
        ann.comes_back(back)

    assert Connection.objects.count() == 0
    assert ann.comes_back(back).json()["code"] == "consent_unknown"
    assert ann.connects(made).status_code == 200


def test_how_many_queries_a_call_makes(ann, server) -> None:
    made = ann.keeps(server)
    with queries_on("credentials_") as beginning:
        url = ann.sets_out(made)
    back = crossed(agree(url))
    with queries_on("credentials_") as ending:
        ann.comes_back(back)
    with queries_on("credentials_") as listing:
        ann.call("GET", "/credentials")
    with queries_on("credentials_") as leaving:
        ann.post(f"/credentials/{made}/disconnect")

    assert [len(each) for each in (beginning, ending, listing, leaving)] == [3, 5, 1, 2]


def test_only_people_in_browsers_connect(ann, owner, server) -> None:
    made = ann.keeps(server)

    for path in (f"/credentials/{made}/connect", "/credentials/connected"):
        assert owner.post(path, {}).status_code == 403

    viewer = someone(ann.tenant, "viewer")
    assert viewer.post(f"/credentials/{made}/connect").status_code == 403
    assert Consent.objects.count() == 0


def test_only_accounts_that_are_enabled_are_connected(ann, owner, server) -> None:
    made = ann.keeps(server)
    url = ann.sets_out(made)
    owner.patch(f"/credentials/{made}", {"is_disabled": True})
    other = owner.post(
        "/credentials", {"name": "s", "type": "secret", "values": {"value": "s3cr3t"}}
    ).json()

    refused = [
        ann.post(f"/credentials/{made}/connect"),
        ann.comes_back(crossed(agree(url))),
        ann.post(f"/credentials/{other['id']}/connect"),
        ann.post(f"/credentials/{other['id']}/disconnect"),
    ]

    assert [answer.json()["code"] for answer in refused] == ["not_connectable"] * 4
    assert server.told("/token") == []
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"provider": "nobody"}, "/values/provider"),
        ({"issuer": ""}, "/values/issuer"),
        ({"issuer": "http://id.example.com"}, "/values/issuer"),
        ({"issuer": "https://a@id.example.com"}, "/values/issuer"),
        ({"issuer": "", "authorization_url": "https://a.b/x"}, "/values/issuer"),
        ({"token_url": "http://127.0.0.1:1/token"}, "/values/token_url"),
        ({"revocation_url": "https://a.b/#x"}, "/values/revocation_url"),
        ({"provider": "auth0"}, "/values/domain"),
        ({"provider": "auth0", "domain": "a.b/c"}, "/values/domain"),
        ({"provider": "salesforce", "domain": "salesforce.com.evil.test"}, "/values/domain"),
        ({"provider": "microsoft", "directory": "a/../b"}, "/values/directory"),
        ({"client_id": "a\nb"}, "/values/client_id"),
        ({"scopes": "a\nb"}, "/values/scopes"),
        ({"auth_style": "query"}, "/values/auth_style"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(ann, server, change, path) -> None:
    answer = ann.post("/credentials", account(server, **{"issuer": "https://id.test", **change}))

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"scopes": ["a b"]}, "/scopes/0"),
        ({"scopes": "a"}, "/scopes"),
        ({"scopes": ["a"] * 101}, "/scopes"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_what_is_asked_for_wrongly_leads_nowhere(ann, server, body, path) -> None:
    answer = ann.post(f"/credentials/{ann.keeps(server)}/connect", body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)
    assert Consent.objects.count() == 0
