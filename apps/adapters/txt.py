"""TXT records: what the owner of a name has written beside it."""

from collections.abc import Callable

import dns.exception
import dns.resolver

LOOK_UP_S = 5.0
MOST_RECORDS = 100

Texts = Callable[[str], tuple[str, ...]]


def texts_of(name: str, *, server: str = "") -> tuple[str, ...]:
    """Return the TXT records of a name, none if there are none or nobody answers within five seconds.

    `server` is an address with a port; empty: the servers that this machine asks for everything.
    """
    try:
        resolver = dns.resolver.Resolver(configure=not server)
        if server:
            address, _, port = server.rpartition(":")
            resolver.nameservers, resolver.port = [address], int(port)
        answer = resolver.resolve(f"{name}.", "TXT", lifetime=LOOK_UP_S)
    except (dns.exception.DNSException, OSError):
        return ()
    parts = [b"".join(record.strings) for record in answer]
    return tuple(part.decode("utf-8", "replace") for part in parts[:MOST_RECORDS])
