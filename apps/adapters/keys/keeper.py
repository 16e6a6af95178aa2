"""A service that keeps a key to itself: it seals and opens small values, and the key never leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from apps.engine.errors import PortError


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What a keeper made of a value: `key_id` names the key, and its version where the service counts them."""

    key_id: str
    ciphertext: bytes = field(repr=False)


class Keeper(Protocol):
    """Keeps one key. Threads may share it. `reference` is what an operator wrote, `algorithm` is stored beside what it seals."""

    reference: str
    algorithm: str

    def current(self) -> str:
        """Return the id, with the version, under which this key seals from now on.

        Raises:
            KeeperAwayError, KeeperRefusedError.
        """

    def has(self, key_id: str) -> bool:
        """Say whether this key, in any of its versions, is the one of that id.

        Raises:
            KeeperAwayError, KeeperRefusedError.
        """

    def wrap(self, plain: bytes, bound: Mapping[str, str]) -> Wrapped:
        """Seal `plain` together with what it is bound to.

        Raises:
            KeeperAwayError, KeeperRefusedError.
        """

    def unwrap(self, wrapped: Wrapped, bound: Mapping[str, str]) -> bytes:
        """Return what was sealed with the same bounds.

        Raises:
            KeeperAwayError, KeeperRefusedError.
            KeeperBrokenError: altered, bound elsewhere, or sealed under another key; which of these is not told.
        """


class KeeperAwayError(PortError):
    """The service does not answer, or not now. The same call may be made again."""

    def __init__(self, message: str) -> None:
        super().__init__("keeper_away", message, is_retryable=True)


class KeeperRefusedError(PortError):
    """The service answers, and does not let us: no such key, disabled, or not ours to use. A person must mend it."""

    def __init__(self, message: str) -> None:
        super().__init__("keeper_refused", message)


class KeeperBrokenError(PortError):
    """What was to be opened is not what was sealed."""

    def __init__(self) -> None:
        super().__init__("keeper_broken", "the sealed value does not open")
