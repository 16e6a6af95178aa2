"""An envelope opens where it belongs, whole, and nowhere else."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from apps.credentials.services import envelope
from apps.credentials.services.envelope import Place
from apps.engine.secret import Secret
from apps.keys.errors import SealError

HERE = Place("t_demo", UUID("01890000-0000-7000-8000-000000000001"), 1)
ELSEWHERE = [
    replace(HERE, schema="t_other"),
    replace(HERE, credential_id=UUID("01890000-0000-7000-8000-000000000002")),
    replace(HERE, version=2),
]
VALUES = {"token": Secret("s3cr3t-s3cr3t"), "other": Secret("ß" * 3)}


@pytest.fixture(autouse=True)
def _key(settings) -> None:
    use_key(settings, 1)


def use_key(settings: Any, number: int) -> None:
    settings.GORAX_KEK = Secret(base64.b64encode(bytes([number]) * 32).decode())


def every_flip(seal: Any, part: str) -> Iterator[Any]:
    """A seal with each bit of one of its parts flipped, one after the other."""
    raw = base64.b64decode(seal[part])
    for index in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[index // 8] ^= 1 << index % 8
        yield {**seal, part: base64.b64encode(flipped).decode()}


def refused(place: Place, dek: Any, sealed: Any) -> str:
    with pytest.raises(SealError) as caught:
        envelope.opened(place, dek, sealed)
    return caught.value.code


def test_what_was_closed_opens_where_it_belongs() -> None:
    dek, sealed = envelope.closed(HERE, VALUES)

    assert envelope.opened(HERE, dek, sealed) == VALUES
    assert "s3cr3t" not in f"{dek}{sealed}"


@pytest.mark.parametrize("place", ELSEWHERE)
def test_it_opens_for_no_other_tenant_credential_or_version(place: Place) -> None:
    dek, sealed = envelope.closed(HERE, VALUES)

    assert refused(place, dek, sealed) == "seal_broken"


def test_a_value_is_bound_to_its_field_and_to_its_own_key() -> None:
    dek, sealed = envelope.closed(HERE, VALUES)
    other_dek, other_sealed = envelope.closed(HERE, VALUES)

    assert refused(HERE, dek, {"token": sealed["other"]}) == "seal_broken"
    assert refused(HERE, dek, {"token": other_sealed["token"]}) == "kek_mismatch"
    assert refused(HERE, other_dek, sealed) == "kek_mismatch"
    assert refused(HERE, sealed["token"], sealed) in {"kek_mismatch", "seal_broken"}


def test_every_flipped_bit_keeps_it_shut_and_says_nothing_of_where() -> None:
    dek, sealed = envelope.closed(HERE, {"token": Secret("x")})
    codes = set()

    for part in ("nonce", "ciphertext"):
        for bent in every_flip(sealed["token"], part):
            codes.add(refused(HERE, dek, {"token": bent}))
        for bent in every_flip(dek, part):
            codes.add(refused(HERE, bent, sealed))

    assert codes == {"seal_broken"}


def test_without_the_installations_key_nothing_opens(settings) -> None:
    dek, sealed = envelope.closed(HERE, VALUES)

    use_key(settings, 2)

    assert refused(HERE, dek, sealed) == "kek_mismatch"


def test_no_key_and_no_nonce_comes_twice() -> None:
    made = [envelope.closed(HERE, VALUES) for _ in range(200)]

    seals = [each for dek, sealed in made for each in (dek, *sealed.values())]
    assert len({each["nonce"] for each in seals}) == len(seals) == 600
    assert len({sealed["token"]["key_id"] for _, sealed in made}) == 200
