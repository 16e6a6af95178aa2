"""Whom a chain of proxies names as its caller: the first address from the right that is none of ours."""

import pytest

from apps.core.addresses import caller_of, is_in, networks

OURS = networks(["10.0.0.0/8", "2001:db8:f::/48"])


@pytest.mark.parametrize(
    ("forwarded", "caller"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7,10.0.0.2", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.2 , 2001:db8:f::2", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.7, ::ffff:10.0.0.2", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::7]:4711, [2001:db8:f::2]", "2001:db8::7"),
        ("nonsense, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_behind_our_proxies_the_caller_is_whom_the_last_of_them_saw(
    forwarded: str, caller: str
) -> None:
    assert caller_of("10.0.0.1", forwarded, OURS) == caller


@pytest.mark.parametrize(
    ("forwarded", "caller"),
    [
        ("", "10.0.0.1"),
        (" , ,", "10.0.0.1"),
        ("nonsense", "10.0.0.1"),
        ("203.0.113.7, nonsense", "10.0.0.1"),
        ("203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.700", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("fe80::1%<script>", "10.0.0.1"),
        ("٢٠٣.0.113.7", "10.0.0.1"),
        ("203.0.113.0/24", "10.0.0.1"),
        ("[[203.0.113.7", "10.0.0.1"),
    ],
)
def test_what_is_no_address_ends_the_chain_at_the_last_proxy_that_is_known(
    forwarded: str, caller: str
) -> None:
    assert caller_of("10.0.0.1", forwarded, OURS) == caller


def test_a_chain_without_end_is_not_walked_to_its_end() -> None:
    assert caller_of("10.0.0.1", "203.0.113.7" + ", 10.0.0.2" * 10_000, OURS) == "10.0.0.2"


@pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db8::9", "", "unix:", "11.0.0.1"])
def test_whoever_is_no_proxy_of_ours_speaks_for_nobody(peer: str) -> None:
    assert caller_of(peer, "198.51.100.9", OURS) == peer
    assert caller_of(peer, "10.0.0.2", ()) == peer


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.200.0.1", True),
        ("::ffff:10.0.0.1", True),
        ("2001:db8:f::1", True),
        ("2001:db8:e::1", False),
        ("11.0.0.1", False),
        ("", False),
        ("10.0.0.1, 10.0.0.2", False),
    ],
)
def test_an_address_lies_in_a_network_by_its_number_and_not_by_its_text(
    address: str, expected: bool
) -> None:
    assert is_in(address, OURS) is expected
