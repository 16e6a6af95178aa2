"""Which addresses may call: an allow-list of addresses and networks, compared as numbers and not as text."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that `texts` name: `203.0.113.7` or `203.0.113.0/24`, IPv6 likewise.

    Raises:
        ValueError: a text names none, or has bits set outside its mask.
    """
    return tuple(ip_network(text.strip()) for text in texts if text.strip())


def is_allowed(caller: str, allowed: tuple[Network, ...]) -> bool:
    """Say whether `caller` lies in one of the networks. No list allows everybody; no address is refused by any list."""
    if not allowed:
        return True
    try:
        address = _plain(ip_address(caller.strip()))
    except ValueError:
        return False
    return any(address.version == network.version and address in network for network in allowed)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    # A dual-stack socket reports IPv4 callers as ::ffff:a.b.c.d.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
