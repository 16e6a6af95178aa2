"""What is known of each provider, and what of a token server's answer is believed."""

from urllib.parse import urlsplit

import pytest

from apps.credentials.rules import accounts
from apps.credentials.rules.granted import LOST, error_of, granted, scopes_of
from apps.credentials.rules.providers import PROVIDERS, provider_of
from apps.engine.credential import is_allowed

NAMES = [
    "github",
    "google",
    "slack",
    "microsoft",
    "twitter",
    "linkedin",
    "salesforce",
    "auth0",
    "generic",
]
OWN = {"domain": "acme.my.salesforce.com", "directory": "common", "client_id": "id/1"}


def test_the_providers_are_those_of_the_founding_documents_and_a_free_one() -> None:
    assert list(PROVIDERS) == NAMES


@pytest.mark.parametrize("name", NAMES[:-1])
def test_each_has_encrypted_addresses_without_a_gap(name) -> None:
    values = {
        **OWN,
        "provider": name,
        "token_url": "https://evil.test",
        "issuer": "https://evil.test",
    }
    provider = provider_of(values)

    urls = [provider.authorization_url, provider.token_url]
    urls += [url for url in (provider.revocation_url, provider.issuer) if url]
    assert [url for url in urls if accounts.url_fault(url, ()) or "{" in url or "evil" in url] == []
    assert bool(provider.revocation_url) == bool(provider.revocation)
    assert provider.is_own == (name == "auth0")


@pytest.mark.parametrize("name", [name for name in NAMES if PROVIDERS[name].hosts])
def test_a_token_may_go_to_the_providers_own_hosts_and_nowhere_else(name) -> None:
    hosts = accounts.hosts_of({"provider": name})

    assert hosts
    assert not is_allowed("evil.test", hosts)
    assert all("*" not in host or host.count(".") > 1 for host in hosts)


def test_slack_and_linkedin_take_a_proof_only_from_clients_without_a_secret() -> None:
    assert [name for name in NAMES if not PROVIDERS[name].has_pkce] == ["slack", "linkedin"]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"provider": "github"}, "/oauth/callback"),
        ({"provider": "salesforce", "domain": "login.salesforce.com"}, "/oauth/callback"),
        ({"provider": "auth0", "domain": "Acme.eu.auth0.com"}, "/oauth/callback/acme.eu.auth0.com"),
        ({"provider": "generic", "issuer": "https://id.acme.test:8443/x"}, "/oauth/callback/id.acme.test:8443"),
        ({"provider": "generic", "authorization_url": "https://a.test/auth"}, "/oauth/callback/a.test"),
    ],
)  # fmt: skip
def test_a_server_that_somebody_has_named_has_a_redirect_uri_of_its_own(values, path) -> None:
    assert accounts.callback_of(values) == path


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//a.test", "ftp://a.test", "http://a.test", "https://", "https://a@b.test", "https://a.test/#x",
        "https://a.test/ b", "https://a.test\\b", "https://a.test:x/", "https://ä.test", f"https://a.test/{'x' * 2000}",
        "http://127.0.0.1:81/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_encrypted_address_is_called_by_nobody(url) -> None:
    assert accounts.url_fault(url, {("127.0.0.1", 80)})


def test_unencrypted_is_what_an_operator_has_let_in() -> None:
    assert accounts.url_fault("http://127.0.0.1/x", {("127.0.0.1", 80)}) == ""
    assert accounts.url_fault(None, {("127.0.0.1", 80)})
    assert urlsplit("http://127.0.0.1/x").port is None


@pytest.mark.parametrize(
    ("said", "life_s"),
    [
        ({"expires_in": 60}, 60),
        ({"expires_in": "60"}, 60),
        ({"expires_in": 60.7}, 60),
        ({"expires_in": 10**30}, 10 * 365 * 86_400),
        ({"expires_in": 0}, 900),
        ({"expires_in": -5}, 900),
        ({"expires_in": True}, 900),
        ({"expires_in": "٣"}, 900),
        ({"expires_in": [1]}, 900),
        ({}, 900),
    ],
)
def test_how_long_a_token_is_good_is_believed_within_bounds(said, life_s) -> None:
    found = granted(200, {"access_token": "a", **said}, usual_life_s=900)

    assert found is not None
    assert found.life_s == life_s


def test_a_server_that_says_nothing_of_an_end_gives_a_token_without_one() -> None:
    found = granted(200, {"access_token": "a", "token_type": "bot"}, usual_life_s=0)

    assert found is not None
    assert (found.life_s, found.refresh, found.scopes) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("a b", ("a", "b")),
        ("repo,user:email", ("repo", "user:email")),
        (" a  a\n", ("a",)),
        ("", ()),
        ("x" * 201, ()),
        (" ".join(map(str, range(200))), tuple(map(str, range(100)))),
        (["a"], None),
    ],
)
def test_scopes_come_with_spaces_or_commas_between(text, scopes) -> None:
    assert scopes_of(text) == scopes


def test_only_what_has_the_form_of_a_code_is_told_of_a_refusal() -> None:
    assert error_of({"error": "invalid_grant"}) in LOST
    assert [error_of({"error": text}) for text in ("a b", "<b>", "x" * 41, 1, None)] == [""] * 5
