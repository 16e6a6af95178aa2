"""The envelope: each version of a credential has a key of its own, and that lies sealed under the installation's key."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from apps.engine.secret import Secret
from apps.engine.value import Json
from apps.keys import facade as keys
from apps.keys.facade import KEY_BYTES, Kek, Sealed

# How `Place` binds the data key, for whoever seals all of them anew.
DEK_PLACE = "{schema}|credential|{id}|{version}|/key"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an envelope belongs. Moved to another tenant, credential, version or field, nothing of it opens."""

    schema: str
    credential_id: UUID
    version: int

    def aad(self, name: str) -> str:
        """Return what a value is bound to. No name of a field is `/key`, under which the envelope's own key lies."""
        return f"{self.schema}|credential|{self.credential_id}|{self.version}|{name}"


def closed(place: Place, values: Mapping[str, Secret]) -> tuple[Json, dict[str, Json]]:
    """Return a new key, sealed, and the values, each sealed under it.

    Raises:
        SealError: the installation's key cannot be used, or a value is no text.
    """
    key = Kek.of(secrets.token_bytes(KEY_BYTES))
    wrapped = keys.seal(Secret(key.to_text()), aad=place.aad("/key"))
    sealed = {
        name: keys.seal_under(key, value, aad=place.aad(name)) for name, value in values.items()
    }
    return dict(wrapped.to_json()), {name: dict(each.to_json()) for name, each in sealed.items()}


def opened(place: Place, dek: Json, sealed: Mapping[str, Json]) -> dict[str, Secret]:
    """Return the values of an envelope.

    Raises:
        SealError: the installation's key is lost, or something was altered or belongs elsewhere. Nothing is opened
            in part.
        KeyAwayError: the service that holds that key does not answer.
    """
    wrapped = keys.open_sealed(Sealed.from_json(dek), aad=place.aad("/key"))
    key = Kek.from_text(wrapped.reveal())
    return {
        name: keys.open_under(key, Sealed.from_json(each), aad=place.aad(name))
        for name, each in sealed.items()
    }
