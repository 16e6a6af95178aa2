"""Logic, choice, `??`, has(), literals, infix words: what is decided, in which order, and what is left alone."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.engine.expressions.asking import code_of, exactly, refusal, value_of


class Trap(Mapping[str, Any]):
    """A root that nobody may read."""

    def __getitem__(self, name: str) -> Any:
        raise AssertionError(f"{name} was read")

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("the names were read")

    def __len__(self) -> int:
        raise AssertionError("the size was read")


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("true && true", True),
        ("true && false", False),
        ("false || true", True),
        ("!true", False),
        ("!!true", True),
        ("false || false || true", True),
        ("true && true && false", False),
        ("true || false && false", True),
        ("!false && false", False),
        ("!(false && false)", True),
        ("1 < 2 && 'a' <= 'b'", True),
        ("1 < 2 == true", True),
        ("1 == 1 == true", True),
        ("false < true", True),
        ("'B' < 'a' && 'é' > 'z'", True),
    ],
)
def test_logic_binds_as_in_cel(source: str, gives: bool) -> None:
    assert value_of(source) is gives


@pytest.mark.parametrize(
    "source",
    ["false && trap.x", "true || trap.x", "true ? 1 : trap.x", "false ? trap.x : 1", "1 ?? trap.x", "if(true, 1, trap.x)",
     "default(1, trap.x)", "coalesce(null, 2, trap.x)", "false ? trap.x : true ? 1 : trap.y",
     "[1, 2].exists(x, x == 1 || trap.x)", "true || trap.x || trap.y"],
)  # fmt: skip
def test_what_does_not_decide_is_never_read(source: str) -> None:
    assert value_of(source, trap=Trap()) in (True, False, 1, 2)


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("1 / 0 > 1 && false", False),
        ("false && 1 / 0 > 1", False),
        ("1 / 0 > 1 || true", True),
        ("missing.x == 1 || true", True),
        ("1 && false", False),
        ("'a' || true", True),
        ("1 / 0 > 1 && 1 && false", False),
        ("[1, 'a', 3].exists(x, x > 2)", True),
        ("[1, 'a', -3].all(x, x > 0)", False),
        ("[0, 1].all(x, 1 / x > 5)", False),
        ("[0, 1].exists(x, missing[x] == 1 || x == 1)", True),
    ],
)
def test_as_in_cel_an_operand_that_decides_outweighs_one_that_fails(
    source: str, gives: bool
) -> None:
    assert value_of(source) is gives


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("1 / 0 > 1 && true", "division_by_zero"),
        ("true && 1 / 0 > 1", "division_by_zero"),
        ("1 / 0 > 1 || false", "division_by_zero"),
        ("missing.x == 1 || false", "missing_path"),
        ("1 && true", "wrong_type"),
        ("true && 'a'", "wrong_type"),
        ("null || false", "wrong_type"),
        ("1 && 2", "wrong_type"),
        ("!1", "wrong_type"),
        ("!null", "wrong_type"),
        ("!'true'", "wrong_type"),
        ("1 ? 2 : 3", "wrong_type"),
        ("null ? 2 : 3", "wrong_type"),
        ("if('yes', 2, 3)", "wrong_type"),
        ("[1, 'a'].exists(x, x > 5)", "wrong_type"),
        ("[1].exists(x, x)", "wrong_type"),
        ("[1].filter(x, x)", "wrong_type"),
        ("[1].existsOne(x, null)", "wrong_type"),
        ("[1].map(x, 'yes', x)", "wrong_type"),
        ("[1].find(x, 1)", "wrong_type"),
        ("[1].existsOne(x, x / 0 > 1)", "division_by_zero"),
    ],
)
def test_without_an_operand_that_decides_the_first_failure_is_reported(
    source: str, code: str
) -> None:
    assert code_of(source) == code


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("a ?? 1", 1),
        ("a.b.c ?? 1", 1),
        ("x.none ?? 1", 1),
        ("x.none.deep ?? 1", 1),
        ("x.list[7].id ?? 1", 1),
        ("x.list[-1] ?? 1", 1),
        ("x.text.length ?? 1", 1),
        ("x.false ?? 1", False),
        ("x.zero ?? 1", 0),
        ("x.empty ?? 1", ""),
        ("a ?? b ?? 3", 3),
        ("a ?? x.zero ?? 3", 0),
        ("a ?? null", None),
        ("null ?? null ?? 5", 5),
        ("a.b + 1 ?? 7", 7),
        ("upper(a.b) ?? 'none'", "none"),
        ("x.false || x.false ?? true", False),
        ("a || x.false ?? true", True),
        ("x.zero == 0 ?? 1 == 1 ? 'yes' : 'no'", "yes"),
        ("x.false ? 1 : a ?? 2", 2),
        ("(a ?? 1) + 1", 2),
        ("x[a ?? 'zero']", 0),
        ("default(a.b, 'none')", "none"),
        ("a.b.default('none')", "none"),
        ("coalesce(a, b.c, 'third', 4)", "third"),
        ("coalesce(x.zero)", 0),
    ],
)
def test_the_right_side_stands_in_for_what_is_missing_at_any_depth_or_null(
    source: str, gives: object
) -> None:
    x = {"none": None, "list": [], "text": "t", "false": False, "zero": 0, "empty": ""}

    assert exactly(value_of(source, x=x)) == exactly(gives)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("'a' + 1 ?? 2", "wrong_type"),
        ("1 / 0 ?? 2", "division_by_zero"),
        ("x[true] ?? 2", "wrong_type"),
        ("number('x') ?? 2", "bad_value"),
        ("9223372036854775807 + 1 ?? 2", "number_out_of_range"),
        ("a ?? b", "missing_path"),
        ("coalesce(a, b)", "missing_path"),
    ],
)
def test_nothing_stands_in_for_a_mistake(source: str, code: str) -> None:
    assert code_of(source, x=[1]) == code


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("has(x.a)", True),
        ("has(x.none)", True),
        ("has(x['a'])", True),
        ("has(x.b)", False),
        ("has(x.none.b)", False),
        ("has(x.a.b)", False),
        ("has(y)", False),
        ("has(x)", True),
        ("has(y.z.w)", False),
        ("has(x.list[0])", True),
        ("has(x.list[1])", False),
        ("has(x.list[n])", True),
        ("has(x.list[n].q)", False),
        ("has(y[n])", False),
        ("has({'a': 1}.a)", True),
        ("has({'a': 1}.b.c)", False),
        ("has(keys(x)[9])", False),
        ("has(keys(y.z)[0])", False),
        ("x.list.all(r, has(r.id))", True),
        ("has(env.current_timestamp)", True),
        ("has(env.other)", False),
    ],
)
def test_has_never_fails_on_a_missing_parent(source: str, gives: bool) -> None:
    assert value_of(source, x={"a": 1, "none": None, "list": [{"id": 1}]}, n=0) is gives


def test_has_still_fails_on_a_mistake_inside_its_path() -> None:
    assert code_of("has(x[1 / 0])", x=[1]) == "division_by_zero"
    assert code_of("has(x[true])", x=[1]) == "wrong_type"


@pytest.mark.parametrize("source", ["has()", "has(1)", "has(a + b)", "has(a.b, c)", "has(size(a))", "if(true, 1)",
                                    "default(1)", "default(1, 2, 3)", "coalesce()", "if(true, 1, 2, 3)"])  # fmt: skip
def test_a_form_that_is_written_wrongly_shows_how_it_is_written(source: str) -> None:
    failure = refusal(source)

    assert failure.code == "wrong_arguments"
    assert "This is how it is written: " in str(failure)


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("true ? 1 : 2", 1),
        ("false ? 1 : 2", 2),
        ("false ? 1 : false ? 2 : 3", 3),
        ("true ? false ? 1 : 2 : 3", 2),
        ("1 > 2 ? 'a' : 2 > 1 ? 'b' : 'c'", "b"),
        ("if(1 > 2, 'a', 'b')", "b"),
    ],
)
def test_a_choice_computes_only_what_it_takes(source: str, gives: object) -> None:
    assert value_of(source) == gives


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("'workflow' contains 'flow'", True),
        ("'workflow' startsWith 'work'", True),
        ("'workflow' endsWith 'work'", False),
        ("'v1.2' matches '^v[0-9]'", True),
        ("[1, 2.0] contains 2", True),
        ("{'a': 1} contains 'a'", True),
        ("2 in [1, 2.0]", True),
        ("'a' in {'a': 1}", True),
        ("1 in {'1': 1}", False),
        ("[1] in [[1]]", True),
        ("null in [null]", True),
        ("true in [1]", False),
        ("!('x' in ['a']) && 'ab' contains 'a' + 'b'", True),
        ("'ab' contains 'a' == true", True),
        ("['b', 'a'] == ['b', 'a'] && [1] != [2] && [1] != [1, 2]", True),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1} && {'a': 1} != {'b': 1} && {} != {'a': 1}", True),
    ],
)
def test_words_work_between_their_operands(source: str, gives: bool) -> None:
    assert value_of(source) is gives


def test_looking_inside_what_has_no_inside_is_refused_with_the_remedy() -> None:
    assert "write contains" in str(refusal("'a' in 'abc'"))
    assert code_of("1 in 2") == "wrong_type"
    assert code_of("1 contains 2") == "wrong_type"
    assert code_of("'a' contains 1") == "bad_value"
    assert code_of("'a' startsWith 1") == "wrong_type"


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        (r'"a\n\t\"\\\'\?\`"', "a\n\t\"\\'?`"),
        (r"'\a\b\f\r\v'", "\a\b\f\r\v"),
        (r'"\x41\X41\101\u00e9\U0001F600"', "AAAé😀"),
        (r'r"\n" + R' + r"'\d'", "\\n\\d"),
        ('"""one\n"two" three"""', 'one\n"two" three'),
        ("'''it's'''", "it's"),
        ('r"""a\\n"b"""', 'a\\n"b'),
        ("r'''\\'''", "\\"),
        ("'{{ a }} ${b} // c'", "{{ a }} ${b} // c"),
        ("''", ""),
        ('"é😀"', "é😀"),
        ("[1, 'a', null, true, 1.5, [], {}]", [1, "a", None, True, 1.5, [], {}]),
        ("{'a': 1, 'b' + 'c': [2], key: null,}", {"a": 1, "bc": [2], "k": None}),
        ("[1, 2,]", [1, 2]),
    ],
)
def test_literals_are_written_as_in_cel(source: str, gives: object) -> None:
    assert exactly(value_of(source, key="k")) == exactly(gives)


def test_a_name_in_braces_is_a_text_and_stands_once() -> None:
    assert code_of("{1: 2}") == "wrong_type"
    assert code_of("{null: 2}") == "wrong_type"
    assert code_of("{'a': 1, 'a': 2}") == "bad_value"


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("1 + 'a'", 2),
        ("1 + 2 + 'a'", 6),
        ("  upper(1)", 2),
        ("[1, 2].map(x, x + 'a')", 16),
        ("-'a'", 0),
        ("true && 1", 8),
        ("1 ? 2 : 3", 0),
        ("trigger.a", 0),
        ("[3, 'a'].sortBy(x, x)", 9),
        ("{{ 1 / 0 }}", 5),
    ],
)
def test_a_failure_points_at_its_place(source: str, position: int) -> None:
    assert refusal(source, trigger={}).position == position
