"""Sealing and opening with a given key: AES-256-GCM, bound to the place where the value belongs."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from apps.engine.secret import Secret
from apps.keys.errors import SealError

ALGORITHM = "A256GCM"
SERVICES = frozenset({"AWSKMS", "VAULT"})
# How the bound data are put together; a later scheme gets a new name beside this one.
AAD_SCHEME = "gorax-1"
KEY_BYTES = 32
# Drawn at random: 2^32 values may be sealed under one key before a repetition is worth a thought.
NONCE_BYTES = 12
TAG_BYTES = 16
_FIELDS = frozenset({"algorithm", "key_id", "aad_scheme", "nonce", "ciphertext"})


@dataclass(frozen=True, slots=True)
class Kek:
    """A key-encryption key; `id` is stored with what it seals and tells nothing about it."""

    id: str
    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, key: bytes) -> "Kek":
        """Return the key made of KEY_BYTES random bytes.

        Raises:
            SealError: `kek_malformed`: another number of bytes.
        """
        if len(key) != KEY_BYTES:
            raise SealError("kek_malformed", f"the key must have {KEY_BYTES} bytes, not {len(key)}")
        return cls(hashlib.sha256(b"gorax kek id\0" + key).hexdigest()[:16], key)

    @classmethod
    def from_text(cls, text: str) -> "Kek":
        """Return the key written as base64.

        Raises:
            SealError: `kek_malformed`: no base64, or another number of bytes.
        """
        try:
            return cls.of(base64.b64decode(text.strip(), validate=True))
        except (binascii.Error, ValueError):
            raise SealError("kek_malformed", "the key must be written as base64") from None

    @classmethod
    def new(cls) -> "Kek":
        """Return a fresh random key."""
        return cls.of(secrets.token_bytes(KEY_BYTES))

    def to_text(self) -> str:
        """Return the key as base64, for the file it is kept in."""
        return base64.b64encode(self._key).decode("ascii")

    def cipher(self) -> AESGCM:
        """Return what encrypts and decrypts with this key."""
        return AESGCM(self._key)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret at rest. All of it may be stored, shown to operators and backed up; it opens nothing."""

    algorithm: str
    key_id: str
    aad_scheme: str
    nonce: bytes
    ciphertext: bytes = field(repr=False)

    def to_json(self) -> dict[str, str]:
        """Return what a JSON column holds; `nonce` and `ciphertext` as base64."""
        return {
            "algorithm": self.algorithm,
            "key_id": self.key_id,
            "aad_scheme": self.aad_scheme,
            "nonce": base64.b64encode(self.nonce).decode("ascii"),
            "ciphertext": base64.b64encode(self.ciphertext).decode("ascii"),
        }

    @classmethod
    def from_json(cls, value: object) -> "Sealed":
        """Return what `to_json` stored.

        Raises:
            SealError: `sealed_malformed`: it is something else.
        """
        malformed = SealError("sealed_malformed", "the stored value is no sealed secret")
        if not isinstance(value, Mapping) or frozenset(value) != _FIELDS:
            raise malformed
        if not all(isinstance(part, str) for part in value.values()):
            raise malformed
        try:
            nonce = base64.b64decode(value["nonce"], validate=True)
            ciphertext = base64.b64decode(value["ciphertext"], validate=True)
        except (binascii.Error, ValueError):
            raise malformed from None
        # What a key service has sealed looks as that service likes.
        is_ours = value["algorithm"] not in SERVICES
        if is_ours and (len(nonce) != NONCE_BYTES or len(ciphertext) < TAG_BYTES):
            raise malformed
        return cls(value["algorithm"], value["key_id"], value["aad_scheme"], nonce, ciphertext)


def seal(kek: Kek, plaintext: Secret, *, aad: str) -> Sealed:
    """Return `plaintext` encrypted for the place that `aad` names, under a fresh nonce.

    Raises:
        SealError: `secret_malformed`: the secret is no text that can be encoded.
        ValueError: `aad` is empty, so the value would open anywhere.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    try:
        content = plaintext.reveal().encode("utf-8")
    except UnicodeEncodeError:
        raise SealError("secret_malformed", "the secret is no text that can be stored") from None
    ciphertext = kek.cipher().encrypt(nonce, content, _bound(ALGORITHM, kek.id, AAD_SCHEME, aad))
    return Sealed(ALGORITHM, kek.id, AAD_SCHEME, nonce, ciphertext)


def open_sealed(kek: Kek, sealed: Sealed, *, aad: str) -> Secret:
    """Return the secret that was sealed with the same key and the same `aad`.

    Raises:
        SealError: `kek_mismatch`: sealed under another key; `seal_broken`: altered, sealed for
            another place, or by an unknown algorithm. Which of these is not told.
        ValueError: `aad` is empty.
    """
    if sealed.key_id != kek.id:
        raise mismatch(sealed.key_id, kek.id)
    if sealed.algorithm != ALGORITHM or sealed.aad_scheme != AAD_SCHEME:
        raise broken()
    bound = _bound(sealed.algorithm, sealed.key_id, sealed.aad_scheme, aad)
    try:
        content = kek.cipher().decrypt(sealed.nonce, sealed.ciphertext, bound)
        return Secret(content.decode("utf-8"))
    except (InvalidTag, UnicodeDecodeError):
        raise broken() from None


def mismatch(sealed_under: str, in_use: str) -> SealError:
    """Return the refusal to open what was sealed under a key that is not at hand."""
    return SealError(
        "kek_mismatch",
        f"this secret was sealed under the key {sealed_under}, but the key in use is {in_use}: "
        f"restore the key {sealed_under} from your backup, or store the secret anew",
    )


def broken() -> SealError:
    """Return the refusal to open what is not as it was sealed, or not where."""
    return SealError(
        "seal_broken",
        "the sealed secret was altered or belongs to another place: "
        "restore its row from your backup, or store the secret anew",
    )


def _bound(algorithm: str, key_id: str, aad_scheme: str, aad: str) -> bytes:
    """Return the data that must be the same at opening: the header as well as the place."""
    if not aad:
        raise ValueError("a sealed value needs a place it belongs to")
    return "\0".join((aad_scheme, algorithm, key_id, aad)).encode("utf-8")
