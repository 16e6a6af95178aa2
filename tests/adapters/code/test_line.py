"""A few places, and a line in which tenants take turns."""

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from apps.adapters.calls import Cancellation
from apps.adapters.code.line import Line, NoPlaceError
from apps.adapters.errors import CallAbortedError
from tests.eventually import eventually


def waiting(line: Line) -> int:
    return sum(len(each) for each in line._waiting.values())


def test_as_many_have_a_place_as_there_are_places() -> None:
    line = Line(2)

    with (
        line.place("a", Cancellation(), 1.0),
        line.place("a", Cancellation(), 1.0),
        pytest.raises(NoPlaceError),
        line.place("b", Cancellation(), 0.0),
    ):
        pass
    with line.place("b", Cancellation(), 0.0):
        assert waiting(line) == 0


def test_tenants_take_turns_however_many_of_one_wait() -> None:
    line, served = Line(1), []
    threads: list[threading.Thread] = []

    def stand(owner: str) -> Callable[[], None]:
        def body() -> None:
            with line.place(owner, Cancellation(), 20.0):
                served.append(owner)

        return body

    with line.place("a", Cancellation(), 1.0):
        for count, owner in enumerate("aaaab", start=1):
            threads.append(threading.Thread(target=stand(owner)))
            threads[-1].start()
            assert eventually(lambda count=count: waiting(line) == count)
    for thread in threads:
        thread.join()

    assert served == ["b", "a", "a", "a", "a"]


def test_who_is_aborted_in_line_leaves_it_at_once() -> None:
    line, cancellation, ended = Line(1), Cancellation(), []

    def body() -> None:
        try:
            with line.place("a", cancellation, 20.0):
                ended.append("ran")
        except CallAbortedError:
            ended.append("aborted")

    with line.place("a", Cancellation(), 1.0):
        thread = threading.Thread(target=body)
        thread.start()
        assert eventually(lambda: waiting(line) == 1)
        cancellation.abort()
        thread.join(5)
        assert ended == ["aborted"]
    with line.place("a", Cancellation(), 0.0):
        assert waiting(line) == 0


def test_who_was_aborted_before_takes_no_place() -> None:
    line, cancellation = Line(1), Cancellation()
    cancellation.abort()

    with pytest.raises(CallAbortedError), line.place("a", cancellation, 1.0):
        pass
    with line.place("a", Cancellation(), 0.0):
        assert line._free == 0


def test_the_turns_of_very_many_tenants_are_forgotten() -> None:
    line = Line(1)

    with ExitStack():
        for number in range(5_000):
            with line.place(f"t_{number}", Cancellation(), 1.0):
                pass

    assert len(line._last_turn) < 4_096
