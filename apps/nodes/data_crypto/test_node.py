"""Texts are hashed, signed and encoded, and chance is drawn once for all attempts."""

from __future__ import annotations

import base64
import uuid

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from apps.engine.builder import Builder
from apps.engine.credential import Credential
from apps.engine.frontier import OpenStep
from apps.engine.program import load
from apps.engine.registry import Registry
from apps.engine.render import Facts, Known, prepare
from apps.engine.runner import DAWN
from apps.engine.secret import Secret
from apps.engine.state import StepStatus
from apps.engine.testing import (
    Given,
    examples_beside,
    in_memory_ports,
    play,
    problems_in,
    promised,
    secret_named,
    try_node,
)  # fmt: skip
from apps.engine.value import StepKey
from apps.nodes.data_crypto.node import NODE, run

KEY = "{{ credentials.key }}"


def pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
SMALL_RSA = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to see it refused
CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def done(operation, text="abc", /, key=None, **config):
    given = Given(
        trigger=text, credentials={} if key is None else {"key": secret_named("key", key)}
    )
    named = {} if key is None else {"key": KEY}
    return try_node(
        NODE, {"operation": operation, "text": "{{ trigger }}", **named, **config}, given
    )


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "sha3_256",
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        ),
    ],
)
def test_a_digest_is_the_one_of_the_standard(algorithm, digest) -> None:
    assert done("hash", algorithm=algorithm).output == digest


@pytest.mark.parametrize(
    ("text", "encoding"), [("abc", "utf-8"), ("YWJj", "base64"), ("61 62 63", "hex")]
)
@pytest.mark.parametrize(
    ("result", "digest"),
    [
        ("hex", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("base64", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("base64url", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"),
    ],
)
def test_bytes_are_read_and_written_as_wanted(text, encoding, result, digest) -> None:
    assert done("hash", text, text_encoding=encoding, result=result).output == digest


@pytest.mark.parametrize(
    ("key", "encoding"), [("Jefe", "utf-8"), ("SmVmZQ==", "base64"), ("4a656665", "hex")]
)
def test_an_hmac_is_the_one_of_rfc_4231(key, encoding) -> None:
    tried = done("hmac", "what do ya want for nothing?", key=key, key_encoding=encoding)

    assert tried.output == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_an_ed25519_signature_is_verified_by_the_public_key() -> None:
    tried = done("sign", "abc", key=pem(ED25519), result="base64")

    made = base64.b64decode(tried.output)
    assert ED25519.public_key().verify(made, b"abc") is None


@pytest.mark.parametrize("size", [256, 384, 512])
def test_an_rsa_signature_is_verified_by_the_public_key_and_is_the_same_each_time(size) -> None:
    again = [done("sign", "abc", key=pem(RSA), signing=f"rsa_sha{size}").output for _ in range(2)]

    assert again[0] == again[1]
    algorithm = getattr(hashes, f"SHA{size}")()
    made = bytes.fromhex(again[0])
    assert RSA.public_key().verify(made, b"abc", padding.PKCS1v15(), algorithm) is None


@pytest.mark.parametrize(
    ("text", "format_", "encoded"),
    [
        ("a?b>é", "base64", "YT9iPsOp"),
        ("a?b>c", "base64url", "YT9iPmM"),
        ("é", "hex", "c3a9"),
        ("a b/é", "url", "a%20b%2F%C3%A9"),
        ("", "base64", ""),
    ],
)
def test_what_is_encoded_can_be_decoded(text, format_, encoded) -> None:
    assert done("encode", text, format=format_).output == encoded
    assert done("decode", encoded, format=format_).output == text


@pytest.mark.parametrize("before", range(4))
def test_no_escape_is_lost_where_a_long_text_is_read_in_pieces(before) -> None:
    text = "x" * (65_536 - before) + "é%" * 100_000

    assert done("decode", done("encode", text, format="url").output, format="url").output == text


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("a b!", "base64"),
        ("a", "base64"),
        ("6", "hex"),
        ("0x61", "hex"),
        ("%6", "url"),
        ("\ud800", "url"),
        ("/w==", "base64"),
        ("00", "hex"),
    ],
)
def test_what_stands_for_no_text_is_refused_and_time_does_not_heal_it(text, format_) -> None:
    failure = done("decode", text, format=format_).answer

    assert (failure.code, failure.is_retryable) == ("bad_text", False)


def test_half_a_character_has_no_bytes() -> None:
    assert done("hash", "\ud800").answer.code == "bad_text"


@pytest.mark.proves("fault", "masking")
@pytest.mark.parametrize(
    ("key", "signing"),
    [
        ("no key at all", "ed25519"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "ed25519"),
        ("x" * 9_000, "ed25519"),
        (pem(RSA), "ed25519"),
        (pem(ED25519), "rsa_sha256"),
        (pem(CURVE), "rsa_sha256"),
        (pem(SMALL_RSA), "rsa_sha256"),
    ],
)
def test_a_key_that_does_not_fit_fails_and_is_not_told(key, signing) -> None:
    assert done("sign", key=key, signing=signing).answer.code == "key_invalid"


def test_a_key_with_a_password_fails() -> None:
    locked = ED25519.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    ).decode()

    assert done("sign", key=locked).answer.code == "key_invalid"


