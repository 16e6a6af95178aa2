"""What is told to those who watch waits in a line of bounded length, in which hints come before texts."""

import os
from uuid import UUID

from apps.executions.services import news
from apps.executions.services.news import MOST_TEXTS_UNSENT, Growth, News, Publisher

EXECUTION = UUID(int=7)


def silent() -> Publisher:
    """A publisher whose thread never runs, as when Redis does not answer."""
    publisher = Publisher()
    publisher._pid = os.getpid()
    return publisher


def test_texts_that_grow_give_way_when_much_is_waiting() -> None:
    publisher = silent()
    growth = Growth(EXECUTION, "ask", "", 1, "Once", 4)

    for _ in range(MOST_TEXTS_UNSENT + 7):
        publisher.show("t_demo", growth)

    assert publisher._unsent.qsize() == MOST_TEXTS_UNSENT


def test_hints_are_told_however_many_texts_are_waiting() -> None:
    publisher = silent()
    for _ in range(MOST_TEXTS_UNSENT):
        publisher.show("t_demo", Growth(EXECUTION, "ask", "", 1, "Once", 4))

    publisher.tell("t_demo", News(EXECUTION, EXECUTION, 0, 1, "running", ""))

    assert publisher._unsent.qsize() == MOST_TEXTS_UNSENT + 1


def test_what_comes_within_a_moment_is_sent_together() -> None:
    publisher = silent()
    for seq in range(3):
        publisher.tell("t_demo", News(EXECUTION, EXECUTION, seq, seq + 1, "running", ""))

    assert [each.seq for _, each in publisher._gathered()] == [1, 2, 3]


def test_an_answer_is_sent_at_once_with_what_came_before_it(monkeypatch) -> None:
    monkeypatch.setattr(news, "GATHER_S", 3600.0)
    publisher = silent()
    publisher.tell("t_demo", News(EXECUTION, EXECUTION, 0, 1, "running", ""))
    publisher.tell("t_demo", News(EXECUTION, EXECUTION, 1, 2, "completed", "", has_answer=True))

    assert [each.seq for _, each in publisher._gathered()] == [1, 2]
