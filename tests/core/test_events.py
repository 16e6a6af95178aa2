"""Events: announced inside the transaction, published after it."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from apps.core import events, tenancy


@dataclass(frozen=True, slots=True)
class Happened:
    what: str


@pytest.fixture
def heard():
    told: list[tuple[str, str]] = []

    def listen(event: Happened) -> None:
        told.append((event.what, tenancy.current_schema()))

    events.subscribe(Happened, listen)
    yield told
    events.unsubscribe(Happened, listen)


@pytest.mark.django_db(transaction=True)
def test_a_published_event_is_told_after_the_commit_in_its_own_schema(heard) -> None:
    with transaction.atomic():
        with tenancy.entered("t_demo"):
            events.publish(Happened("saved"))
        assert heard == []

    assert heard == [("saved", "t_demo")]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_forgets_what_was_published(heard) -> None:
    with transaction.atomic():
        events.publish(Happened("saved"))
        transaction.set_rollback(True)

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_an_announced_event_is_told_at_once_and_can_undo_the_transaction(heard) -> None:
    def refuse(event: Happened) -> None:
        raise RuntimeError("refused")

    events.subscribe(Happened, refuse)
    with pytest.raises(RuntimeError, match="refused"), transaction.atomic():
        events.announce(Happened("saved"))
    events.unsubscribe(Happened, refuse)

    assert heard == [("saved", "public")]


@pytest.mark.django_db(transaction=True)
def test_one_deaf_listener_silences_no_other(heard, caplog) -> None:
    def fail(event: Happened) -> None:
        raise RuntimeError("deaf")

    told: list[str] = []
    events.subscribe(Happened, fail)
    events.subscribe(Happened, lambda event: told.append(event.what))
    events.publish(Happened("saved"))
    events.unsubscribe(Happened, fail)

    assert heard == [("saved", "public")]
    assert told == ["saved"]
    assert "event.subscriber_failed" in caplog.messages


@pytest.mark.django_db
def test_subscribing_twice_still_tells_once(heard) -> None:
    told: list[str] = []

    def listen(event: Happened) -> None:
        told.append(event.what)

    events.subscribe(Happened, listen)
    events.subscribe(Happened, listen)
    events.announce(Happened("once"))
    events.unsubscribe(Happened, listen)
    events.unsubscribe(Happened, listen)

    assert told == ["once"]
