"""What holds for every expression: it reads as written, gives JSON or a typed failure, and always ends."""

import json
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from apps.engine.expressions import ExpressionError, Scope, compile_expression
from apps.engine.expressions.ast import Node, weigh
from apps.engine.expressions.compiler import compile_node
from apps.engine.expressions.parser import parse
from apps.engine.template import compile_template
from apps.engine.value import DEFAULT_LIMITS, Json, is_json
from tests.engine.expressions.asking import SEED, exactly
from tests.engine.expressions.trees import ROOTS, trees, written

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b-c", "headers", "0a"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
SCOPES = st.fixed_dictionaries({}, optional=dict.fromkeys(ROOTS, JSON_VALUES))
FRAGMENTS = st.sampled_from(
    [
        "trigger",
        ".a",
        "[0]",
        "['b']",
        "steps.",
        "item",
        "n",
        "x",
        "y",
        "1",
        "2.5",
        "'é'",
        '"q"',
        "null",
        "true",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "?",
        "??",
        "&&",
        "||",
        "!",
        "-",
        "+",
        "*",
        "/",
        "%",
        "**",
        "==",
        "<",
        "in",
        "contains",
        "map(",
        "filter(",
        "has(",
        "upper(",
        "size(",
        ".all(x,",
        "exists(y,",
        "${",
        "{{",
        "}}",
        "0x",
        "1e9",
        "\\",
        "//",
        "r'",
        "now()",
        "uuid()",
        "\n",
        "\t",
        "€",
    ]
)


def evaluated(source: str, roots: dict[str, Any]) -> Any:
    """Return the value, or the code of the typed failure; anything else that is raised is a fault."""
    try:
        value = compile_expression(source).evaluate(Scope(roots, SEED))
    except ExpressionError as error:
        return f"failed: {error.code}" if str(error) else error
    assert is_json(value)
    return value


def rendered(value: Json) -> bool:
    """Say whether the template gives JSON or a typed failure."""
    try:
        made = compile_template(value).render(Scope({"trigger": {"a": [1]}, "n": 3}, SEED, "keep"))
    except ExpressionError as error:
        return bool(str(error))
    return is_json(made)


@settings(max_examples=300, deadline=None)
@given(trees())
def test_a_tree_that_is_written_down_is_read_back_as_the_same_tree(tree: Node) -> None:
    source = written(tree)
    assume(len(source.encode()) <= DEFAULT_LIMITS.expression_source_bytes)

    again = parse(source, frozenset(), DEFAULT_LIMITS)

    assert again == tree
    assert hash(again) == hash(tree)
    assert weigh(again) == weigh(tree)


@settings(max_examples=300, deadline=None)
@given(trees(), SCOPES)
def test_every_tree_gives_json_or_a_typed_failure_and_the_same_twice(
    tree: Node, roots: dict[str, Any]
) -> None:
    source = written(tree)
    before = json.dumps(roots)

    first = evaluated(source, roots)

    assert exactly(evaluated(source, roots)) == exactly(first)
    assert json.dumps(roots) == before
    assert callable(compile_node(tree))


@settings(max_examples=500, deadline=None)
@given(st.lists(FRAGMENTS, max_size=14), st.sampled_from(["", " "]))
@example(["{{", "{{", "1"], " ")
def test_random_fragments_are_evaluated_or_refused_and_nothing_else(
    fragments: list[str], between: str
) -> None:
    evaluated(between.join(fragments), {"trigger": {"a": [1, "b"]}, "n": 3, "steps": {}})


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_random_texts_are_evaluated_or_refused_and_nothing_else(source: str) -> None:
    evaluated(source, {"a": 1})


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS | st.just("{{") | st.just("}}"), max_size=10).map(" ".join))
def test_random_templates_render_or_are_refused_and_nothing_else(text: str) -> None:
    assert rendered({"k": [text]}) is True


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_a_path_hands_on_any_json_untouched(value: Any) -> None:
    assert exactly(evaluated("trigger", {"trigger": value})) == exactly(value)
    assert exactly(evaluated("[trigger][0]", {"trigger": value})) == exactly(value)
    assert (
        evaluated("trigger == other", {"trigger": value, "other": json.loads(json.dumps(value))})
        is True
    )


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_json_that_is_written_and_read_again_is_the_same(value: Any) -> None:
    text = evaluated("toJson(trigger)", {"trigger": value})

    if not text.startswith("failed: "):
        assert evaluated("fromJson(text) == trigger", {"text": text, "trigger": value}) in (
            True,
            "failed: bad_value",
        )


@settings(max_examples=300, deadline=None)
@given(
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from(["+", "-", "*", "/", "%"]),
)
@example(-(2**63), -1, "/")
@example(-7, 3, "%")
def test_whole_numbers_are_exact_or_refused(left: int, right: int, operator: str) -> None:
    value = evaluated(f"a {operator} b", {"a": left, "b": right})

    if right == 0 and operator in "/%":
        assert value == "failed: division_by_zero"
        return
    exact = {"+": left + right, "-": left - right, "*": left * right}.get(operator)
    if operator == "/":
        exact = left // right if left % right == 0 else left / right
    if operator == "%":
        exact = abs(left) % abs(right) * (1 if left >= 0 else -1)
    in_range = not isinstance(exact, int) or -(2**63) <= exact < 2**63
    assert exactly(value) == exactly(exact if in_range else "failed: number_out_of_range")
