"""Every bound holds: at the limit it works, one past it there is a typed error, and quickly."""

from dataclasses import replace
from typing import Any

import pytest

from apps.engine.expressions import ExpressionError, compile_expression
from apps.engine.value import DEFAULT_LIMITS, Limits
from tests.engine.expressions.asking import code_of, refusal, scope, value_of


def code_within(limits: Limits, source: str, **roots: Any) -> str | None:
    """Return the code of the failure under other limits, None if there is none."""
    try:
        compile_expression(source, limits=limits).evaluate(scope(roots))
    except ExpressionError as error:
        return error.code
    return None


def test_a_source_may_have_2048_bytes() -> None:
    assert value_of("'" + "a" * 2046 + "'") == "a" * 2046
    assert code_of("'" + "a" * 2047 + "'") == "source_too_long"
    assert value_of("'" + "é" * 1023 + "'") == "é" * 1023
    assert code_of("'" + "é" * 1023 + "a'") == "source_too_long"
    assert code_of(" " * 2048 + "1") == "source_too_long"
    assert code_of("1 " * 1025) == "source_too_long"


def test_brackets_may_lie_32_deep() -> None:
    for opening, closing in (
        ("(", ")"),
        ("[", "]"),
        ("{'a':", "}"),
        ("abs(", ")"),
        ("${", "}"),
        ("x[", "]"),
    ):
        assert code_within(DEFAULT_LIMITS, opening * 31 + "1" + closing * 31, x=[0, 0]) in (
            None,
            "wrong_type",
            "missing_path",
        )
        assert code_of(opening * 32 + "1" + closing * 32) == "too_deep"
        assert code_of(opening * 300 + "1" + closing * 300) == "too_deep"


def test_signs_calls_choices_and_powers_count_as_depth_too() -> None:
    assert value_of("-" * 31 + "1") == -1
    assert code_of("-" * 32 + "1") == "too_deep"
    assert value_of("!" * 30 + "true") is True
    assert code_of("!" * 1000 + "true") == "too_deep"
    assert value_of("'A'" + ".lower()" * 31) == "a"
    assert code_of("'A'" + ".lower()" * 32) == "too_deep"
    assert code_of("x" + "[y]" * 32, x=1, y=1) == "too_deep"
    assert value_of(" ** ".join(["1"] * 32)) == 1
    assert code_of(" ** ".join(["1"] * 33)) == "too_deep"
    assert code_of("[1].map(x, " * 40 + "1" + ")" * 40) == "too_nested"


def test_long_chains_are_flat_and_cost_no_depth() -> None:
    assert value_of(" + ".join(["1"] * 500)) == 500
    assert value_of(" && ".join(["true"] * 250)) is True
    assert value_of(" || ".join(["false"] * 200)) is False
    assert value_of("*".join(["1"] * 1000)) == 1
    assert value_of(" ?? ".join(["a"] * 300 + ["1"])) == 1
    assert value_of("".join(f"x=={n}?{n}:" for n in range(90)) + "-1", x=57) == 57
    assert value_of("x" + ".x" * 1000, x=_nested_objects(1000)) == "end"


def _nested_objects(depth: int) -> Any:
    value: Any = "end"
    for _ in range(depth):
        value = {"x": value}
    return value


def test_macros_may_lie_two_deep() -> None:
    assert value_of("[1, 2].map(x, [3].map(y, x + y))") == [[4], [5]]
    assert value_of("[1].map(x, x).filter(x, true).map(x, x + 1)") == [2]
    assert value_of("[[1]].map(x, x.filter(y, y > 0).map(z, z + 1))") == [[2]]
    failure = refusal("[1].map(x, [1].map(y, [1].map(z, 1)))")
    assert failure.code == "too_nested"
    assert "Split the expression over several steps" in str(failure)


def test_a_literal_may_have_1000_elements() -> None:
    assert len(value_of("[" + "1," * 1000 + "]")) == 1000
    assert code_of("[" + "1," * 1001 + "]") == "literal_too_large"
    few = replace(DEFAULT_LIMITS, expression_literal_elements=2)
    assert code_within(few, "{'a': 1, 'b': 2}") is None
    assert code_within(few, "{'a': 1, 'b': 2, 'c': 3}") == "literal_too_large"
    assert code_within(few, "concat(1, 2, 3)") == "literal_too_large"


