"""Seal a secret, open it again, and open the credentials that a step names. What lies in a row is useless without the key."""

from apps.credentials.queries import types_by_name
from apps.credentials.services import kek, sealing
from apps.credentials.services.kek import ensure_kek
from apps.credentials.services.opening import opened
from apps.credentials.services.sealing import Sealed
from apps.engine.secret import Secret

__all__ = ["Sealed", "ensure_kek", "open_sealed", "opened", "seal", "types_by_name"]


def seal(plaintext: Secret, *, aad: str) -> Sealed:
    """Return `plaintext` encrypted; sealing it twice gives two different values.

    `aad` names the one place where it belongs, such as `t_acme|webhook|<id>|secret`: opening needs
    the same text, so a value copied to another row, field or tenant stays shut.

    Raises:
        SealError: the key is missing, exposed or malformed, or the secret is no text.
        ValueError: `aad` is empty.
    """
    return sealing.seal(kek.current(), plaintext, aad=aad)


def open_sealed(sealed: Sealed, *, aad: str) -> Secret:
    """Return the secret that was sealed for the place `aad`.

    Raises:
        SealError: lost or wrong key (`kek_missing`, `kek_mismatch`, …), altered value or another
            place (`seal_broken`). The message says what to restore; nothing is ever opened in part.
        ValueError: `aad` is empty.
    """
    return sealing.open_sealed(kek.current(), sealed, aad=aad)
