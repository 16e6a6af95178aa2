"""Keys in AWS KMS, over real HTTP against moto's server."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.adapters.keys.keeper import (
    KeeperAwayError,
    KeeperBrokenError,
    KeeperRefusedError,
    Wrapped,
)
from apps.adapters.keys.kms import KmsKey

REGION = "eu-central-1"
BOUND = {"scheme": "gorax-1", "place": "t_acme|credential|1|1|/key"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def _somebody(monkeypatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture
def admin(endpoint: str) -> Any:
    import boto3

    return boto3.client("kms", region_name=REGION, endpoint_url=endpoint)


@pytest.fixture
def arn(admin) -> str:
    return admin.create_key()["KeyMetadata"]["Arn"]


def test_a_key_is_called_by_arn_id_or_alias_and_its_arn_is_stored(endpoint, admin, arn) -> None:
    admin.create_alias(AliasName="alias/gorax", TargetKeyId=arn)
    sealed = KmsKey("alias/gorax", region=REGION, endpoint=endpoint).wrap(b"data key", BOUND)

    assert sealed.key_id == f"aws-kms:{arn}"
    for name in (arn, arn.rpartition("/")[2]):
        key = KmsKey(name, region=REGION, endpoint=endpoint)
        assert key.unwrap(sealed, BOUND) == b"data key"
        assert key.has(sealed.key_id)
        assert not key.has(f"{sealed.key_id}0")


def test_what_was_altered_or_is_bound_elsewhere_fails_in_the_same_words(
    endpoint, admin, arn
) -> None:
    key = KmsKey(arn, endpoint=endpoint)
    sealed = key.wrap(b"data key", BOUND)
    bent = bytearray(sealed.ciphertext)
    bent[-1] ^= 1
    said = set()

    for wrapped, bound in [
        (sealed, {**BOUND, "place": "t_other|credential|1|1|/key"}),
        (Wrapped(sealed.key_id, bytes(bent)), BOUND),
    ]:
        with pytest.raises(KeeperBrokenError) as failure:
            key.unwrap(wrapped, bound)
        said.add(str(failure.value))

    assert said == {"the sealed value does not open"}


def test_a_key_that_is_gone_or_switched_off_is_refused_for_good(endpoint, admin, arn) -> None:
    missing = KmsKey(f"{arn[:-1]}x", endpoint=endpoint)
    with pytest.raises(KeeperRefusedError, match=r"refuses \(NotFoundException\)") as failure:
        missing.wrap(b"data key", BOUND)
    assert not failure.value.is_retryable


def test_one_that_nobody_reaches_is_away(arn) -> None:
    key = KmsKey(arn, endpoint="http://127.0.0.1:9")

    with pytest.raises(KeeperAwayError, match="does not answer") as failure:
        key.wrap(b"data key", BOUND)
    assert failure.value.is_retryable


def test_fips_takes_the_validated_endpoint() -> None:
    arn = "arn:aws:kms:us-east-1:123456789012:key/0"

    assert KmsKey(arn, fips=True).endpoint == "https://kms-fips.us-east-1.amazonaws.com"
    assert KmsKey(arn).endpoint == "https://kms.us-east-1.amazonaws.com"