def test_a_result_may_have_one_megabyte() -> None:
    limit = DEFAULT_LIMITS.expression_result_bytes
    assert limit == 1024 * 1024
    assert len(value_of("a + b", a="x" * (limit - 1), b="y")) == limit
    assert code_of("a + b", a="x" * limit, b="y") == "result_too_large"
    assert code_of("a + ''", a="é" * (limit // 2) + "x") == "result_too_large"
    assert len(value_of("a + ''", a="é" * (limit // 2))) == limit // 2
    assert code_of("[a, b]", a="x" * (limit // 2), b="y" * (limit // 2)) == "result_too_large"
    assert code_of("{a: 1}", a="x" * limit) == "result_too_large"
    assert code_of("true ? [a] : 1", a="x" * limit) == "result_too_large"
    assert code_of("null ?? [a]", a="x" * limit) == "result_too_large"
    assert code_of("[[a]][0]", a="x" * limit) == "result_too_large"
    assert code_of("{'b': [a]}.b", a="x" * limit) == "result_too_large"


def test_what_a_path_hands_on_is_not_weighed() -> None:
    body = {"rows": ["x" * 1000] * 3000}

    assert value_of("body", body=body) is body
    assert value_of("body.rows", body=body) is body["rows"]
    assert value_of("has(body) ? body : null", body=body) is body
    assert value_of("nothing ?? body", body=body) is body
    assert value_of("size(body.rows) > 5 && body.rows[0].startsWith('x')", body=body) is True


@pytest.mark.parametrize(
    "source",
    [
        "n.map(x, big)",
        "n.map(x, n)",
        "n.map(x, n.map(y, big))",
        "n.map(x, big + 'x')",
        "toJson(n.map(x, big))",
        "string(n.map(x, n))",
        "concat(n.map(x, n))",
        "join(n.map(x, big))",
        "join(n, big)",
        "unique([n.map(x, big)])",
        "replace(big, 'a', big)",
        "n.map(x, upper(big))",
        "n.map(x, padStart('', 1000000))",
        "padEnd('', 9223372036854775807)",
        "n.map(x, reverse(big))",
        "n.map(x, urlEncode(big))",
        "n.map(x, base64Encode(big))",
        "n.map(x, slug(big))",
        "n.map(x, big.substr(1))",
        "{'a': n.map(x, big)}",
    ],
)
def test_no_expression_builds_more_than_its_share(source: str) -> None:
    code = code_of(source, n=list(range(1000)), big="ab" * 300_000)

    assert code in ("result_too_large", "too_many_steps")


@pytest.mark.parametrize(
    "source",
    [
        "n.map(x, n.map(y, 1))",
        "n.exists(x, n.exists(y, false))",
        "n.all(x, n.all(y, 1 / 0 > 1))",
        "n.exists(x, n.exists(y, missing.z))",
        "n.map(x, n.map(y, 1)) ?? 1",
        "true || n.all(x, n.all(y, true)) && false || n.all(x, n.all(y, true)) == 5",
        "false || n.all(x, n.all(y, true)) || true",
        "n.exists(x, big == other)",
        "n.exists(x, big < other && false)",
        "n.exists(x, n == n && false)",
        "n.exists(x, wide == wide && false)",
        "n.exists(x, -1 in n)",
        "n.exists(x, n contains -1)",
        "n.exists(x, big contains 'zzz')",
        "n.exists(x, matches(big, '(a|b)*c'))",
        "n.exists(x, matches(big, '.{0,90}a.{90}c'))",
        "n.exists(x, matches('', string(x) + '[a-z]{900}'))",
        "n.exists(x, parseDate('x', 'dddd' + string(x)) == 1)",
        "n.exists(x, hash(big) == '')",
        "n.exists(x, fromJson(toJson(wide)) == 1)",
        "n.map(x, sort(n))",
        "n.map(x, n + n)",
        "n.map(x, flatten([n, n]))",
        "n.map(x, merge(wide, wide))",
        "n.map(x, set(wide, 'a', x))",
        "n.map(x, keys(wide))",
        "n.map(x, entries(wide))",
        "n.map(x, slice(n, 0))",
        "n.map(x, sum(n))",
        "n.map(x, n.sortBy(y, y))",
        "n.map(x, split(long, ''))",
        "unique(n.map(x, wide))",
    ],
)
def test_the_steps_of_every_expression_run_out_and_nothing_absorbs_that(source: str) -> None:
    roots = {
        "n": list(range(3000)),
        "big": "ab" * 250_000,
        "other": "ab" * 249_999 + "ba",
        "wide": {str(number): number for number in range(5000)},
        "long": "x" * 3000,
    }
    if source.startswith("true ||"):
        assert value_of(source, **roots) is True
        return

    failure = refusal(source, **roots)

    assert failure.code == "too_many_steps"
    assert "500,000 steps" in str(failure)


def test_steps_are_counted_to_the_last_one() -> None:
    # One for each of the tree's four nodes, and three (macro, comparison, its two sides) per element.
    source = "n.all(x, x)"
    within = replace(DEFAULT_LIMITS, expression_steps=3 + 2 * 10)

    assert code_within(within, source, n=[True] * 10) is None
    assert code_within(within, source, n=[True] * 11) == "too_many_steps"


@pytest.mark.parametrize(
    ("call", "steps"), [("uuid()", 20), ("random()", 20), ("now()", 10), ("today()", 10)]
)
def test_what_takes_longer_than_a_plain_step_counts_as_several(call: str, steps: int) -> None:
    # One for each of the three parts of the macro; for each pass that of the macro, of the call, and what it looks for.
    within = replace(DEFAULT_LIMITS, expression_steps=3 + 10 * (3 + steps))

    assert code_within(within, f"n.map(x, {call})", n=[0] * 10) is None
    assert code_within(within, f"n.map(x, {call})", n=[0] * 11) == "too_many_steps"


def test_limits_are_lowered_and_raised_for_each_compilation() -> None:
    assert (
        code_within(replace(DEFAULT_LIMITS, expression_source_bytes=3), "1+11") == "source_too_long"
    )
    assert code_within(replace(DEFAULT_LIMITS, expression_source_bytes=4), "1+11") is None
    assert code_within(replace(DEFAULT_LIMITS, expression_depth=1), "(1)") == "too_deep"
    assert code_within(replace(DEFAULT_LIMITS, expression_depth=2), "(1)") is None
    assert (
        code_within(replace(DEFAULT_LIMITS, expression_nesting=0), "[1].map(x, x)") == "too_nested"
    )
    deep = replace(DEFAULT_LIMITS, expression_nesting=3)
    assert code_within(deep, "[1].map(x, [1].map(y, [1].map(z, x + y + z)))") is None
    small = replace(DEFAULT_LIMITS, expression_result_bytes=3)
    assert code_within(small, "'ab' + 'c'") is None
    assert code_within(small, "'ab' + 'cd'") == "result_too_large"
    assert code_within(small, "'é' + 'é'") == "result_too_large"
    assert (
        code_within(replace(DEFAULT_LIMITS, expression_built_bytes=5), "('ab' + 'c') + 'd'")
        == "result_too_large"
    )


def test_data_that_lies_too_deep_is_a_typed_error() -> None:
    deep = _nested_objects(50_000)

    for source in (
        "deep == other",
        "toJson(deep)",
        "unique([deep])",
        "string(deep)",
        "[deep] == [other]",
    ):
        assert code_of(source, deep=deep, other=_nested_objects(50_000)) == "too_deep"
    assert value_of("has(deep.x)", deep=deep) is True


def test_what_is_at_hand_is_shared_and_never_changed() -> None:
    rows = [{"a": 1}, {"a": 2}]
    value = compile_expression(
        "[rows, rows.filter(r, true), sort(rows.map(r, r.a)), merge(rows[0], {'b': 1}), set(rows[1], 'a', 3), "
        "reverse(rows), unique(rows), rows.sortBy(r, -r.a), omit(rows[0], ['a']), flatten([rows])]"
    ).evaluate(scope({"rows": rows}))

    assert isinstance(value, list)
    assert value[0] is rows
    assert rows == [{"a": 1}, {"a": 2}]
