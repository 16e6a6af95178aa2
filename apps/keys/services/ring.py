"""The keys of this installation: the first of GORAX_KEKS seals, all of them open."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from django.conf import settings

from apps.adapters.keys.keeper import (
    Keeper,
    KeeperAwayError,
    KeeperBrokenError,
    KeeperRefusedError,
    Wrapped,
)
from apps.engine.secret import Secret
from apps.keys.errors import KeyAwayError, SealError
from apps.keys.services import kek, sealing
from apps.keys.services.sealing import AAD_SCHEME, SERVICES, Kek, Sealed

Key: TypeAlias = Kek | Keeper

# AWS KMS encrypts no more at once; data keys have 44 bytes, the other secrets that are sealed so up to 1,024.
LONGEST_KEPT_BYTES = 4096
# What a service has opened is not asked for again so soon; longer than a minute nothing opened is ever kept.
OPENED_KEPT_S = 60.0
MOST_OPENED = 10_000


def seal(plaintext: Secret, *, aad: str) -> Sealed:
    """Return `plaintext` sealed for the place `aad` under the key that seals.

    Raises:
        SealError: that key cannot be used, or the secret is nothing that can be sealed.
        KeyAwayError: the service that holds it does not answer.
        ValueError: `aad` is empty.
    """
    key = writer()
    if isinstance(key, Kek):
        return sealing.seal(key, plaintext, aad=aad)
    if not aad:
        raise ValueError("a sealed value needs a place it belongs to")
    try:
        content = plaintext.reveal().encode("utf-8")
    except UnicodeEncodeError:
        raise SealError("secret_malformed", "the secret is no text that can be stored") from None
    if not 0 < len(content) <= LONGEST_KEPT_BYTES:
        raise SealError(
            "secret_malformed", f"a key service seals 1 to {LONGEST_KEPT_BYTES} bytes at once"
        )
    with _told():
        wrapped = key.wrap(content, _bound(key.algorithm, aad))
    return Sealed(key.algorithm, wrapped.key_id, AAD_SCHEME, b"", wrapped.ciphertext)


def open_sealed(sealed: Sealed, *, aad: str) -> Secret:
    """Return the secret that was sealed for the place `aad` under any of the keys.

    Raises:
        SealError: `kek_mismatch`: none of the keys is the one; `seal_broken`: altered, or of another place; or the key
            cannot be used.
        KeyAwayError: the service that holds the key does not answer, and has not opened this within a minute.
        ValueError: `aad` is empty.
    """
    if sealed.algorithm not in SERVICES:
        return sealing.open_sealed(_local(sealed.key_id), sealed, aad=aad)
    if not aad:
        raise ValueError("a sealed value needs a place it belongs to")
    if sealed.aad_scheme != AAD_SCHEME or sealed.nonce:
        raise sealing.broken()
    mark = (sealed.algorithm, sealed.key_id, sealed.aad_scheme, sealed.ciphertext, aad)
    known = _opened.get(mark)
    if known is not None:
        return known
    keeper = _keeper(sealed)
    with _told():
        content = keeper.unwrap(
            Wrapped(sealed.key_id, sealed.ciphertext), _bound(sealed.algorithm, aad)
        )
    try:
        secret = Secret(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise sealing.broken() from None
    _opened.put(mark, secret)
    return secret


def writer() -> Key:
    """Return the key that seals.

    Raises:
        SealError: it cannot be used.
    """
    return key_of(settings.GORAX_KEKS[0])


def id_of(key: Key) -> str:
    """Return the id under which a key seals now, its version with it.

    Raises:
        SealError, KeyAwayError: the service that holds it refuses or is away.
    """
    if isinstance(key, Kek):
        return key.id
    with _told():
        return key.current()


def has_services() -> bool:
    """Say whether any key lies elsewhere, so that opening may take its time."""
    return any(_is_of_service(reference) for reference in settings.GORAX_KEKS)


def key_of(reference: str) -> Key:
    """Return a key by how GORAX_KEKS names it.

    Raises:
        SealError: one that lies on this machine cannot be used.
    """
    kind, _, rest = reference.partition(":")
    if kind == "local":
        return kek.local()
    if kind == "file":
        return kek.of_file(rest)
    if kind == "aws-kms":
        return _kms(
            rest, settings.GORAX_KMS_REGION, settings.GORAX_KMS_ENDPOINT, settings.GORAX_KMS_FIPS
        )
    return _transit(
        rest,
        settings.GORAX_VAULT_ADDR,
        settings.GORAX_VAULT_TOKEN,
        settings.GORAX_VAULT_TOKEN_PATH,
        settings.GORAX_VAULT_NAMESPACE,
        settings.GORAX_VAULT_CA,
    )


def forget_opened() -> None:
    """Forget what services have opened for this process."""
    _opened.clear()


@lru_cache(maxsize=16)
def _kms(name: str, region: str, endpoint: str, fips: bool) -> Keeper:  # noqa: FBT001 - a part of the cache's key
    from apps.adapters.keys.kms import KmsKey

    return KmsKey(name, region=region, endpoint=endpoint, fips=fips)


@lru_cache(maxsize=16)
def _transit(
    path: str, address: str, token: Secret, token_file: str, namespace: str, ca_file: str
) -> Keeper:
    from apps.adapters.keys.transit import Server, TransitKey

    def current_token() -> str:
        if token_file:
            try:
                return Path(token_file).read_text(encoding="utf-8").strip()
            except OSError as reason:
                raise KeeperRefusedError(
                    f"{token_file} cannot be read: {reason.strerror}"
                ) from None
        return token.reveal()

    return TransitKey(path, Server(address, current_token, namespace, ca_file))


def _is_of_service(reference: str) -> bool:
    return reference.startswith(("aws-kms:", "vault:"))


def _local(key_id: str) -> Kek:
    """Return the key of that id which lies on this machine."""
    failure: SealError | None = None
    in_use = ""
    for reference in settings.GORAX_KEKS:
        if _is_of_service(reference):
            in_use = in_use or reference
            continue
        try:
            key = key_of(reference)
        except SealError as reason:
            failure = failure or reason
            continue
        if isinstance(key, Kek) and key.id == key_id:
            return key
        in_use = in_use or (key.id if isinstance(key, Kek) else "")
    raise failure or sealing.mismatch(key_id, in_use)


def _keeper(sealed: Sealed) -> Keeper:
    """Return the service's key that has sealed a value."""
    failure: SealError | None = None
    for reference in filter(_is_of_service, settings.GORAX_KEKS):
        key = key_of(reference)
        if isinstance(key, Kek) or key.algorithm != sealed.algorithm:
            continue
        try:
            with _told():
                if key.has(sealed.key_id):
                    return key
        except SealError as reason:
            failure = failure or reason
    raise failure or sealing.mismatch(sealed.key_id, settings.GORAX_KEKS[0])


