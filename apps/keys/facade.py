"""Seal a secret, open it again, and change the keys that did it. What lies in a row is useless without them."""

from apps.engine.secret import Secret
from apps.keys.queries import Begun
from apps.keys.services import ring
from apps.keys.services.checking import problems
from apps.keys.services.kek import ensure_kek
from apps.keys.services.ring import has_services
from apps.keys.services.rotation import Report, begin, go_on
from apps.keys.services.sealing import KEY_BYTES, Kek, Sealed
from apps.keys.services.sealing import open_sealed as open_under
from apps.keys.services.sealing import seal as seal_under
from apps.keys.services.works import Holder, Stale, hold, rework

__all__ = [
    "KEY_BYTES",
    "Begun",
    "Holder",
    "Kek",
    "Report",
    "Sealed",
    "Stale",
    "begin",
    "ensure_kek",
    "go_on",
    "has_services",
    "hold",
    "open_sealed",
    "open_under",
    "problems",
    "rework",
    "seal",
    "seal_under",
]


def seal(plaintext: Secret, *, aad: str) -> Sealed:
    """Return `plaintext` encrypted; sealing it twice gives two different values.

    `aad` names the one place where it belongs, such as `t_acme|webhook|<id>|secret`: opening needs
    the same text, so a value copied to another row, field or tenant stays shut. Whoever stores the
    answer says where, by `hold`: otherwise it is left behind when the key changes.

    Raises:
        SealError: the key is missing, exposed or malformed, or the secret is no text.
        KeyAwayError: the service that holds the key does not answer.
        ValueError: `aad` is empty.
    """
    return ring.seal(plaintext, aad=aad)


def open_sealed(sealed: Sealed, *, aad: str) -> Secret:
    """Return the secret that was sealed for the place `aad`.

    Raises:
        SealError: lost or wrong key (`kek_missing`, `kek_mismatch`, …), altered value or another
            place (`seal_broken`). The message says what to restore; nothing is ever opened in part.
        KeyAwayError: the service that holds the key does not answer.
        ValueError: `aad` is empty.
    """
    return ring.open_sealed(sealed, aad=aad)
