"""What claims say, judged without a provider, a clock or a database."""

import pytest

from apps.sso.rules import claims as rules
from apps.sso.rules.claims import Expected, RoleRule

NOW = 1_800_000_000.0
EXPECTED = Expected("https://id.example", "gorax", "n")
GOOD = {
    "iss": "https://id.example",
    "aud": "gorax",
    "sub": "alice",
    "nonce": "n",
    "iat": NOW,
    "exp": NOW + 300,
}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"aud": ["gorax"]}, ""),
        ({"aud": ["gorax", "other"], "azp": "gorax"}, ""),
        ({"azp": "gorax"}, ""),
        ({"exp": NOW - 59}, ""),
        ({"exp": NOW - 60}, "it has expired"),
        ({"exp": True}, "it has expired"),
        ({"iat": NOW + 60}, ""),
        ({"iat": NOW + 61}, "it was not made just now"),
        ({"iat": NOW - 600}, ""),
        ({"iat": NOW - 601}, "it was not made just now"),
        ({"nbf": NOW + 60}, ""),
        ({"nbf": NOW + 61}, "it is not good yet"),
        ({"iss": "https://id.example/"}, "it is another issuer's"),
        ({"aud": "gorax2"}, "it is meant for another client"),
        ({"aud": {"gorax": 1}}, "it is meant for another client"),
        ({"aud": ["gorax", "other"]}, "it was given to another client"),
        ({"azp": ""}, "it was given to another client"),
        ({"nonce": "N"}, "its nonce is not the one of this sign-in"),
        ({"nonce": ["n"]}, "its nonce is not the one of this sign-in"),
        ({"sub": ["alice"]}, "it names no subject"),
    ],
)
def test_an_id_token_is_good_to_the_second(changes: dict, fault: str) -> None:
    assert rules.id_token_fault({**GOOD, **changes}, EXPECTED, NOW) == fault


def test_every_claim_of_an_id_token_is_needed() -> None:
    without = [{name: v for name, v in GOOD.items() if name != missing} for missing in GOOD]

    assert all(rules.id_token_fault(each, EXPECTED, NOW) for each in without)


@pytest.mark.parametrize(
    ("path", "value", "is_so"),
    [
        ("groups", "admins", True),
        ("groups", "admin", False),
        ("realm_access.roles", "editor", True),
        ("realm_access.none", "editor", False),
        ("https://acme.example/groups", "x", True),
        ("hd", "acme.test", True),
        ("hd", "acme", False),
        ("level", "3", True),
        ("is_staff", "true", True),
        ("is_staff", "True", False),
        ("groups.0", "admins", False),
        ("nothing", "None", False),
        ("nested", "x", False),
    ],
)
def test_a_claim_is_its_value_or_a_list_that_holds_it(path: str, value: str, is_so: bool) -> None:
    claims = {
        "groups": ["staff", "admins"],
        "realm_access": {"roles": ["editor"]},
        "https://acme.example/groups": "x",
        "hd": "acme.test",
        "level": 3,
        "is_staff": True,
        "nested": [{"x": 1}],
    }

    assert rules.has(claims, path, value) is is_so


def test_the_first_rule_counts_and_the_default_is_for_the_rest() -> None:
    mine = [RoleRule("g", "a", "admin"), RoleRule("g", "b", "editor")]

    said = [rules.role_of({"g": g}, mine, "viewer") for g in (["b", "a"], ["b"], ["c"], None)]

    assert said == ["admin", "editor", "viewer", "viewer"]


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("Alice@Acme.test", "alice@acme.test"),
        ("alice@acme.test@evil.test", ""),
        ("alice", ""),
        ("@acme.test", ""),
        ("a b@acme.test", ""),
        ("alice@аcme.test", ""),  # noqa: RUF001 - the Cyrillic letter is the point
        ("a@" + "x" * 260, ""),
        (["alice@acme.test"], ""),
        (None, ""),
    ],
)
def test_an_address_is_one_or_none(value: object, email: str) -> None:
    assert rules.email_of({"email": value}, "email") == email


@pytest.mark.parametrize(
    ("claims", "is_verified"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, True),
        ({"xms_edov": 1}, True),
        ({"xms_edov": "1"}, True),
        ({"email_verified": False}, False),
        ({"email_verified": "false"}, False),
        ({"email_verified": "yes"}, False),
        ({"email_verified": ["true"]}, False),
        ({}, False),
    ],
)
def test_only_a_plain_yes_verifies_an_address(claims: dict, is_verified: bool) -> None:
    assert rules.is_email_verified(claims) is is_verified
