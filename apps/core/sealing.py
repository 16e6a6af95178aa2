"""Small secrets of the platform itself, sealed under SECRET_KEY. Tenants' secrets have the vault and its own key."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class UnsealableError(Exception):
    """What was stored does not open: another SECRET_KEY sealed it, or for something else."""


def seal(plain: bytes, purpose: str) -> bytes:
    """Return `plain` sealed for `purpose`, which also opening must name: whose it is, and what for."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Return what was sealed.

    Raises:
        UnsealableError: it was not sealed with this key for this purpose.
    """
    try:
        return _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as reason:
        raise UnsealableError from reason


def _cipher() -> AESGCM:
    """Derive the key, so that no other use of SECRET_KEY opens what was sealed."""
    return AESGCM(hmac.digest(settings.SECRET_KEY.encode(), b"gorax.sealing.v1", "sha256"))
