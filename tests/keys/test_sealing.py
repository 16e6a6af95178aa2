"""Sealing: what opens, what stays shut, and what may be repeated never."""

import base64
import os
from dataclasses import replace

import pytest

from apps.engine.secret import Secret
from apps.keys.errors import SealError
from apps.keys.services.sealing import KEY_BYTES, Kek, Sealed, open_sealed, seal

KEK = Kek.of(bytes(range(KEY_BYTES)))
OTHER = Kek.of(bytes(range(1, KEY_BYTES + 1)))
PLACE = "t_acme|webhook|0190|secret"
# A million of them at night.
SEALED = int(os.environ.get("SEALED", "20000"))


def code_of_opening(sealed: Sealed, kek: Kek = KEK, aad: str = PLACE) -> str:
    with pytest.raises(SealError) as failure:
        open_sealed(kek, sealed, aad=aad)
    assert "hunter2" not in str(failure.value)
    return failure.value.code


@pytest.mark.parametrize("text", ["hunter2", "", "käse 🧀", "\x00\r\n", "x" * 100_000])
def test_what_was_sealed_opens_again_also_after_a_trip_through_json(text: str) -> None:
    sealed = Sealed.from_json(seal(KEK, Secret(text), aad=PLACE).to_json())

    assert open_sealed(KEK, sealed, aad=PLACE).reveal() == text


def test_a_sealed_value_says_how_it_was_sealed_and_nothing_of_what() -> None:
    stored = seal(KEK, Secret("hunter2"), aad=PLACE).to_json()

    assert sorted(stored) == ["aad_scheme", "algorithm", "ciphertext", "key_id", "nonce"]
    assert (stored["algorithm"], stored["aad_scheme"], stored["key_id"]) == (
        "A256GCM",
        "gorax-1",
        KEK.id,
    )
    assert len(base64.b64decode(stored["nonce"])) == 12
    assert len(base64.b64decode(stored["ciphertext"])) == len("hunter2") + 16


def test_the_same_secret_is_never_sealed_the_same_way() -> None:
    sealed = [seal(KEK, Secret("hunter2"), aad=PLACE) for _ in range(SEALED)]

    assert len({one.nonce for one in sealed}) == len(sealed)
    assert len({one.ciphertext for one in sealed}) == len(sealed)


def test_a_flip_of_any_bit_of_any_byte_keeps_it_shut() -> None:
    sealed = seal(KEK, Secret("hunter2"), aad=PLACE)

    codes = set()
    for name in ("nonce", "ciphertext"):
        whole: bytes = getattr(sealed, name)
        for position in range(len(whole)):
            for bit in range(8):
                flipped = bytearray(whole)
                flipped[position] ^= 1 << bit
                codes.add(code_of_opening(replace(sealed, **{name: bytes(flipped)})))

    assert codes == {"seal_broken"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"algorithm": "A128GCM"}, "seal_broken"),
        ({"algorithm": "none"}, "seal_broken"),
        ({"aad_scheme": "gorax-0"}, "seal_broken"),
        ({"ciphertext": b"x" * 23}, "seal_broken"),
        ({"ciphertext": b""}, "seal_broken"),
        ({"key_id": "0" * 16}, "kek_mismatch"),
    ],
)
def test_a_changed_header_keeps_it_shut(change: dict, code: str) -> None:
    assert code_of_opening(replace(seal(KEK, Secret("hunter2"), aad=PLACE), **change)) == code


@pytest.mark.parametrize(
    "place",
    [
        "t_globex|webhook|0190|secret",
        "t_acme|webhook|0191|secret",
        "t_acme|webhook|0190|token",
        PLACE + " ",
    ],
)
def test_a_value_moved_to_another_tenant_row_or_field_stays_shut(place: str) -> None:
    assert code_of_opening(seal(KEK, Secret("hunter2"), aad=PLACE), aad=place) == "seal_broken"


def test_the_wrong_key_is_named_together_with_the_right_one() -> None:
    sealed = seal(KEK, Secret("hunter2"), aad=PLACE)

    with pytest.raises(SealError) as failure:
        open_sealed(OTHER, sealed, aad=PLACE)

    assert failure.value.code == "kek_mismatch"
    assert failure.value.is_retryable is False
    assert KEK.id in failure.value.message
    assert OTHER.id in failure.value.message


def test_a_key_that_forges_the_id_of_another_still_opens_nothing() -> None:
    forged = replace(OTHER, id=KEK.id)

    assert code_of_opening(seal(KEK, Secret("hunter2"), aad=PLACE), kek=forged) == "seal_broken"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "not base64!",
        base64.b64encode(b"x" * 31).decode(),
        base64.b64encode(b"x" * 33).decode(),
    ],
)
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(SealError) as failure:
        Kek.from_text(text)

    assert failure.value.code == "kek_malformed"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        "text",
        {"algorithm": "A256GCM"},
        {**seal(KEK, Secret("a"), aad=PLACE).to_json(), "extra": "x"},
        {**seal(KEK, Secret("a"), aad=PLACE).to_json(), "nonce": 12},
        {**seal(KEK, Secret("a"), aad=PLACE).to_json(), "nonce": "!"},
        {**seal(KEK, Secret("a"), aad=PLACE).to_json(), "nonce": "AAAA"},
        {**seal(KEK, Secret("a"), aad=PLACE).to_json(), "ciphertext": "AAAA"},
    ],
)
def test_a_stored_value_that_is_not_sealed_is_refused(value: object) -> None:
    with pytest.raises(SealError) as failure:
        Sealed.from_json(value)

    assert failure.value.code == "sealed_malformed"


def test_a_secret_without_a_place_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="place"):
        seal(KEK, Secret("hunter2"), aad="")


def test_a_secret_that_is_no_text_is_refused() -> None:
    with pytest.raises(SealError) as failure:
        seal(KEK, Secret("\ud800"), aad=PLACE)

    assert failure.value.code == "secret_malformed"


def test_neither_key_nor_content_can_be_printed() -> None:
    sealed = seal(KEK, Secret("hunter2"), aad=PLACE)
    shown = f"{KEK!r} {KEK!s} {sealed!r}"

    assert KEK.to_text() not in shown
    assert repr(bytes(range(KEY_BYTES)))[2:20] not in shown
    assert base64.b64encode(sealed.ciphertext).decode() not in shown