def test_an_rsa_key_whose_parts_do_not_fit_makes_no_signature() -> None:
    parts = RSA.private_numbers()
    odd = rsa.RSAPrivateNumbers(
        p=parts.p, q=parts.q, d=parts.d ^ 4, dmp1=parts.dmp1 ^ 4, dmq1=parts.dmq1, iqmp=parts.iqmp,
        public_numbers=parts.public_numbers,
    )  # fmt: skip
    key = odd.private_key(unsafe_skip_rsa_key_validation=True)

    assert done("sign", key=pem(key), signing="rsa_sha256").answer.code == "key_invalid"


@pytest.mark.proves("masking")
def test_a_key_is_used_and_never_shown() -> None:
    tried = done("hmac", "hunter2 is no secret", key="hunter2-hunter2")

    assert tried.shown_config["key"] == "[REDACTED]"
    assert len(tried.output) == 64


def test_a_key_that_is_no_credential_is_refused_before_and_while_it_runs() -> None:
    config = {"operation": "hmac", "text": "a", "key": "hunter2"}
    smuggled = {**config, "key": "{{ trigger.credentials }}"}

    assert problems_in(NODE, config) == [("key", "secret_literal")]
    assert try_node(NODE, smuggled, Given(trigger={"credentials": "x"})).answer.code == (
        "key_not_secret"
    )


def test_a_key_may_lie_in_a_store() -> None:
    store = Credential("vault", "vault", {}, found={":shop#key": Secret("hunter2-hunter2")})
    config = {"operation": "hmac", "text": "a", "key": "{{ secrets.vault:shop#key }}"}

    assert problems_in(NODE, config) == []
    assert try_node(NODE, config, Given(credentials={"vault": store})).output == (
        done("hmac", "a", key="hunter2-hunter2").output
    )


@pytest.mark.parametrize(("key", "encoding"), [("", "utf-8"), ("xyz", "hex"), ("a", "base64")])
def test_a_key_that_cannot_be_read_fails(key, encoding) -> None:
    assert done("hmac", key=key, key_encoding=encoding).answer.code == "key_invalid"


def drawn(kind, execution_id="e1", attempt=1, **config):
    """Draw as the step `dice` of an execution in one of its attempts."""
    builder = Builder().node("dice", NODE.type, operation=f"random_{kind}", **config)
    step = OpenStep(StepStatus.RUNNING, (), attempt, DAWN)
    ready = prepare(
        load(builder.build(), Registry([NODE])), Facts(execution_id), StepKey("dice"), step, Known(),
        in_memory_ports(),
    )  # fmt: skip
    return run(ready.context).output


@pytest.mark.parametrize("kind", ["bytes", "number", "uuid", "text"])
def test_each_attempt_draws_the_same_and_another_execution_something_else(kind) -> None:
    first = drawn(kind, most=10**9)

    assert drawn(kind, attempt=2, most=10**9) == first
    assert drawn(kind, "e2", most=10**9) != first


def test_what_is_drawn_has_its_size_and_stays_within_its_bounds() -> None:
    numbers = {drawn("number", f"e{number}", least=-1, most=1) for number in range(50)}

    assert numbers == {-1, 0, 1}
    assert uuid.UUID(drawn("uuid")).version == 4
    assert len(bytes.fromhex(drawn("bytes", size=20))) == 20
    text = drawn("text", size=1_000, alphabet="ab")
    assert (len(text), set(text)) == (1_000, {"a", "b"})


def test_bounds_in_the_wrong_order_are_refused() -> None:
    tried = try_node(NODE, {"operation": "random_number", "least": 2, "most": 1})

    assert tried.answer.code == "bad_config"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("text", "field_required")),
        ({"text": "{{ trigger."}, ("text", "syntax_error")),
        ({"text": "a", "operation": "guess"}, ("operation", "field_choice")),
        ({"text": "a", "text_encoding": "utf-16"}, ("text_encoding", "field_choice")),
        ({"text": "a", "algorithm": "crc32"}, ("algorithm", "field_choice")),
        ({"text": "a", "operation": "hmac"}, ("key", "field_required")),
        ({"text": "{{ credentials.key }}"}, ("text", "secret_not_allowed")),
        ({"text": "a", "operation": "sign", "key": KEY, "signing": "dsa"}, ("signing", "field_choice")),
        ({"text": "a", "operation": "hmac", "key": KEY, "key_encoding": "x"}, ("key_encoding", "field_choice")),
        ({"text": "a", "operation": "encode", "format": "rot13"}, ("format", "field_choice")),
        ({"text": "a", "result": "url"}, ("result", "field_choice")),
        ({"operation": "random_bytes", "size": 1_025}, ("size", "field_range")),
        ({"operation": "random_text", "alphabet": 7}, ("alphabet", "field_type")),
        ({"operation": "random_number", "least": 0.5}, ("least", "field_type")),
        ({"operation": "random_number", "most": 2**60}, ("most", "field_range")),
    ],
)  # fmt: skip
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
