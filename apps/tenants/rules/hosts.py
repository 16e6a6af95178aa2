"""Which hosts may become a tenant's, and by which record their owner shows that they are theirs."""

import re
from enum import StrEnum

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
LONGEST = 253


class HostProof(StrEnum):
    """Who says that a host is the tenant's."""

    INSTALLATION = "installation"
    DNS = "dns"
    OPERATOR = "operator"


def host_of(text: str) -> str:
    """Return a host as it is stored: lower case, without the dot that ends a name."""
    return text.strip().lower().removesuffix(".")


def host_fault(host: str, *, public_host: str) -> str:
    """Return why a host cannot be a tenant's own, a sentence; empty: it can.

    What lies below the public host is the installation's to give, and no name of anybody's.
    """
    labels = host.split(".")
    if len(host) > LONGEST or len(labels) < 2 or not all(_LABEL.fullmatch(each) for each in labels):
        return "Give a host such as flows.example.com, without a scheme, port or path."
    if labels[-1].isdigit():
        return "An address of numbers is no name."
    if host == public_host or host.endswith(f".{public_host}"):
        return "Hosts of the installation itself are given with the tenant's slug."
    return ""


def record_of(host: str) -> str:
    """Return the name of the TXT record that proves a host."""
    return f"_gorax-host.{host}"


def proof_of(token: str) -> str:
    """Return what the record holds."""
    return f"gorax-host={token}"


def unproven(host: str) -> str:
    """Return why a host serves nothing yet."""
    return f"The TXT record {record_of(host)} is not there, or holds something else."
