"""What is public and what is not, at every edge and in every disguise."""

from ipaddress import ip_address

import pytest

from apps.adapters.addresses import Allowance, is_public
from tests.adapters.forms import lines

REFUSED = lines("addresses_refused")

PUBLIC = lines("addresses_public")


@pytest.mark.parametrize("text", REFUSED)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert is_public(ip_address(text)) is False


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_passes(text: str) -> None:
    assert is_public(ip_address(text)) is True


def test_an_allowance_opens_one_address_and_one_port() -> None:
    allowance = Allowance("10.1.2.3", 8080)

    opened = [
        (text, port)
        for text in (
            "10.1.2.3",
            "::ffff:10.1.2.3",
            "10.1.2.4",
            "10.1.2.2",
            "64:ff9b::a01:203",
            "::1",
        )
        for port in (8080, 8081, 80)
        if allowance.covers(ip_address(text), port)
    ]

    assert opened == [("10.1.2.3", 8080), ("::ffff:10.1.2.3", 8080)]


@pytest.mark.parametrize(
    "text",
    [
        *("169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1"),  # noqa: S104 - judged, not bound
        *("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    ],
)
def test_no_allowance_opens_metadata_unspecified_or_multicast_addresses(text: str) -> None:
    assert Allowance(text, 80).covers(ip_address(text), 80) is False


@pytest.mark.parametrize(
    ("address", "port"),
    [("localhost", 80), ("10.0.0.0/8", 80), ("", 80), ("10.0.0.1", 0), ("10.0.0.1", 65536)],
)
def test_an_allowance_that_names_no_single_place_cannot_be_made(address: str, port: int) -> None:
    with pytest.raises(ValueError, match=r"address|port"):
        Allowance(address, port)
