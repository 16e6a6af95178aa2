"""What is no expression is refused at compile, at its place, in words for people."""

import pytest

from apps.engine.expressions import ExpressionError, compile_expression
from apps.engine.expressions.ast import Literal
from tests.engine.expressions.asking import code_of, refusal


@pytest.mark.parametrize(
    ("source", "position", "sentence"),
    [
        ("", 0, "The expression ends too early. Something is missing at its end."),
        ("   ", 3, "ends too early"),
        ("1 +", 3, "ends too early"),
        ("(1", 2, "“)” is missing"),
        ("[1, 2", 5, "“]” is missing"),
        ("{'a': 1", 7, "“}” is missing"),
        ("{'a' 1}", 5, "“1” cannot stand here. “:” is missing."),
        ("{{ 1 }", 6, "“}” is missing"),
        ("${1", 3, "“}” is missing"),
        ("a ? 1", 5, "“:” is missing"),
        ("1 2", 2, "“2” cannot stand here."),
        ("a b", 2, "“b” cannot stand here."),
        ("a and b", 2, "Write && instead."),
        ("a or b", 2, "Write || instead."),
        ("a is b", 2, "Write == instead."),
        ("a == not b", 9, "“b” cannot stand here."),
        ("a = 1", 2, "to compare, write =="),
        ("a & b", 2, "write &&"),
        ("a | b", 2, "write ||"),
        ("$json.x", 0, "without a $"),
        ("a; b", 1, "without a ;"),
        ("“a”", 0, "quotation marks must be straight"),
        ("a # b", 2, "means nothing"),
        ("a.", 2, "“a name” is missing"),
        ("a..b", 2, "“a name” is missing"),
        ("a.'b'", 2, "“a name” is missing"),
        ("a[", 2, "ends too early"),
        ("f(1", 3, "“)” is missing"),
        ("1a", 0, "A name cannot start with a digit."),
        ("1.5x", 0, "A name cannot start with a digit."),
        ("0xZ", 0, "A name cannot start with a digit."),
        ("1u", 0, "A name cannot start with a digit."),
        ('"abc', 0, "never closed"),
        ("'a\nb'", 0, "never closed"),
        ('"""abc"', 0, "never closed"),
        ('r"abc', 0, "never closed"),
        ('b"abc"', 0, "Bytes have no place in JSON"),
        ('rb"abc"', 0, "Bytes have no place in JSON"),
        (r'"\q"', 0, "“\\q” is no known escape"),
        (r'"\xZZ"', 0, "“\\x” is no known escape"),
        (r'"\u12"', 0, "“\\u” is no known escape"),
        (r'"\400"', 0, "“\\4” is no known escape"),
        (r'"\u0000"', 0, "is no character that a text can hold"),
        (r'"\000"', 0, "is no character that a text can hold"),
        (r'"\uD800"', 0, "is no character that a text can hold"),
        (r'"\UFFFFFFFF"', 0, "is no character that a text can hold"),
        ("'a\0'", 2, "U+0000 is no character"),
        ("a.\ud800", 2, "U+D800 is no character"),
        ("a ?? ", 5, "ends too early"),
        ("1 ** ", 5, "ends too early"),
        ("!", 1, "ends too early"),
        ("? 1 : 2", 0, "“?” cannot stand here."),
        (")", 0, "“)” cannot stand here."),
        ("Foo{a: 1}", 3, "“{” cannot stand here."),
        ("[1,, 2]", 3, "“,” cannot stand here."),
        ("\x07", 0, "U+0007"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_place(source: str, position: int, sentence: str) -> None:
    failure = refusal(source)

    assert (failure.code, failure.position) == ("syntax_error", position)
    assert sentence in str(failure)
    assert str(failure).isprintable()


@pytest.mark.parametrize(
    ("source", "code", "sentence"),
    [
        ("upcase('a')", "unknown_function", "There is no function upcase(). Did you mean upper()?"),
        ("a.UPPER()", "unknown_function", "Did you mean upper()?"),
        ("qqqqq(1)", "unknown_function", "There is no function qqqqq()."),
        ("a.0()", "unknown_function", "There is no function 0()."),
        (
            "upper()",
            "wrong_arguments",
            "upper() is written upper(text) → text; 0 values are given.",
        ),
        ("upper('a', 'b')", "wrong_arguments", "2 values are given."),
        ("replace('a', 'b')", "wrong_arguments", "replace(text, old, new)"),
        ("concat()", "wrong_arguments", "concat(values, …)"),
        ("substr('a')", "wrong_arguments", "substr(text, start, length?)"),
        ("[1].map(1, x)", "wrong_arguments", "map() wants a name for the element first"),
        ("map([1], 'x', 1)", "wrong_arguments", "wants a name for the element first"),
        ("[1].filter()", "wrong_arguments", "wants a name for the element first"),
        ("[1].map(x)", "syntax_error", "“,” is missing"),
        ("[1].filter(x, true, x)", "syntax_error", "“)” is missing"),
        ("filter([1])", "syntax_error", "“,” is missing"),
        ("[1].map(x.y, 1)", "syntax_error", "“,” is missing"),
        ("matches('a', '(')", "bad_pattern", "The pattern does not work: missing ): (."),
        ("'a' matches '(?=a)'", "bad_pattern", "The pattern does not work"),
        # Found by `make fuzz` (16db3fa4:16575): what the pattern holds was repeated as it is.
        ("'a' matches '[\x81'", "bad_pattern", "The pattern does not work: missing ]: [U+0081."),
    ],
)
def test_a_call_that_cannot_work_is_refused_before_it_runs(
    source: str, code: str, sentence: str
) -> None:
    failure = refusal(source)

    assert failure.code == code
    assert sentence in str(failure)
    with pytest.raises(ExpressionError):
        compile_expression(source)


def test_macros_read_like_functions_too() -> None:
    assert compile_expression("filter(xs, x, x > 1)").paths == (("xs",),)


def test_a_bad_pattern_that_is_known_is_refused_before_it_runs() -> None:
    for source in ("matches(a, '(')", "a matches '('", "a.matches('(')"):
        with pytest.raises(ExpressionError) as caught:
            compile_expression(source)

        assert caught.value.code == "bad_pattern"
        assert source[caught.value.position or 0] == "'"


def test_compiling_twice_gives_the_very_same_expression() -> None:
    first = compile_expression("a.b > 1")

    assert compile_expression("a.b > 1") is first
    assert compile_expression("a.b > 1", node_ids=frozenset({"x"})) is not first
    assert repr(first) == "Expression('a.b > 1')"
    assert first.source == "a.b > 1"


def test_words_that_other_languages_reserve_are_ordinary_names() -> None:
    for name in (
        "loop",
        "if",
        "for",
        "return",
        "class",
        "var",
        "contains",
        "matches",
        "default",
        "and",
        "self",
    ):
        assert code_of(f"{name}.x") == "missing_path"


def test_true_one_and_one_point_zero_are_three_literals_wherever_they_stand() -> None:
    assert len({Literal(True), Literal(1), Literal(1.0), Literal(1, position=7)}) == 3
    assert Literal("1") != Literal(1)
    assert Literal("1") != "1"
