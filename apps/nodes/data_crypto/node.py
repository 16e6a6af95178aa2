"""Hashes, signs and encodes texts, and draws chance that a retry draws again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.secret import Secret
from apps.engine.value import Json
from apps.nodes.data_crypto import chance
from apps.nodes.data_crypto.encodings import READERS, WRITERS, CodingError, text_of
from apps.nodes.data_crypto.signing import ALGORITHMS as SIGNING
from apps.nodes.data_crypto.signing import signature

HASHES = ("sha256", "sha384", "sha512", "sha3_256", "sha3_512", "sha1", "md5")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# Where keys may lie: among the credentials, or in a store that one of these opens.
_SECRET_ROOTS = ("credentials", "secrets")


def run(ctx: Context) -> Result:
    """Return the digest, the signature, the other text, or what was drawn.

    Raises:
        NodeError: `bad_text`, the text cannot be read as it should be; `key_not_secret`, the key comes from somewhere
            else than a credential; `key_invalid`; `bad_config`, the smallest number is larger than the largest.
    """
    return Result(_OPERATIONS[ctx.config.text("operation")](ctx))


def _hash(ctx: Context) -> Json:
    digest = hashlib.new(ctx.config.text("algorithm"), _raw(ctx), usedforsecurity=False)
    return _written(ctx, digest.digest())


def _hmac(ctx: Context) -> Json:
    key = _read("key", _key(ctx), ctx.config.text("key_encoding"), "key_invalid")
    return _written(ctx, hmac.digest(key, _raw(ctx), ctx.config.text("algorithm")))


def _sign(ctx: Context) -> Json:
    algorithm = ctx.config.text("signing")
    return _written(ctx, signature(_raw(ctx), _key(ctx), algorithm))


def _encode(ctx: Context) -> Json:
    return WRITERS[ctx.config.text("format")](_raw(ctx))


def _decode(ctx: Context) -> Json:
    raw = _read("text", ctx.config.text("text"), ctx.config.text("format"), "bad_text")
    try:
        return text_of(raw)
    except CodingError as error:
        raise NodeError("bad_text", f"“text” {error}.") from None


def _random_bytes(ctx: Context) -> Json:
    return _written(ctx, chance.stream(ctx, int(ctx.config.number("size"))))


def _random_number(ctx: Context) -> Json:
    least, most = int(ctx.config.number("least")), int(ctx.config.number("most"))
    if least > most:
        raise NodeError("bad_config", "“least” must not be larger than “most”.")
    return chance.whole_number(ctx, least, most)


def _random_text(ctx: Context) -> Json:
    return chance.characters(ctx, int(ctx.config.number("size")), ctx.config.text("alphabet"))


def _raw(ctx: Context) -> bytes:
    return _read("text", ctx.config.text("text"), ctx.config.text("text_encoding"), "bad_text")


def _read(name: str, text: str, encoding: str, code: str) -> bytes:
    try:
        return READERS[encoding](text)
    except CodingError as error:
        raise NodeError(code, f"“{name}” {error}.") from None


def _key(ctx: Context) -> str:
    key = ctx.config.sendable("key")
    if not isinstance(key, Secret):
        raise NodeError("key_not_secret", "“key” must be a credential and nothing else.")
    if not key.reveal():
        raise NodeError("key_invalid", "“key” is empty.")
    return key.reveal()


def _written(ctx: Context, raw: bytes) -> str:
    return WRITERS[ctx.config.text("result")](raw)


def _check(config: Raw) -> Iterator[FieldProblem]:
    key = config.get("key")
    if isinstance(key, str) and key and not any(root in key for root in _SECRET_ROOTS):
        sentence = "Keep the key as a credential and name it here, as {{ credentials.my_key }}."
        yield FieldProblem("key", "secret_literal", sentence)


_OPERATIONS: Mapping[str, Callable[[Context], Json]] = {
    "hash": _hash,
    "hmac": _hmac,
    "sign": _sign,
    "encode": _encode,
    "decode": _decode,
    "random_bytes": _random_bytes,
    "random_number": _random_number,
    "random_text": _random_text,
    "random_uuid": chance.identifier,
}
_ON_TEXT = ("hash", "hmac", "sign", "encode", "decode")

NODE = NodeType(
    type="data:crypto",
    title="Crypto",
    description="Hashes, signs and encodes texts, and draws chance.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            options=tuple(_OPERATIONS),
            default="hash",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="What is hashed, signed, encoded or decoded.",
            placeholder="{{ toJson(trigger.body) }}",
            is_required=True,
            depends_on=("operation", _ON_TEXT),
        ),
        Field(
            name="text_encoding",
            kind=Kind.SELECT,
            title="Text is read as",
            help="The bytes that the text stands for.",
            options=("utf-8", "base64", "hex"),
            default="utf-8",
            depends_on=("operation", ("hash", "hmac", "sign", "encode")),
        ),
        Field(
            name="algorithm",
            kind=Kind.SELECT,
            title="Algorithm",
            help="md5 and sha1 are for old services only.",
            options=HASHES,
            default="sha256",
            depends_on=("operation", ("hash", "hmac")),
        ),
        Field(
            name="signing",
            kind=Kind.SELECT,
            title="Algorithm",
            options=SIGNING,
            default="ed25519",
            depends_on=("operation", ("sign",)),
        ),
        Field(
            name="key",
            kind=Kind.TEMPLATE,
            title="Key",
            help="A credential; to sign, a private key in PEM.",
            placeholder="{{ credentials.webhook_key }}",
            is_required=True,
            is_secret_ok=True,
            depends_on=("operation", ("hmac", "sign")),
        ),
        Field(
            name="key_encoding",
            kind=Kind.SELECT,
            title="Key is read as",
            options=("utf-8", "base64", "hex"),
            default="utf-8",
            depends_on=("operation", ("hmac",)),
        ),
        Field(
            name="format",
            kind=Kind.SELECT,
            title="Format",
            options=("base64", "base64url", "hex", "url"),
            default="base64",
            depends_on=("operation", ("encode", "decode")),
        ),
        Field(
            name="size",
            kind=Kind.NUMBER,
            title="Size",
            help="Bytes, or characters.",
            default=16,
            minimum=1,
            maximum=1_024,
            is_whole=True,
            depends_on=("operation", ("random_bytes", "random_text")),
        ),
        Field(
            name="alphabet",
            kind=Kind.TEXT,
            title="Alphabet",
            help="The characters that a text is made of.",
            default=ALPHABET,
            longest=256,
            depends_on=("operation", ("random_text",)),
        ),
        Field(
            name="least",
            kind=Kind.NUMBER,
            title="Smallest number",
            default=1,
            minimum=-(2**53),
            maximum=2**53,
            is_whole=True,
            depends_on=("operation", ("random_number",)),
        ),
        Field(
            name="most",
            kind=Kind.NUMBER,
            title="Largest number",
            default=100,
            minimum=-(2**53),
            maximum=2**53,
            is_whole=True,
            depends_on=("operation", ("random_number",)),
        ),
        Field(
            name="result",
            kind=Kind.SELECT,
            title="Written as",
            options=("hex", "base64", "base64url"),
            default="hex",
            depends_on=("operation", ("hash", "hmac", "sign", "random_bytes")),
        ),
    ),
    output_schema={"type": ["string", "integer"]},
)
