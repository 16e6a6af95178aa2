"""What can go wrong when taking turns. None of these is a user's mistake."""


class DispatchError(Exception):
    """Base of this context's failures."""
