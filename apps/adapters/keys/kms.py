"""Keys that AWS KMS keeps. boto3 is loaded when the first one is made; who we are is found as boto3 finds it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from apps.adapters.keys.keeper import (
    KeeperAwayError,
    KeeperBrokenError,
    KeeperRefusedError,
    Wrapped,
)

CONNECT_S, READ_S, TRIES = 2, 5, 3
_BROKEN = {"InvalidCiphertextException", "IncorrectKeyException"}
# Whatever else the service says with a 4xx is a refusal; these it says when it only wants us to come back.
_AWAY = {
    "ThrottlingException",
    "Throttling",
    "LimitExceededException",
    "RequestLimitExceeded",
    "DependencyTimeoutException",
    "KMSInternalException",
    "KeyUnavailableException",
}


class KmsKey:
    """A symmetric key of AWS KMS, named by its id, its ARN or an alias. `fips`: only the validated endpoint is called."""

    algorithm = "AWSKMS"

    def __init__(
        self, name: str, *, region: str = "", endpoint: str = "", fips: bool = False
    ) -> None:
        import boto3
        from botocore.config import Config

        self.reference = f"aws-kms:{name}"
        self._name = name
        self._arn = name if name.startswith("arn:") and ":key/" in name else ""
        self._lock = threading.Lock()
        self._client: Any = boto3.session.Session().client(
            "kms",
            region_name=region or _region_of(name) or None,
            endpoint_url=endpoint or None,
            config=Config(
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                use_fips_endpoint=fips or None,
            ),
        )

    @property
    def endpoint(self) -> str:
        """Where it is called."""
        return str(self._client.meta.endpoint_url)

    def current(self) -> str:
        """Return the ARN of the key; an alias is asked for once in the life of a process."""
        with self._lock:
            if not self._arn:
                with _told(self.reference):
                    found = self._client.describe_key(KeyId=self._name)
                self._arn = str(found["KeyMetadata"]["Arn"])
            return f"aws-kms:{self._arn}"

    def has(self, key_id: str) -> bool:
        """Say whether it is this key."""
        return key_id.startswith("aws-kms:") and key_id == self.current()

    def wrap(self, plain: bytes, bound: Mapping[str, str]) -> Wrapped:
        """Seal by Encrypt; what the value is bound to is the encryption context, which CloudTrail shows."""
        key_id = self.current()
        with _told(self.reference):
            answer = self._client.encrypt(
                KeyId=self._arn, Plaintext=plain, EncryptionContext=dict(bound)
            )
        return Wrapped(key_id, bytes(answer["CiphertextBlob"]))

    def unwrap(self, wrapped: Wrapped, bound: Mapping[str, str]) -> bytes:
        """Open by Decrypt, and by this key alone."""
        self.current()
        with _told(self.reference):
            answer = self._client.decrypt(
                KeyId=self._arn,
                CiphertextBlob=wrapped.ciphertext,
                EncryptionContext=dict(bound),
            )
        return bytes(answer["Plaintext"])


def _region_of(name: str) -> str:
    return name.split(":")[3] if name.startswith("arn:") else ""


@contextmanager
def _told(reference: str) -> Iterator[None]:
    """Turn what boto3 raises into what is foreseen here; its texts may hold what was sent, and go no further."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as reason:
        code = str(reason.response.get("Error", {}).get("Code", ""))
        status = int(reason.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _BROKEN:
            raise KeeperBrokenError from None
        if code in _AWAY or status >= 500 or status == 429:
            raise KeeperAwayError(f"{reference} does not answer ({code or status})") from None
        raise KeeperRefusedError(f"{reference} refuses ({code or status})") from None
    except BotoCoreError as reason:
        raise KeeperAwayError(f"{reference} does not answer ({type(reason).__name__})") from None
