"""New data keys for credentials: their values are encrypted anew, and are the same values of the same version."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.core import db
from apps.credentials.services import envelope
from apps.credentials.services.envelope import Place
from apps.keys.facade import Begun, Stale

STALE = """
SELECT id, version, dek, sealed, dek::text, sealed::text FROM {s}.credentials_credential
WHERE id > %(after)s AND (sealed_at IS NULL OR sealed_at < %(since)s) ORDER BY id LIMIT %(most)s
"""
WRITE = """
UPDATE {s}.credentials_credential SET dek = %(dek)s::json, sealed = %(sealed)s::json, sealed_at = clock_timestamp()
WHERE id = %(id)s AND version = %(version)s AND dek::text = %(old_dek)s AND sealed::text = %(old_sealed)s
"""


class Rekeying:
    """Gives each credential a data key that was made after the rotation began."""

    table = "credentials_credential"

    def stale(self, schema: str, to: Begun, *, after: UUID, most: int) -> list[Stale]:
        """Return the next credentials whose key is older."""
        params = {"after": after, "since": to.started_at, "most": most}
        names = ("version", "dek", "sealed", "old_dek", "old_sealed")
        found = db.fetch(db.in_schema(STALE, schema), params)
        return [Stale(row[0], dict(zip(names, row[1:], strict=True))) for row in found]

    def reworked(self, schema: str, row: Stale) -> Mapping[str, Any]:
        """Open all values under the old key and seal them under a new one."""
        place = Place(schema, row.id, row.facts["version"])
        values = envelope.opened(place, row.facts["dek"], row.facts["sealed"])
        dek, sealed = envelope.closed(place, values)
        return {"dek": db.json_text(dek), "sealed": db.json_text(sealed)}

    def write(self, schema: str, row: Stale, made: Mapping[str, Any]) -> bool:
        """Replace exactly what was read."""
        kept = ("version", "old_dek", "old_sealed")
        params = {"id": row.id, **{name: row.facts[name] for name in kept}, **made}
        return db.execute(db.in_schema(WRITE, schema), params) == 1
