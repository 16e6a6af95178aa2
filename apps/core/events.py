"""Facts that a context tells the others: synchronously inside the transaction, or after its commit."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from apps.core import tenancy

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class AccessRefused:
    """Somebody we know asked for what they may not: which operation (`POST /api/v1/…`), by which code."""

    operation: str
    code: str


log = logging.getLogger(__name__)

_subscribers: defaultdict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E], function: Callable[[E], None]) -> None:
    """Call `function` with every event of exactly this type; subscribing twice still calls once."""
    if function not in _subscribers[event_type]:
        _subscribers[event_type].append(function)


def unsubscribe(event_type: type[E], function: Callable[[E], None]) -> None:
    """Stop calling `function`; it need not have been subscribed."""
    if function in _subscribers[event_type]:
        _subscribers[event_type].remove(function)


def announce(event: object) -> None:
    """Tell the subscribers now, inside the caller's transaction: what they raise undoes it."""
    for function in tuple(_subscribers[type(event)]):
        function(event)


def publish(event: object) -> None:
    """Tell the subscribers after the commit, in the schema of now; what they raise is logged, never felt.

    Outside a transaction this happens at once. A rollback forgets the event.
    """
    schema = tenancy.current_schema()
    transaction.on_commit(lambda: _tell(schema, event), robust=True)


def _tell(schema: str, event: object) -> None:
    with tenancy.entered(schema):
        for function in tuple(_subscribers[type(event)]):
            try:
                function(event)
            except Exception:  # one deaf listener must not silence the others
                log.exception("event.subscriber_failed", extra={"event": type(event).__name__})