def _bound(algorithm: str, aad: str) -> Mapping[str, str]:
    """Return what must be the same at opening: how it was sealed, and for which place."""
    return {"scheme": AAD_SCHEME, "algorithm": algorithm, "place": aad}


@contextmanager
def _told() -> Iterator[None]:
    """Say what a service says in the words of this context."""
    try:
        yield
    except KeeperAwayError as reason:
        raise KeyAwayError(str(reason)) from None
    except KeeperBrokenError:
        raise sealing.broken() from None
    except KeeperRefusedError as reason:
        raise SealError("kek_refused", str(reason)) from None


class _Opened:
    """What services have opened, for a minute; the oldest goes first."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[object, ...], tuple[float, Secret]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, mark: tuple[object, ...]) -> Secret | None:
        with self._lock:
            self._prune()
            found = self._found.get(mark)
        return None if found is None else found[1]

    def put(self, mark: tuple[object, ...], secret: Secret) -> None:
        with self._lock:
            self._prune()
            self._found[mark] = (time.monotonic(), secret)
            self._found.move_to_end(mark)
            if len(self._found) > MOST_OPENED:
                self._found.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()

    def _prune(self) -> None:
        too_old = time.monotonic() - OPENED_KEPT_S
        while self._found and next(iter(self._found.values()))[0] <= too_old:
            self._found.popitem(last=False)


_opened = _Opened()
