"""Where a provider may be, and which mail domain can be a tenant's."""

import pytest

from apps.sso.rules import places

PRIVATE = frozenset({("10.1.2.3", 8080), ("fd00::1", 443), ("10.1.2.4", 80)})


@pytest.mark.parametrize(
    "url",
    [
        "https://id.example",
        "https://id.example:8443/realms/x?y=1",
        "http://10.1.2.3:8080/x",
        "http://10.1.2.4/x",
        "https://[fd00::1]/x",
    ],
)
def test_a_place_is_encrypted_or_was_allowed_by_an_operator(url: str) -> None:
    assert places.url_fault(url, PRIVATE) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example",
        "http://10.1.2.3:8081/x",
        "http://10.1.2.3/x",
        "http://localhost:8080",
        "https://",
        "https://u@id.example",
        "https://id.example/#x",
        "https://id.example/\\x",
        "https://id.example/ x",
        "https://id.example:99999",
        "https://id.exämple",
        "ftp://id.example",
        "javascript:alert(1)",
        "//id.example",
        "",
        "https://id.example/" + "x" * 512,
        None,
        7,
    ],
)
def test_other_places_are_none(url: object) -> None:
    assert places.url_fault(url, PRIVATE) != ""


def test_an_issuer_has_no_query_and_keeps_its_slash() -> None:
    assert places.issuer_fault("https://id.example/?x", ()) == "an issuer has no query"
    assert places.issuer_fault("https://id.example/", ()) == ""
    assert (
        places.metadata_url("https://id.example/")
        == places.metadata_url("https://id.example")
        == "https://id.example/.well-known/openid-configuration"
    )


@pytest.mark.parametrize("domain", ["acme.com", "mail.acme.co.uk", "xn--mnchen-3ya.de", "a-b.test"])
def test_a_domain_of_a_tenant_is_accepted(domain: str) -> None:
    assert places.domain_fault(domain) == ""


@pytest.mark.parametrize(
    "domain",
    ["acme", "a.b", "-a.com", "a..com", "a.com.", "A.com", "gmail.com", "1.2.3.4", "a_b.com", ""],
)
def test_what_is_none_is_refused(domain: str) -> None:
    assert places.domain_fault(domain) != ""
