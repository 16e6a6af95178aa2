"""Addresses compared as numbers and not as text, and whom a chain of proxies names as its caller."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Nobody has more proxies of their own; a longer header is made to cost time.
MOST_PROXIES = 20


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that `texts` name: `203.0.113.7` or `203.0.113.0/24`, IPv6 likewise.

    Raises:
        ValueError: a text names none, or has bits set outside its mask.
    """
    return tuple(ip_network(text.strip()) for text in texts if text.strip())


def is_in(text: str, among: Iterable[Network]) -> bool:
    """Say whether the address lies in one of the networks; what is no address lies in none."""
    address = _read(text)
    return address is not None and _lies_in(address, among)


def caller_of(peer: str, forwarded_for: str, trusted: tuple[Network, ...]) -> str:
    """Return who called: `peer`, or, if that is a trusted proxy, whom it and the trusted ones before it name.

    Each proxy writes to the right whom it saw, so the list is read from there: the first address that is not trusted
    is the caller, and what stands to its left is only what that caller says. Text that is no address ends the list.
    """
    caller = peer
    if not is_in(peer, trusted):
        return caller
    for hop in reversed(forwarded_for.rsplit(",", MOST_PROXIES)):
        address = _read(_without_port(hop.strip()))
        if address is None:
            break
        caller = str(address)
        if not _lies_in(address, trusted):
            break
    return caller


def _lies_in(address: Address, among: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in among)


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return address
    # A zone may be any text, and means something on one machine only.
    if address.scope_id is not None:
        return None
    # A dual-stack socket reports IPv4 callers as ::ffff:a.b.c.d.
    return address.ipv4_mapped or address


def _without_port(hop: str) -> str:
    # Some proxies write 203.0.113.7:4711 and [2001:db8::7]:4711.
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
