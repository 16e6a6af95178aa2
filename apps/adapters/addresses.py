"""Which addresses a tenant's nodes may reach: the public internet, and what an allowance names."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# `is_global` alone says yes to multicast, to 6to4 and NAT64 forms of private addresses and to
# site-local ones, so the special ranges of RFC 6890 are spelled out beside it.
_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; some clouds serve metadata there
        "127.0.0.0/8",
        "168.63.129.16/32",  # public by its number; in Azure it is the platform, which tells the machine's secrets
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Everything public in IPv6 lies in one block; what lies outside it is refused unseen.
_PUBLIC_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4: the relay decides where a packet ends
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
# Where clouds tell a machine its secrets, beside the link-local addresses: AWS, Alibaba, Oracle, Azure.
_METADATA = frozenset(
    map(ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"))
)


def canonical(address: Address) -> Address:
    """Return the IPv4 address that an IPv4-mapped IPv6 address means; any other as it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: Address) -> bool:
    """Say whether `address` lies in the public internet, whatever form it is written in."""
    address = canonical(address)
    if isinstance(address, IPv6Address) and address in _NAT64:
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _PUBLIC_V6 and not any(address in network for network in _REFUSED_V6)


def is_ever_allowed(address: Address) -> bool:
    """Say whether an allowance may open `address`: never where metadata services live, and nothing link-local."""
    address = canonical(address)
    return not (
        address.is_link_local
        or address.is_unspecified
        or address.is_multicast
        or address in _METADATA
    )


@dataclass(frozen=True, slots=True)
class Allowance:
    """One address and port that a tenant's nodes may call although it is not public.

    `address` is an IP address in any usual form, never a name: names can be re-pointed.

    Raises:
        ValueError: `address` is no IP address, or `port` is not within 1–65535.
    """

    address: str
    port: int
    _parsed: Address = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ValueError(f"port {self.port} is not within 1-65535")
        object.__setattr__(self, "_parsed", canonical(ip_address(self.address)))

    def covers(self, address: Address, port: int) -> bool:
        """Say whether this allowance opens `address`:`port`."""
        return port == self.port and canonical(address) == self._parsed and is_ever_allowed(address)
