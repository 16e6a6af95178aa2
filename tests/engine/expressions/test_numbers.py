"""Numbers are JSON numbers: whole and decimal mix, whole ones are exact, nothing else is a number."""

import pytest

from tests.engine.expressions.asking import code_of, exactly, refusal, value_of

LARGEST = 2**63 - 1
SMALLEST = -(2**63)


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("1 + 2", 3),
        ("1 + 2.5", 3.5),
        ("price * 1.08", 27.0),
        ("2 * 3 - 1", 5),
        ("2 + 3 * 4 - 6 / 2", 11),
        ("10 - 2 - 3", 5),
        ("6 / 2", 3),
        ("7 / 2", 3.5),
        ("6.0 / 2", 3.0),
        ("-7 / 7", -1),
        ("7 % 3", 1),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("2 ** 10", 1024),
        ("2 ** -1", 0.5),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("2.0 ** 0.5 * 2.0 ** 0.5", 2.0000000000000004),
        ("(-8.0) ** 3.0", -512.0),
        ("0 ** 0", 1),
        ("(-1) ** 9223372036854775807", -1),
        ("1 ** 100", 1),
        ("-(3)", -3),
        ("--3", 3),
        ("- 3.5", -3.5),
        ("0x1F", 31),
        ("0XaB", 171),
        ("1e3", 1000.0),
        (".5 + 1.5e-1", 0.65),
        ("9223372036854775807", LARGEST),
        ("-9223372036854775808", SMALLEST),
        ("-0x8000000000000000", SMALLEST),
        ("9223372036854775806 + 1", LARGEST),
        ("4611686018427387904 * -2", SMALLEST),
    ],
)
def test_arithmetic_gives_exactly_the_number_that_json_holds(source: str, gives: float) -> None:
    assert exactly(value_of(source, price=25)) == exactly(gives)


@pytest.mark.parametrize(
    "source",
    [
        "9223372036854775807 + 1",
        "-9223372036854775808 - 1",
        "9223372036854775807 * 2",
        "-(-9223372036854775808)",
        "-9223372036854775808 / -1",
        "2 ** 63",
        "2 ** 64",
        "3 ** 9223372036854775807",
        "10.0 ** 400",
        "1e308 * 10",
        "-1e308 - 1e308",
        "1e308 / 1e-308",
        "(-8.0) ** 0.5",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999",
        "0xFFFFFFFFFFFFFFFFF",
        "1e999",
        "abs(-9223372036854775808)",
    ],
)
def test_a_number_beyond_the_range_is_refused_instead_of_bent(source: str) -> None:
    assert code_of(source) == "number_out_of_range"


@pytest.mark.parametrize(
    "source", ["1 / 0", "1.0 / 0", "0 / 0", "1 % 0", "1 / 0.0", "0 ** -1", "0.0 ** -0.5"]
)
def test_dividing_by_zero_fails_and_names_the_operator(source: str) -> None:
    failure = refusal(source)

    assert failure.code == "division_by_zero"
    assert source[failure.position or 0] in "/%*"


def test_whole_numbers_beyond_the_range_travel_exactly_and_are_refused_by_arithmetic() -> None:
    huge = 2**70 + 1

    assert value_of("n", n=huge) == huge
    assert value_of("[n, {'a': n}]", n=huge) == [huge, {"a": huge}]
    assert value_of("n == m && n > 5 && n != 1.5", n=huge, m=huge) is True
    for source in (
        "n + 0",
        "n - 1",
        "1 * n",
        "n / n",
        "n % 2",
        "-n",
        "n ** 1",
        "abs(n)",
        "sum([n])",
    ):
        assert code_of(source, n=huge) == "number_out_of_range"


@pytest.mark.parametrize("source", ["7.0 % 2", "7 % 2.0", "items[1.0]", "items[2.5 * 2]"])
def test_remainders_and_indexes_want_whole_numbers(source: str) -> None:
    assert code_of(source, items=[1, 2]) == "wrong_type"


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("1 == 1.0", True),
        ("1 != 1.0", False),
        ("0 == -0.0", True),
        ("true == 1", False),
        ("false == 0", False),
        ("1.0 == true", False),
        ("[1, [2.0]] == [1.0, [2]]", True),
        ("[true] == [1]", False),
        ("{'a': 1} == {'a': 1.0}", True),
        ("{'a': 1} == {'a': true}", False),
        ("9007199254740993 == 9007199254740992.0", False),
        ("1 < 1.5 && 1.5 < 2 && 2 >= 2.0 && 2.0 <= 2", True),
        ("9007199254740993 > 9007199254740992.0", True),
        ("1 == '1'", False),
        ("null == false", False),
    ],
)
def test_numbers_compare_by_value_and_truths_are_no_numbers(source: str, gives: bool) -> None:
    assert value_of(source) is gives


def test_adding_a_number_to_a_text_is_refused_with_the_remedy() -> None:
    for source in ('"n" + 1', "1 + 'n'", '"n" + 1.5', "'a' + null", "'a' + true", "[1] + 'a'"):
        failure = refusal(source)

        assert failure.code == "wrong_type"
        assert "string(value)" in str(failure)


def test_joining_objects_by_plus_is_refused_with_the_remedy() -> None:
    assert "merge(" in str(refusal("{'a': 1} + {'b': 2}"))


@pytest.mark.parametrize(
    "source",
    [
        "true + 1", "null + 1", "1 - 'a'", "'a' * 2", "2 * [1]", "{} / 1", "1 % 'a'", "null % 1", "true % 2",
        "-true", "-'a'", "-null", "-[1]", "'2' ** 2", "[1] + 1", "1 < '1'", "true < 1", "null < 1",
        "[1] < [2]", "{} > {}", "1 >= null",
    ],
)  # fmt: skip
def test_nothing_but_numbers_is_reckoned_with_and_nothing_unlike_is_ordered(source: str) -> None:
    assert code_of(source) == "wrong_type"


def test_subtracting_from_a_text_hints_at_names_with_hyphens() -> None:
    failure = refusal("a.sig-256", a={"sig": "x"})

    assert failure.code == "wrong_type"
    assert '["a-1"]' in str(failure)
