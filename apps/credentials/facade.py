"""Seal a secret, open it again, and open the credentials that a step names. What lies in a row is useless without the key."""

from apps.credentials.queries import expiring, names_kept_from, types_by_name
from apps.credentials.services.accesses import Reader
from apps.credentials.services.accesses import flush as flush_accesses
from apps.credentials.services.lookups import STORES
from apps.credentials.services.opening import opened
from apps.keys.facade import Sealed, open_sealed, seal

__all__ = [
    "STORES",
    "Reader",
    "Sealed",
    "expiring",
    "flush_accesses",
    "names_kept_from",
    "open_sealed",
    "opened",
    "seal",
    "types_by_name",
]
