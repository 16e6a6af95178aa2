"""Tokens that a provider has signed, checked: by a key of its own, by an algorithm that we chose."""

import hashlib
from collections.abc import Mapping
from typing import Any

import jwt
import orjson
from jwt import PyJWK
from jwt.types import Options

from apps.core import db, strict_json
from apps.core.errors import GoraxError
from apps.sso.errors import ProviderBrokenError
from apps.sso.rules import claims as rules
from apps.sso.rules.claims import Claims, Expected
from apps.sso.services import provider
from apps.sso.services.provider import Client

# Signatures by key pairs alone: with HS256 the public key, or nothing at all, would be a secret.
KINDS = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC", "EdDSA": "OKP",
}  # fmt: skip
SHORTEST_RSA_BITS = 2048
LONGEST_TOKEN = 16_384
_OPTIONS: Options = {
    "verify_signature": True,
    # Judged by our own rules, by the database's clock.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def id_token(client: Client, token: str, nonce: str) -> Claims:
    """Return the claims of an ID token that was made for this very sign-in.

    Raises:
        ProviderBrokenError: anything is wrong with it; says what.
        ProviderUnreachableError: its key could not be asked for.
    """
    claims = _verified(client, token)
    _refuse(
        rules.id_token_fault(claims, Expected(client.issuer, client.client_id, nonce), _now_s())
    )
    return claims


def logout_token(client: Client, token: str) -> Claims:
    """Return the claims of a logout token.

    Raises:
        ProviderBrokenError, ProviderUnreachableError: as `id_token`.
    """
    claims = _verified(client, token)
    _refuse(rules.logout_token_fault(claims, Expected(client.issuer, client.client_id), _now_s()))
    return claims


def digest_of(secret: str) -> bytes:
    """Return what is stored of a random secret."""
    return hashlib.sha256(secret.encode()).digest()


def _now_s() -> float:
    return float(db.fetch("SELECT extract(epoch FROM clock_timestamp())::float8")[0][0])


def _verified(client: Client, token: str) -> Claims:
    if len(token) > LONGEST_TOKEN:
        raise ProviderBrokenError("its token is too long")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise ProviderBrokenError("its token cannot be read") from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in KINDS:
        raise ProviderBrokenError("its token is not signed by an algorithm that is accepted")
    for key in _fitting(client, algorithm, kid if isinstance(kid, str) else ""):
        try:
            read = jwt.decode_complete(token, key, algorithms=[algorithm], options=_OPTIONS)
        except jwt.PyJWTError:
            continue
        return _storable(read["payload"])
    raise ProviderBrokenError("its token is signed by none of its keys")


def _fitting(client: Client, algorithm: str, kid: str) -> list[PyJWK]:
    """Return the keys that may have signed: of the right kind, for signatures, and of that name if one is given."""
    return [
        made
        for key in provider.keys(client, wanted=kid)
        if key.get("kty") == KINDS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (not kid or key.get("kid") == kid)
        for made in [_made(key, algorithm)]
        if made is not None
    ][:10]


def _made(key: Mapping[str, Any], algorithm: str) -> PyJWK | None:
    try:
        made = PyJWK(dict(key), algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    bits = getattr(made.key, "key_size", SHORTEST_RSA_BITS)
    is_weak = key.get("kty") == "RSA" and bits < SHORTEST_RSA_BITS
    return None if is_weak else made


def _storable(payload: Claims) -> Claims:
    # Read a second time, as strictly as whatever comes from outside: no NUL, no NaN, no depth.
    try:
        read = strict_json.loads(orjson.dumps(payload), max_depth=16)
    except (GoraxError, TypeError, ValueError):
        raise ProviderBrokenError("its token says what cannot be stored") from None
    if not isinstance(read, dict):
        raise ProviderBrokenError("its token says nothing")
    return read


def _refuse(fault: str) -> None:
    if fault:
        raise ProviderBrokenError(f"of its token: {fault}")
