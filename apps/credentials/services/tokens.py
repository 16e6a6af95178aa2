"""The tokens of a connected account at rest: sealed under a key of their own, written whole or not at all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from apps.core import db
from apps.credentials.services import envelope
from apps.credentials.services.envelope import Place
from apps.engine.secret import Secret
from apps.engine.value import Json
from apps.keys import facade as keys
from apps.keys.facade import KEY_BYTES, Kek

# How `TokenPlace` binds the data key, for whoever seals all of them anew.
TOKEN_PLACE = "{schema}|connection|{credential_id}|{generation}|/key"  # noqa: S105 - the place of one
ACCESS, REFRESH = "access_token", "refresh_token"
# Longer than a token server may take, so that nobody asks beside one that is still waiting.
LEASE_S = 30

READ = """
SELECT status, generation, dek, sealed, extract(epoch FROM good_until - clock_timestamp())::float8,
       extract(epoch FROM good_until - coalesce(renewed_at, connected_at))::float8,
       coalesce(leased_until > clock_timestamp(), false), addresses, problem,
       extract(epoch FROM clock_timestamp() - coalesce(renewed_at, connected_at))::float8
FROM {s}.credentials_connection WHERE credential_id = %(id)s::uuid
"""
# The mark is read under the row's lock: it says that nobody knows what came of the question before.
CLAIM = """
WITH old AS (
    SELECT id, renewing_since FROM {s}.credentials_connection
    WHERE credential_id = %(id)s::uuid AND generation = %(generation)s::int AND status = 'active'
    AND (leased_until IS NULL OR leased_until <= clock_timestamp()) FOR UPDATE
)
UPDATE {s}.credentials_connection AS c
SET lease = %(lease)s::uuid, leased_until = clock_timestamp() + make_interval(secs => %(seconds)s::float8),
    renewing_since = clock_timestamp()
FROM old WHERE c.id = old.id RETURNING old.renewing_since IS NOT NULL
"""
# By the generation and not by the lease: who was slow, and alone, may still store what he was given.
STORE = """
UPDATE {s}.credentials_connection
SET generation = %(generation)s::int + 1, dek = %(dek)s::json, sealed = %(sealed)s::json, problem = '',
    good_until = clock_timestamp() + make_interval(secs => %(life)s::float8),
    scopes = coalesce(%(scopes)s::json, scopes), renewed_at = clock_timestamp(), updated_at = clock_timestamp(),
    lease = NULL, leased_until = NULL, renewing_since = NULL
WHERE credential_id = %(id)s::uuid AND generation = %(generation)s::int AND status = 'active'
"""
RELEASE = """
UPDATE {s}.credentials_connection
SET lease = NULL, leased_until = NULL, problem = %(problem)s::text, updated_at = clock_timestamp(),
    renewing_since = CASE WHEN %(may_have_arrived)s::bool THEN renewing_since END
WHERE credential_id = %(id)s::uuid AND lease = %(lease)s::uuid AND status = 'active'
"""
# Tokens that are worth nothing any more are not kept.
LOSE = """
UPDATE {s}.credentials_connection
SET status = 'lost', problem = %(problem)s::text, dek = NULL, sealed = '{{}}'::json, good_until = NULL,
    lease = NULL, leased_until = NULL, renewing_since = NULL, updated_at = clock_timestamp()
WHERE credential_id = %(id)s::uuid AND generation = %(generation)s::int AND status = 'active'
  AND (%(lease)s::uuid IS NULL OR lease = %(lease)s::uuid)
"""


@dataclass(frozen=True, slots=True)
class TokenPlace(Place):
    """Where tokens belong: nothing of a credential opens here, and the other way round."""

    def aad(self, name: str) -> str:
        """Return what a token is bound to."""
        return f"{self.schema}|connection|{self.credential_id}|{self.version}|{name}"


@dataclass(frozen=True, slots=True)
class Held:
    """A connection as it lies there; `left_s` of its token's `life_s` seconds are left, None: it has no end.

    `age_s`: so long ago it was given.
    """

    status: str
    generation: int
    dek: Json
    sealed: dict[str, Json]
    left_s: float | None
    life_s: float | None
    is_leased: bool
    addresses: dict[str, str]
    problem: str
    age_s: float


@dataclass(frozen=True, slots=True)
class Box:
    """A data key for tokens that are still to come, sealed already.

    Made before a provider is asked: were it made afterwards, a key service that is away would cost what was given.
    """

    place: TokenPlace
    dek: Json
    key: Kek = field(repr=False)

    def closed(self, values: Mapping[str, Secret]) -> dict[str, Json]:
        """Return tokens sealed under it; asks nobody."""
        return {
            name: dict(keys.seal_under(self.key, value, aad=self.place.aad(name)).to_json())
            for name, value in values.items()
        }


def held(schema: str, credential_id: UUID) -> Held | None:
    """Return the connection of a credential; None: nobody has ever connected it."""
    found = db.fetch(db.in_schema(READ, schema), {"id": credential_id})
    return Held(*found[0]) if found else None


def opened(schema: str, credential_id: UUID, connection: Held) -> dict[str, Secret]:
    """Return its tokens by name; none if it has none.

    Raises:
        SealError: they do not open.
        KeyAwayError: the service that holds the installation's key does not answer.
    """
    if connection.dek is None:
        return {}
    place = TokenPlace(schema, credential_id, connection.generation)
    return envelope.opened(place, connection.dek, connection.sealed)


def box(schema: str, credential_id: UUID, generation: int) -> Box:
    """Return a new data key for the tokens of a generation.

    Raises:
        SealError: the installation's key cannot be used.
        KeyAwayError: the service that holds it does not answer.
    """
    place = TokenPlace(schema, credential_id, generation)
    key = Kek.of(secrets.token_bytes(KEY_BYTES))
    wrapped = keys.seal(Secret(key.to_text()), aad=place.aad("/key"))
    return Box(place, dict(wrapped.to_json()), key)
