"""Signatures that are the same each time: the same text and key give the same bytes, also after a crash."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from apps.engine.errors import NodeError

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "rsa_sha256": hashes.SHA256(),
    "rsa_sha384": hashes.SHA384(),
    "rsa_sha512": hashes.SHA512(),
}
ALGORITHMS = ("ed25519", *_HASHES)
LEAST_BITS, MOST_BITS = 2_048, 4_096
LONGEST_PEM = 8_192


def signature(raw: bytes, pem: str, algorithm: str) -> bytes:
    """Return the signature under a private key.

    Raises:
        NodeError: `key_invalid`; no part of the key is told.
    """
    key = _loaded(pem)
    if isinstance(key, Ed25519PrivateKey) and algorithm == "ed25519":
        return key.sign(raw)
    if isinstance(key, RSAPrivateKey) and algorithm in _HASHES:
        if not LEAST_BITS <= key.key_size <= MOST_BITS:
            raise _invalid(f"has {key.key_size:,} bits; {LEAST_BITS:,} to {MOST_BITS:,} are taken")
        return _rsa(key, raw, _HASHES[algorithm])
    raise _invalid(f"is not of the kind that {algorithm} needs")


def _loaded(pem: str) -> object:
    if len(pem) > LONGEST_PEM:
        raise _invalid(f"is longer than {LONGEST_PEM:,} characters")
    try:
        # To prove the parts of a large RSA key takes seconds (17 s at 8,192 bits); the signature is proved instead.
        return load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _invalid("is no private key in PEM, or has a password") from None


def _rsa(key: RSAPrivateKey, raw: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    try:
        made = key.sign(raw, PKCS1v15(), algorithm)
        key.public_key().verify(made, raw, PKCS1v15(), algorithm)
    except (ValueError, InvalidSignature):
        raise _invalid("has parts that do not fit each other") from None
    return made


def _invalid(reason: str) -> NodeError:
    return NodeError("key_invalid", f"“key” {reason}.")
