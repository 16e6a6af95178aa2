"""Secrets that somebody carries: random, long, and known to the database by their hash alone."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """Return 256 random bits, as 43 characters that need no quoting in a URL or cookie."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    """Return what is stored of a random secret: its bits are many, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_same(secret: str, stored: bytes | memoryview) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(hash_of(secret), bytes(stored))
