from apps.core.pace import Pace


def test_so_many_pass_in_each_second_and_the_next_one_says_how_many_did_not() -> None:
    pace = Pace(2)

    assert [pace.passes(10.1) for _ in range(5)] == [
        (True, 0),
        (True, 0),
        (False, 0),
        (False, 0),
        (False, 0),
    ]
    assert pace.passes(11.0) == (True, 3)
    assert pace.passes(11.5) == (True, 0)


def test_a_line_that_is_admitted_says_something_of_others_only_if_there_were_any() -> None:
    assert Pace(1).admits() == {}
    assert Pace(0).admits() is None
