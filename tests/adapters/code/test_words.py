"""What a child says is bounded in length and in time, whatever it does with its end of the socket."""

import socket
import threading
from collections.abc import Iterator

import pytest

from apps.adapters.code import words
from apps.adapters.code.words import Reply, Task, TooLongError


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Our end and the child's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_task_and_a_reply_arrive_as_they_were_sent(ends) -> None:
    ours, theirs = ends
    task = Task("run", "return 'ü'", context='{"a": 1}', timeout_s=2.0)
    reply = Reply(value='"ü"', lines=[{"level": "info", "text": "\ud800"}], dropped=3)

    words.send(ours, task)
    assert words.receive_task(theirs, 10_000) == task
    words.send(theirs, reply)
    assert words.receive_reply(ours, 100, 5.0) == reply


def test_a_child_that_is_gone_says_nothing(ends) -> None:
    ours, theirs = ends
    theirs.sendall(b"\0\0")
    theirs.close()

    assert words.receive_reply(ours, 100, 5.0) is None


def test_a_child_that_promises_too_much_is_not_heard(ends) -> None:
    ours, theirs = ends
    theirs.sendall(b"\xff\xff\xff\xff")

    with pytest.raises(TooLongError):
        words.receive_reply(ours, 100, 5.0)


def test_a_child_that_dawdles_is_heard_no_longer_than_its_time(ends) -> None:
    ours, theirs = ends
    over = threading.Event()

    def dawdle() -> None:
        theirs.sendall(b"\0\0\1\0")
        while not over.wait(0.02):
            theirs.sendall(b" ")

    child = threading.Thread(target=dawdle)
    child.start()
    with pytest.raises(TimeoutError):
        words.receive_reply(ours, 100, 0.3)
    over.set()
    child.join()
