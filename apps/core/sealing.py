"""Open what releases before have sealed under SECRET_KEY. Nothing is sealed so any more: `apps/keys` does that."""

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class UnsealableError(Exception):
    """What was stored does not open: another SECRET_KEY sealed it, or for something else."""


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
