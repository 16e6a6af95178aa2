"""What chaos compares with the model is seen when it differs: executions, their ends, calls, and the times of a clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.chaos import clockwork
from tests.chaos.checker import (
    Ran,
    Verdict,
    check_accepted,
    check_calls,
    check_ends,
    last_come,
    told_of,
)
from tests.chaos.clockwork import Seen, text
from tests.chaos.documents import HOME, OTHER, word_of
from tests.chaos.errands import Errand
from tests.chaos.meetings import cast
from tests.chaos.play import Play

KINDS = cast("http://127.0.0.1:1", 7)
NAMES = [kind.name for kind in KINDS]
FIRST, SECOND = UUID(int=1), UUID(int=2)


def show() -> Play:
    return Play(None, KINDS, {})  # type: ignore[arg-type]  # nothing is started


def number_of(name: str) -> int:
    """A number by which the kind of this name is asked for."""
    return NAMES.index(name) + len(KINDS)


def ran(name: str, execution_id: UUID = FIRST, **way: Any) -> Ran:
    """An execution that ended as the model says."""
    kind, number = KINDS[NAMES.index(name)], number_of(name)
    payload = kind.payload(number)
    outcome = kind.expected("start", payload, **way)
    return Ran(execution_id, kind, number, "start", payload, told_of(outcome))


def wrongs_of(check: Any, *given: Any) -> list[str]:
    verdict = Verdict()
    check(verdict, *given)
    return verdict.wrong


# --- what was accepted ---------------------------------------------------------------------------


def test_what_was_accepted_is_found_once_under_the_id_that_was_told() -> None:
    one = ran("pure")

    assert wrongs_of(check_accepted, {one.number: str(FIRST)}, [one], 1) == []


def test_an_execution_that_was_accepted_and_is_gone_is_seen() -> None:
    assert wrongs_of(check_accepted, {7: str(FIRST)}, [], 1) == [
        f"accepted 7 as {FIRST}, found None",
        "0 executions for 1 requests",
    ]


def test_an_execution_that_was_stored_twice_is_seen() -> None:
    one = ran("pure")
    again = replace(one, id=SECOND)

    assert wrongs_of(check_accepted, {one.number: str(SECOND)}, [one, again], 1) == [
        f"execution {one.number} exists 2 times",
        "2 executions for 1 requests",
    ]


def test_an_execution_whose_door_never_answered_is_seen() -> None:
    assert wrongs_of(check_accepted, {}, [ran("pure")], 1) == ["0 of 1 were accepted"]


# --- how it ended --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_an_end_as_the_model_has_it_is_fine(name) -> None:
    assert wrongs_of(check_ends, show(), [ran(name)]) == []


@pytest.mark.parametrize("place", range(5))
def test_an_end_that_differs_in_anything_is_seen(place) -> None:
    one = ran("failing")
    told = (*one.told[:place], "other", *one.told[place + 1 :])

    (wrong,) = wrongs_of(check_ends, show(), [replace(one, told=told)])

    assert wrong.endswith(f"the model says {one.told}")


def test_of_two_that_race_either_may_win_and_the_loser_may_have_landed() -> None:
    left, right = ran("raced"), ran("raced", order=last_come)
    both = replace(left, told=(*left.told[:4], left.told[4] | {"right": "completed"}))
    none = replace(left, told=(*left.told[:4], left.told[4] | {"left": "cancelled"}))

    assert left.told != right.told
    assert wrongs_of(check_ends, show(), [left, right, both]) == []
    assert len(wrongs_of(check_ends, show(), [none])) == 1


def visits(name: str, *answers: list[int]) -> tuple[Play, list[Errand]]:
    """The rivals of an execution, each with the answers that it was given."""
    play = show()
    kind, number = KINDS[NAMES.index(name)], number_of(name)
    made = [
        Errand(HOME, "/", {"data": said["data"]} if "data" in said else said, answers=given)
        for said, given in zip(kind.rivals(number), answers, strict=True)
    ]
    play.visits[number] = tuple(made)
    return play, made


@pytest.mark.parametrize("name", ["decided", "called_back"])
def test_who_was_told_that_he_is_heard_was(name) -> None:
    play, _ = visits(name, [503, 409], [200])

    assert wrongs_of(check_ends, play, [ran(name, heard=1)]) == []
    assert len(wrongs_of(check_ends, play, [ran(name, heard=0)])) == 1


@pytest.mark.parametrize("name", ["decided", "called_back"])
def test_if_the_answer_was_lost_either_may_have_been_heard(name) -> None:
    play, _ = visits(name, [409], [409])

    assert wrongs_of(check_ends, play, [ran(name, heard=0), ran(name, heard=1)]) == []


def test_that_two_were_told_that_they_are_heard_is_seen() -> None:
    play, _ = visits("decided", [202], [202])

    (wrong,) = wrongs_of(check_ends, play, [ran("decided")])

    assert wrong.endswith("2 were told that they are heard")


# --- what was sent -------------------------------------------------------------------------------


def sent(key: str, number: int, **more: Any) -> dict[str, Any]:
    """A request as the receiver has written it down."""
    import json

    word = word_of(KINDS[number % len(KINDS)].tenant)
    body = json.dumps({"n": number, "word": word} | more)
    return {"key": key, "path": "/", "body": body, "headers": {"content-length": str(len(body))}}


def test_calls_as_the_model_makes_them_are_fine_and_more_are_repeats() -> None:
    one = ran("answered_late")
    verdict = Verdict()

    check_calls(verdict, [sent("a", one.number), sent("a", one.number)], show(), [one])

    assert (verdict.wrong, verdict.calls, verdict.repeats) == ([], 2, 1)


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ([], ["0 keys came, the model makes 1", "1 calls are missing"]),
        (["a", "b"], ["2 keys came, the model makes 1"]),
    ],
)
def test_calls_that_were_not_made_or_under_another_key_are_seen(keys, wrong) -> None:
    one = ran("answered_late")

    assert wrongs_of(check_calls, [sent(key, one.number) for key in keys], show(), [one]) == wrong


def test_other_bytes_under_one_key_are_seen() -> None:
    one = ran("answered_late")
    requests = [sent("a", one.number), sent("a", one.number, at="later")]

    assert wrongs_of(check_calls, requests, show(), [one]) == ["key a came with 2 bodies"]


def test_another_tenants_word_in_a_call_is_seen() -> None:
    one = ran("answered_late")
    request = sent("a", one.number, word=word_of(OTHER))

    (wrong,) = wrongs_of(check_calls, [request], show(), [one])

    assert wrong.endswith("was sent by answered_late")


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        (["a"], []),
        (["a", "b"], []),
        (["a", "b", "c"], ["raced with 3 calls"]),
        ([], ["raced without a call"]),
    ],
)
def test_of_two_that_race_one_call_or_both_are_made(keys, wrong) -> None:
    one = ran("raced")
    requests = [sent(key, one.number) for key in keys]

    assert wrongs_of(check_calls, requests, show(), [one]) == [
        f"{one.number} {sentence}" for sentence in wrong
    ]


# --- what a clock has started --------------------------------------------------------------------

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


def seen(*times: datetime, until: int = 6) -> Seen:
    """A schedule of every two seconds that fired at these times, and was silenced before `until`."""
    return Seen(
        alarms=[(None, at(0), at(-1)), (at(0), at(2), at(0)), (at(until), None, at(until))],
        firings=[(time, "started", time, time) for time in times],
        started={time: text(time) for time in times},
    )


def wrongs(found: Seen) -> list[str]:
    return list(clockwork.wrongs(found, 2))


def test_each_time_until_the_schedule_was_silenced_fires_once() -> None:
    assert wrongs(seen(at(0), at(2), at(4))) == []


def test_a_time_that_did_not_come_is_seen() -> None:
    assert wrongs(seen(at(0), at(4))) == [f"{at(2)} came not once but 0 times"]


def test_a_time_that_came_twice_is_seen() -> None:
    assert wrongs(seen(at(0), at(2), at(2), at(4))) == [
        f"{at(2)} came not once but 2 times",
        "4 firings, 3 executions",
    ]


@pytest.mark.parametrize("stray", [at(1), at(6)])
def test_a_time_that_is_none_and_one_after_the_end_are_seen(stray) -> None:
    assert wrongs(seen(at(0), at(2), at(4), stray)) == [f"{stray} came and should not have"]


def test_a_time_that_comes_too_late_or_starts_nothing_or_something_else_is_seen() -> None:
    good = seen(at(0), at(2), at(4))
    late = [*good.firings[:2], (at(4), "started", at(4), at(25))]
    missed = [*good.firings[:2], (at(4), "missed", None, at(4))]

    assert wrongs(replace(good, firings=late)) == [f"{at(4)} came only at {at(25)}"]
    assert wrongs(replace(good, firings=missed)) == [f"{at(4)} is missed and started None"]
    assert wrongs(replace(good, started=good.started | {at(4): text(at(2))})) == [
        f"{at(4)} is started and started {at(4)}"
    ]


def test_a_clock_that_stood_still_before_its_schedule_was_silenced_is_seen() -> None:
    good = seen(at(0), at(2), at(4))
    alarms = [*good.alarms[:2], (at(6), None, at(30))]

    assert wrongs(replace(good, alarms=alarms)) == [f"nobody looked at {at(6)} until {at(30)}"]


def test_a_schedule_that_was_never_silenced_is_seen() -> None:
    good = seen(at(0))

    assert wrongs(replace(good, alarms=good.alarms[:2])) == ["set 1 times, ended 0 times"]
