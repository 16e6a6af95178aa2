"""Which addresses may call: an allow-list of addresses and networks."""

from apps.core.addresses import Network, is_in


def is_allowed(caller: str, allowed: tuple[Network, ...]) -> bool:
    """Say whether `caller` lies in one of the networks. No list allows everybody; no address is refused by any list."""
    return not allowed or is_in(caller, allowed)
