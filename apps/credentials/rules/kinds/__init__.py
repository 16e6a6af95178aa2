"""The types of credentials, as data: whoever adds one writes a description and nothing else."""

from apps.credentials.rules.kinds.connections import CONNECTIONS
from apps.credentials.rules.kinds.kind import Call, Kind, Value
from apps.credentials.rules.kinds.letters import LETTERS
from apps.credentials.rules.kinds.stores import STORES
from apps.credentials.rules.kinds.vendors import VENDORS
from apps.credentials.rules.kinds.web import WEB

__all__ = ["KINDS", "Call", "Kind", "Value"]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in sorted(
        (*WEB, *VENDORS, *STORES, *LETTERS, *CONNECTIONS), key=lambda kind: kind.name
    )
}
