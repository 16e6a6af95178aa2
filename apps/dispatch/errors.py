"""What can go wrong when taking turns. None of these is a user's mistake."""


class DispatchError(Exception):
    """Base of this context's failures."""


class LeaseLostError(DispatchError):
    """Another worker owns the ticket now: write nothing, tell nobody, park."""
